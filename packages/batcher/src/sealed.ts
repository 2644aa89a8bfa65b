import { fatal, retry } from "@lakh/service";
import type { Hex } from "@lakh/protocol";
import { isHexString } from "ethers";

import type { DataMode } from "./data.ts";

/** An entry as the sequencer sealed it; the batcher never re-cuts. */
export type SealedEntry = {
  readonly entry: bigint;
  /** The accumulator it stands on. */
  readonly accBefore: Hex;
  /** Seconds. */
  readonly time: bigint;
} & ({ readonly kind: "calldata" | "blobs"; readonly data: Hex } | { readonly kind: "queue"; readonly to: bigint });

/** Where sealed entries come from. */
export interface SealedSource {
  /** Entries from `from` on, in order, at most `limit`; entries already in the Inbox may be among them. */
  sealedEntries(from: bigint, limit: number): Promise<readonly SealedEntry[]>;
  /** Advises a data mode for the entries from `entry` on, signed by the batcher; absent where nobody takes advice. */
  advise?(mode: DataMode, entry: bigint, signature: string): Promise<void>;
}

const TIMEOUT_MILLISECONDS = 30_000;

/** Asks the sequencer's JSON-RPC. Its calls throw CodedError retry `NodeUnreachable`, `NodeFault`, `BadSealedEntry`; fatal `NotSequencer`. */
export function sealedEntriesOf(nodeUrl: string): SealedSource {
  const { host } = new URL(nodeUrl);
  return {
    sealedEntries: async (from, limit) => {
      const answer = await ask(nodeUrl, host, "lakh_sealedEntries", [Number(from), limit]);
      if (!Array.isArray(answer)) throw retry("BadSealedEntry", `${host} gives no array of entries`, { host });
      return answer.map((entry: unknown) => parseSealed(entry, host));
    },
    advise: async (mode, entry, signature) => {
      await ask(nodeUrl, host, "lakh_adviseData", [mode, Number(entry), signature]);
    },
  };
}

const NOT_SEQUENCER = -32_010;

async function ask(url: string, host: string, method: string, params: unknown[]): Promise<unknown> {
  let answer: { result?: unknown; error?: { code?: unknown; message?: unknown } };
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    throw retry("NodeUnreachable", `no answer from the sequencer at ${host}: ${String(error)}`, { host }, error);
  }
  const { error, result } = answer;
  if (error?.code === NOT_SEQUENCER) throw fatal("NotSequencer", `the node at ${host} is not a sequencer`, { host });
  if (error !== undefined) {
    throw retry("NodeFault", `${method} fails at ${host}: ${String(error.message)}`, { host, code: error.code });
  }
  return result;
}

function parseSealed(value: unknown, host: string): SealedEntry {
  const { entry, accBefore, kind, time, data, to } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (isIndex(entry) && isHash(accBefore) && isDecimal(time)) {
    const head = { entry: BigInt(entry), accBefore, time: BigInt(time) };
    if ((kind === "calldata" || kind === "blobs") && isBytes(data)) return { ...head, kind, data };
    if (kind === "queue" && isDecimal(to)) return { ...head, kind, to: BigInt(to) };
  }
  throw retry("BadSealedEntry", `${host} gives an entry that cannot be read`, { host, given: value });
}

/** Numbers of entries come as numbers. */
function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDecimal(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

function isHash(value: unknown): value is Hex {
  return isHexString(value, 32);
}

function isBytes(value: unknown): value is Hex {
  return isHexString(value) && value.length % 2 === 0;
}

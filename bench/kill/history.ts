/** What a node holds of all that it ever promised, executed once more from the state that it began with. */
import { type Engine, restoreEngine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { EntryKind, Outcome, ZERO_HASH, fromHex } from "@lakh/protocol";

import type { WorldConfig } from "../load/world.ts";
import { rpc } from "../stack/processes.ts";

/** Entries of one answer: a megabyte and a half of data. */
const LIMIT = 16;
/** Patience until the entry that was open is sealed. */
const LOOKS = 600;
const LOOK_MS = 100;

interface Sealed {
  readonly entry: number;
  readonly accBefore: string;
  readonly kind: "calldata" | "queue";
  readonly time: string;
  readonly data?: string;
}

export interface Entry {
  readonly accBefore: string;
  readonly data: Uint8Array;
  /** Item i is `data[starts[i] .. ends[i])`. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** All sealed entries of a node, by number, once no entry is open any more. */
export async function historyOf(url: string): Promise<{ entries: Map<number, Entry>; times: Map<number, bigint> }> {
  const entries = new Map<number, Entry>();
  const times = new Map<number, bigint>();
  await untilSealed(url);
  for (let from = 0; ;) {
    const some = (await rpc(url, "lakh_sealedEntries", [from, LIMIT])) as Sealed[];
    if (some.length === 0) return { entries, times };
    for (const { entry, accBefore, kind, time, data } of some) {
      if (kind !== "calldata" || data === undefined) throw new Error(`entry ${entry} is no batch`);
      entries.set(entry, { accBefore, ...cut(fromHex(data)) });
      times.set(entry, BigInt(time));
      from = entry + 1;
    }
  }
}

/** The unsafe head stands at the same entry twice, some looks apart, and the entries reach it. */
async function untilSealed(url: string): Promise<void> {
  let [last, same] = [-1, 0];
  for (let i = 0; i < LOOKS && same < 20; i++) {
    const { unsafe } = (await rpc(url, "lakh_heads")) as { unsafe: { entry: number } };
    same = unsafe.entry === last ? same + 1 : 0;
    last = unsafe.entry;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Items of a batch; the lengths of a load's envelopes take one byte. */
function cut(data: Uint8Array): Omit<Entry, "accBefore"> {
  const [starts, ends]: [number[], number[]] = [[], []];
  for (let at = 0; at < data.length && data[at] !== 0;) {
    const end = at + 1 + (data[at] as number);
    starts.push(at + 1);
    ends.push(end);
    at = end;
  }
  return { data, starts, ends };
}

/**
 * Executes a history from its first state: its signatures, nonces and amounts.
 * @returns the engine behind it, and how many envelopes took effect
 * @throws Error when one of them did not: an envelope that stands twice has a used nonce
 */
export function execute(
  { entries, times }: Awaited<ReturnType<typeof historyOf>>,
  snapshot: Uint8Array,
  config: WorldConfig,
  kernels: Kernels,
): { engine: Engine; executed: number } {
  const engine = restoreEngine(snapshot, config, kernels);
  let executed = 0;
  for (let number = 0; number < entries.size; number++) {
    const data = entries.get(number)?.data;
    if (data === undefined) throw new Error(`entry ${number} is missing`);
    const time = times.get(number) ?? 0n;
    const header = { kind: EntryKind.Calldata, time, a: BigInt(data.length), b: 0n, hash: ZERO_HASH } as const;
    const outcomes = engine.applyEntry(header, data);
    const bad = outcomes.find((outcome) => outcome !== Outcome.Ok && outcome !== Outcome.BatchEnd);
    if (bad !== undefined) throw new Error(`entry ${number} has an envelope with outcome ${bad}`);
    executed += outcomes.filter((outcome) => outcome === Outcome.Ok).length;
  }
  return { engine, executed };
}

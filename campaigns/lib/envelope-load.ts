/** Transfers sent to a sequencer as fast as it takes them, whoever kills it; what it acknowledged is remembered. */
import { FaultCode, type LakhNode, itemHash } from "@lakh/node";
import { type Hex, toHex } from "@lakh/protocol";

import { person, signed, transfer } from "../../test/node/people.ts";
import { Answered, ask } from "./ask.ts";
import type { DaemonRun } from "./daemon-child.ts";
import { pause } from "./pause.ts";

/** Envelopes of one call, and calls under way at once: within the nonces of an account that may be used at a time. */
const CALL = 8;
const LANES = 3;
const PAUSE_MILLISECONDS = 10;
const PROBE_MILLISECONDS = 1_000;

export interface Acknowledged {
  readonly itemHash: Hex;
  readonly entry: number;
  readonly position: number;
  readonly accBefore: Hex;
}

type Result =
  { readonly receipt: Acknowledged } | { readonly error: { readonly code: number; readonly data?: unknown } };

export class EnvelopeLoad {
  /** By the envelopes' hashes. */
  readonly acknowledged = new Map<Hex, Acknowledged>();
  /** Times that an envelope was refused for a while, by the reason given. */
  private readonly refusals = new Map<string, number>();
  private readonly signer: LakhNode;
  /** Sent and not acknowledged: sent again, the same bytes. */
  private open: Uint8Array[] = [];
  private nonce = 0n;

  /** @param signer in whose state envelopes of account 2, person 1's, are signed */
  constructor(signer: LakhNode) {
    this.signer = signer;
  }

  /** Envelopes made so far. */
  get made(): number {
    return Number(this.nonce);
  }

  /** Times that an envelope was refused because the sequencer was busy for this reason. */
  busy(reason: string): number {
    return this.refusals.get(reason) ?? 0;
  }

  /** Sends until the run is over. @throws Error when an envelope is refused for good */
  async until(run: DaemonRun): Promise<void> {
    await Promise.all(Array.from({ length: LANES }, () => this.lane(run)));
  }

  /** Sends one call more, and gives up soon: what was accepted may have to wait for its answer. */
  async probe({ url }: DaemonRun): Promise<void> {
    if (url !== undefined) await this.send(url, this.take(), AbortSignal.timeout(PROBE_MILLISECONDS));
  }

  private async lane(run: DaemonRun): Promise<void> {
    while (!run.isOver) {
      const { url } = run;
      const items = url === undefined ? [] : this.take();
      const isTaken = url !== undefined && (await this.send(url, items));
      if (!isTaken) await pause(PAUSE_MILLISECONDS);
    }
  }

  /** The oldest that are open, and new ones. */
  private take(): Uint8Array[] {
    const items = this.open.splice(0, CALL);
    while (items.length < CALL) items.push(signed(this.signer, person(1).key, 2, this.nonce++, [transfer(3, 1n)]));
    return items;
  }

  /** @returns whether all were acknowledged */
  private async send(url: string, items: readonly Uint8Array[], signal?: AbortSignal): Promise<boolean> {
    let results: Result[];
    try {
      results = await ask<Result[]>(url, "lakh_sendEnvelopes", [items.map((item) => toHex(item))], signal);
    } catch (error) {
      if (error instanceof Answered) throw error;
      this.open.push(...items); // gone, or going
      return false;
    }
    for (const [i, item] of items.entries()) {
      const result = results[i];
      if (result !== undefined && "receipt" in result) this.remember(result.receipt, itemHash(item));
      else if (result?.error.code === FaultCode.Busy) {
        const { reason = "" } = (result.error.data ?? {}) as { reason?: string };
        this.refusals.set(reason, this.busy(reason) + 1);
        this.open.push(item);
      } else throw new Error(`an honest envelope was refused: ${JSON.stringify(result)}`);
    }
    return results.every((result) => "receipt" in result);
  }

  private remember({ entry, position, accBefore }: Acknowledged, hash: Hex): void {
    this.acknowledged.set(hash, { itemHash: hash, entry, position, accBefore });
  }
}

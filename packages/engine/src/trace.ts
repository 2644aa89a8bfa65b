/** Walking the machine step by step through known entries: what a dispute asks for (docs/spec/game.md). */
import type { EntryHeader, Hex } from "@lakh/protocol";

import type { Engine } from "./engine.ts";
import type { Signers } from "./presign.ts";
import type { EntryPayload } from "./types.ts";

/** An entry with its data. */
export interface KnownEntry {
  readonly header: EntryHeader;
  readonly payload: EntryPayload;
  /** Its signers, if they are known already: saves the recovery. */
  readonly signers?: Signers;
}

/**
 * Moves the engine forward by `steps` steps, or to the end of the entries when that comes first.
 * @param entries from the one at the engine's cursor on
 * @returns steps taken
 */
export function runSteps(engine: Engine, entries: Iterable<KnownEntry>, steps: number): number {
  let taken = 0;
  for (const { header, payload, signers } of entries) {
    if (taken === steps) break;
    const run = engine.entrySteps(header, payload, signers);
    while (taken < steps && run.next().done !== true) taken++;
  }
  return taken;
}

/**
 * Machine hashes after every `everySteps` steps, `count` of them; the engine ends there. A machine at the end of the
 * entries stays as it is, so later hashes equal the last.
 * @param entries from the one at the engine's cursor to the end of the claim
 */
export function traceSteps(engine: Engine, entries: Iterable<KnownEntry>, count: number, everySteps: number): Hex[] {
  const hashes: Hex[] = [];
  let taken = 0;
  for (const { header, payload, signers } of entries) {
    if (hashes.length === count) return hashes;
    const run = engine.entrySteps(header, payload, signers);
    while (hashes.length < count && run.next().done !== true)
      if (++taken % everySteps === 0) hashes.push(engine.machineHash());
  }
  if (hashes.length < count) hashes.push(...new Array<Hex>(count - hashes.length).fill(engine.machineHash()));
  return hashes;
}

/** What execution and roots cost by themselves, on one thread. */
import type { Engine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { Outcome } from "@lakh/protocol";

import { type CorpusEntry, signersOf } from "./entries.ts";

const TIME = 1_800_000_000n;
const TREE_LEVELS = 20;
const TREE_LEAVES = 2 ** 20;
const DIRTY_LEAVES = 100_000;
const TREE_ROUNDS = 7;

/** Microseconds an envelope. */
export interface EngineCost {
  readonly execute: number;
  readonly root: number;
}

/** Time that this thread has had a core, µs: neighbours on the machine do not count. */
export function threadMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/**
 * Sequences entries whose signers are known, with a root behind each.
 * @param asNode plain envelopes by the kernels, as the node does it; else all in TypeScript
 * @throws Error when an envelope is refused
 */
export function executeEntries(engine: Engine, entries: readonly CorpusEntry[], asNode: boolean): EngineCost {
  let [execute, root, count] = [0, 0, 0];
  for (const entry of entries) {
    const signers = signersOf(entry, engine);
    const { payload: data, spans } = entry;
    const envelopes = spans.length / 2;
    const begun = threadMicroseconds();
    engine.openEntry(TIME);
    for (let i = 0; i < envelopes; i++) {
      if (asNode) i += engine.applyPlain({ data, spans, signers, first: i, count: envelopes - i }, 0n);
      if (i === envelopes) break;
      const [start, end] = [spans[2 * i] as number, spans[2 * i + 1] as number];
      const outcome = engine.applyPacked(data, start, end, signers, 20 * i);
      if (outcome !== Outcome.Ok) throw new Error(`envelope ${count + i} was refused with outcome ${outcome}`);
    }
    engine.closeEntry();
    const executed = threadMicroseconds();
    engine.stateRoot();
    root += threadMicroseconds() - executed;
    execute += executed - begun;
    count += envelopes;
  }
  return { execute: execute / count, root: root / count };
}

/** One tree update of 100,000 dirty leaves of a million: milliseconds, the median of some rounds. */
export function treeUpdateMilliseconds(kernels: Kernels): number {
  const levels: Uint8Array[] = [];
  for (let nodes = TREE_LEAVES; levels.length < TREE_LEVELS; nodes = Math.ceil(nodes / 4))
    levels.push(new Uint8Array(32 * 4 * Math.ceil(nodes / 4)));
  const step = TREE_LEAVES / DIRTY_LEAVES;
  const rounds = Array.from({ length: TREE_ROUNDS }, (_, round) => {
    const dirty = Uint32Array.from({ length: DIRTY_LEAVES }, (_leaf, i) => Math.floor((i + (round % 7) / 7) * step));
    for (const leaf of dirty) levels[0]?.fill(round + 1, 32 * leaf, 32 * leaf + 32);
    const begun = threadMicroseconds();
    kernels.treeUpdate(levels, dirty, dirty.length);
    return (threadMicroseconds() - begun) / 1000;
  });
  return rounds.toSorted((a, b) => a - b)[Math.floor(TREE_ROUNDS / 2)] as number;
}

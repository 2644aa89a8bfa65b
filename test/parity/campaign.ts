/** A campaign: random states, entries and items through engine and step verifier, until so many steps agree. */
import { type Engine, type WitnessEntry, buildWitness, takesEffect } from "@lakh/engine";
import { EntryKind, ItemView, QueueKind, VERBS, type Outcome, readBatchItem, toHex } from "@lakh/protocol";

import { Random } from "../support/random.ts";
import { type Driver, type ParityCase, disagreement } from "./driver.ts";
import { randomEntry } from "./entries.ts";
import { randomEngine } from "./states.ts";

/** Entries that follow each other in one random state. */
const ENTRIES_A_STATE = 8;
/** Cases that go to the chain together. */
const BLOCK = 256;

export interface Tally {
  cases: number;
  readonly outcomes: Map<Outcome, number>;
  /** Items that name the verb, and those of them that took effect. */
  readonly verbs: Map<string, { seen: number; effective: number }>;
}

/** The engine and the step verifier gave different answers. */
export class ParityError extends Error {
  readonly code = "PARITY";
  constructor(seed: number, number: number, { pre, item, witness }: ParityCase, what: string) {
    const shown = JSON.stringify(pre, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    const bytes = item === undefined ? "none" : toHex(item);
    super(`seed ${seed}, case ${number}: ${what}\nmachine ${shown}\nitem ${bytes}\nwitness ${toHex(witness)}`);
  }
}

/** Runs at least `cases` steps; throws a ParityError at the first difference. */
export async function runCampaign(
  driver: Driver,
  cases: number,
  seed: number,
  progress: (tally: Tally) => void = () => undefined,
): Promise<Tally> {
  const random = new Random(seed);
  const tally: Tally = { cases: 0, outcomes: new Map(), verbs: new Map() };
  let block: ParityCase[] = [];
  for (const one of endlessCases(random)) {
    block.push(one);
    if (block.length < BLOCK && tally.cases + block.length < cases) continue;
    const answers = await driver.run(block);
    block.forEach((checked, i) => {
      const wrong = disagreement(checked, answers[i] as (typeof answers)[number]);
      if (wrong !== undefined) throw new ParityError(seed, tally.cases + i, checked, wrong);
      count(tally, checked);
    });
    tally.cases += block.length;
    block = [];
    progress(tally);
    if (tally.cases >= cases) break;
  }
  return tally;
}

/** Steps of random entries over random states, as the engine takes them. */
export function* endlessCases(random: Random): Generator<ParityCase> {
  for (;;) {
    const engine = randomEngine(random);
    for (let i = 0; i < ENTRIES_A_STATE; i++) yield* entryCases(engine, randomEntry(engine, random));
  }
}

/**
 * The steps of one entry, from the engine's cursor to its end.
 * @param from cursor before which steps are taken and not proved
 */
export function* entryCases(engine: Engine, entry: WitnessEntry, from = 0): Generator<ParityCase> {
  const { header, payload } = entry;
  engine.beginEntry(header);
  const number = engine.state.entry;
  while (engine.state.cursor < from) engine.stepBatchItem(payload as Uint8Array);
  while (engine.state.entry === number) {
    const pre = engine.machine();
    const witness = buildWitness(engine, entry);
    const item = itemAt(entry, pre.cursor);
    const isQueue = header.kind === EntryKind.Queue;
    const outcome = isQueue ? engine.stepQueueItem(item as Uint8Array) : engine.stepBatchItem(payload as Uint8Array);
    yield { entry, item, pre, witness, outcome, post: engine.machine() };
  }
}

function itemAt({ header, payload }: WitnessEntry, cursor: number): Uint8Array | undefined {
  if (header.kind === EntryKind.Queue) return (payload as readonly Uint8Array[])[cursor];
  return readBatchItem(payload as Uint8Array, cursor).item;
}

function count(tally: Tally, one: ParityCase): void {
  tally.outcomes.set(one.outcome, (tally.outcomes.get(one.outcome) ?? 0) + 1);
  for (const name of namesOf(one)) {
    const sum = tally.verbs.get(name) ?? { seen: 0, effective: 0 };
    sum.seen++;
    if (takesEffect(one.outcome)) sum.effective++;
    tally.verbs.set(name, sum);
  }
}

const view = new ItemView();

/** What a well-formed item does: the names of its ops (each once), or of the queue item. */
export function namesOf({ entry, item }: ParityCase): Set<string> {
  if (item === undefined) return new Set();
  const kind = entry.header.kind === EntryKind.Queue ? item[0] : undefined;
  if (kind === QueueKind.Deposit) return new Set(["deposit"]);
  if (kind === QueueKind.Listing) return new Set(["listing"]);
  const decoded =
    kind === QueueKind.Call
      ? view.decodeCall(item, 21, item.length)
      : view.decodeEnvelope(item, kind === undefined ? 0 : 1, item.length);
  if (!decoded) return new Set();
  return new Set([...view.verbs.subarray(0, view.opCount)].map((verb) => VERBS[verb]?.name ?? ""));
}

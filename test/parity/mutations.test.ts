import { EntryKind, Outcome, VERBS, ZERO_HASH, concat, encodeBatch } from "@lakh/protocol";
import { expect } from "chai";

import { randomBatchItem } from "../engine/random-items.ts";
import { blobEntry } from "../support/blobs.ts";
import { Random, SEED } from "../support/random.ts";
import { endlessCases, entryCases, namesOf } from "./campaign.ts";
import { type Driver, type ParityCase, disagreement, openDriver } from "./driver.ts";
import { randomEngine } from "./states.ts";

/** Steps looked through for an effective one of each kind. */
const SEARCH = 20_000;
const HEADER = 89;
const EFFECTIVE: readonly Outcome[] = [Outcome.Ok, Outcome.DepositRerouted, Outcome.DepositReturned];

/** An item of one op (or queue item) that takes effect, for each op and queue item. */
function oneOfEach(random: Random): Map<string, ParityCase> {
  const wanted = new Set([...VERBS.flatMap((verb) => verb?.name ?? []), "deposit", "listing"]);
  const found = new Map<string, ParityCase>();
  let looked = 0;
  for (const one of endlessCases(random)) {
    if (found.size === wanted.size || looked++ === SEARCH) break;
    const [name, another] = [...namesOf(one)];
    if (name === undefined || another !== undefined || found.has(name)) continue;
    // A call without a nonce may repeat what is so already: its step changes nothing, and its root is the same after it.
    const changes = one.post.stateRoot !== one.pre.stateRoot;
    if (changes && EFFECTIVE.includes(one.outcome)) found.set(name, one);
  }
  return found.set("in blobs", effectiveInBlobs(random));
}

/** An item in a blob that takes effect. */
function effectiveInBlobs(random: Random): ParityCase {
  for (let i = 0; i < SEARCH; i++) {
    const engine = randomEngine(random);
    const entry = {
      ...blobEntry(engine.state.time, encodeBatch([randomBatchItem(engine, random)])),
      accBefore: ZERO_HASH,
    };
    const [one] = entryCases(engine, entry);
    if (one?.outcome === Outcome.Ok && one.post.stateRoot !== one.pre.stateRoot) return one;
  }
  throw new Error("no item takes effect");
}

/** Parts of a witness by their borders, so that a failure says where it was. */
function parts({ entry, witness }: ParityCase): { item: number; leaves: number; siblings: number } {
  const at = (offset: number): number => witness[offset] ?? 0;
  let item = HEADER;
  if (entry.header.kind === EntryKind.Queue) item += 2 + at(HEADER) * 256 + at(HEADER + 1);
  else if (entry.header.kind === EntryKind.Blobs) {
    item += 1 + (31 + 1 + 48) * at(HEADER) + 48 + 32; // one blob
  } else {
    item += 1 + 128 * at(HEADER);
    item += 1 + 32 * at(item);
  }
  let leaves = item + 1;
  for (let i = 0; i < at(item); i++) leaves += 7 + at(leaves + 5) * 256 + at(leaves + 6);
  return { item: HEADER, leaves: item, siblings: leaves };
}

/** Offsets worth a mutation: every byte of header and leaves, a sample of chunks and siblings. */
function offsets(one: ParityCase, random: Random): number[] {
  const { leaves, siblings } = parts(one);
  const all: number[] = [];
  for (let at = 0; at < one.witness.length; at++) {
    const dense = at < HEADER + 2 || (at >= leaves && at < siblings);
    const step = at < leaves ? 16 : 32;
    if (dense || random.below(step) === 0) all.push(at);
  }
  // Counts and lengths stand alone between the parts.
  return [...new Set([...all, leaves, leaves - 1, siblings, one.witness.length - 1])];
}

function mutant(one: ParityCase, witness: Uint8Array): ParityCase {
  return { ...one, witness };
}

function flipped(one: ParityCase, at: number, random: Random): ParityCase {
  const witness = one.witness.slice();
  witness[at] = (witness[at] ?? 0) ^ (1 + random.below(255));
  return mutant(one, witness);
}

describe("A mutated witness", () => {
  let driver: Driver;
  let cases: Map<string, ParityCase>;

  before(async function () {
    this.timeout(600_000);
    driver = await openDriver();
    cases = oneOfEach(new Random(SEED));
    const names = [...VERBS.flatMap((verb) => verb?.name ?? []), "deposit", "listing"];
    expect([...cases.keys()].sort()).to.deep.equal(["in blobs", ...names].sort());
  });

  /** None of these goes through. */
  async function allRevert(mutants: readonly ParityCase[], what: (i: number) => string): Promise<void> {
    const answers = await driver.run(mutants);
    answers.forEach(({ ok, error }, i) => {
      expect(ok, what(i)).to.equal(false);
      expect(error, what(i)).not.to.equal("0x");
    });
  }

  it(`reverts whichever byte is changed, for each op (seed ${SEED})`, async function () {
    this.timeout(600_000);
    const random = new Random(SEED + 1);
    for (const [name, one] of cases) {
      const [answer] = await driver.run([one]);
      expect(answer && disagreement(one, answer), name).to.equal(undefined);
      const at = offsets(one, random);
      const mutants = at.map((offset) => flipped(one, offset, random));
      await allRevert(mutants, (i) => `${name}, byte ${at[i]} of ${JSON.stringify(parts(one))}`);
    }
  });

  it("reverts when it is cut, lengthened, or of another step", async () => {
    for (const [name, one] of cases) {
      const { leaves, siblings } = parts(one);
      const { witness } = one;
      const cuts = [0, 1, HEADER, leaves, siblings, witness.length - 32, witness.length - 1];
      const others = [...cases.values()].filter((other) => other !== one);
      const mutants = [
        ...cuts.map((length) => mutant(one, witness.subarray(0, length))),
        mutant(one, concat(witness, new Uint8Array(1))),
        mutant(one, concat(witness, new Uint8Array(32))),
        ...others.map((other) => mutant(one, other.witness)),
      ];
      await allRevert(mutants, (i) => `${name}, mutant ${i}`);
    }
  });

  it("reverts when the machine before is another", async () => {
    for (const [name, one] of cases) {
      const { pre } = one;
      const changed = [
        { ...pre, stateRoot: one.post.stateRoot },
        { ...pre, nextObject: pre.nextObject + 1 },
        { ...pre, nextExit: pre.nextExit + 1n },
        { ...pre, cursor: pre.cursor + 1 },
      ];
      const mutants = changed.map((machine) => ({ ...one, pre: machine }));
      const answers = await driver.run(mutants);
      // More objects or exits may leave this proof's siblings as they are; what must never come is the true result.
      answers.forEach((answer, i) => {
        expect(answer.ok && disagreement(one, answer) === undefined, `${name}, machine ${i}`).to.equal(false);
      });
    }
  });
});

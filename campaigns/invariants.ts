/**
 * Long random use of every op by many accounts: conservation per asset, rounding against exact fractions, canonical records,
 * failures without effect; and whole deployments on L1, whose escrow is what they owe.
 */
import { type Engine, takeSnapshot, takesEffect } from "@lakh/engine";
import { type Outcome, OUTCOMES, encodeEnvelope, fromHex, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { type Totals, bring, settled, totals, wrongRecord, wrongShares } from "../test/engine/conservation.ts";
import { randomEnvelope, randomQueueItem } from "../test/engine/random-items.ts";
import { apply, deposit, envelope, listing, newEngine, person, sliceEntry } from "../test/engine/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { playEscrow } from "./lib/escrow-life.ts";
import { checkRounding, poolsOf } from "./lib/exact-pools.ts";
import { main } from "./lib/main.ts";
import { usefulEnvelope } from "./lib/useful-ops.ts";

/** Steps of one life of a state. */
const STEPS = 1500;
/** As in test/engine/random-items.ts, whose envelopes are theirs. */
const PEOPLE = 6;
/** Tokens listed at the start, after ETH. */
const TOKENS = 3;
const PLENTY = 10n ** 12n;
/** Steps between two looks at the whole state, which cost more than a step. */
const LOOK_EVERY = 5;
/** Of so many lives one is a whole deployment's, on L1. */
const L1_EVERY = 4;

export const invariants: Campaign = {
  name: "invariants",
  promise:
    "whatever is played, each asset is conserved, rounding never pays, what fails changes nothing, and escrow = liabilities",
  open: async () => ({
    play: async (seed, tally) => {
      const random = new Random(seed);
      if (seed % L1_EVERY === 0) await playEscrow(random, tally);
      else playLife(random, tally);
    },
    close: async () => undefined,
  }),
};

function playLife(random: Random, tally: Tally): void {
  const engine = newEngine();
  const brought: Totals = new Map();
  openMarket(engine, brought);
  let pools = poolsOf(engine);
  for (let step = 0; step < STEPS; step++) {
    const looks = step % LOOK_EVERY === 0;
    const before = looks ? toHex(takeSnapshot(engine)) : "";
    const time = engine.state.time + BigInt(random.below(5));
    const isQueue = random.chance(0.2);
    let outcome: Outcome;
    if (isQueue) {
      const item = randomQueueItem(engine, random);
      const { header, payload } = sliceEntry(time, [item]);
      outcome = engine.applyEntry(header, payload)[0] as Outcome;
      if (takesEffect(outcome)) bring(brought, item);
    } else {
      engine.openEntry(time);
      const opened = looks ? toHex(takeSnapshot(engine)) : "";
      const unsigned = random.chance(0.5) ? usefulEnvelope(engine, random) : randomEnvelope(engine, random);
      const signer = engine.account(unsigned.account)?.owner ?? person(0).address;
      outcome = engine.applyEnvelope(encodeEnvelope(unsigned), fromHex(signer));
      if (outcome === 0)
        for (const verb of checkRounding(pools, poolsOf(engine), unsigned.ops))
          tally.count("op against exact fractions", verb);
      if (looks && outcome !== 0) expect(toHex(takeSnapshot(engine)), "a failure left a trace").to.equal(opened);
      engine.closeEntry();
    }
    if (outcome === 0) pools = poolsOf(engine);
    tally.count(isQueue ? "queue item" : "envelope", OUTCOMES[outcome]?.name ?? String(outcome));
    if (!looks) continue;
    const where = `step ${step}, ${OUTCOMES[outcome]?.name}`;
    expect(settled(totals(engine)), where).to.deep.equal(settled(brought));
    expect(wrongShares(engine), where).to.equal(undefined);
    expect(wrongRecord(engine), where).to.equal(undefined);
    tally.count("look at the whole state", before === toHex(takeSnapshot(engine)) ? "unchanged" : "conserved");
  }
}

/** Everybody has plenty of every asset, and there is a pool of each pair. */
function openMarket(engine: Engine, brought: Totals): void {
  const bringIn = (items: Uint8Array[]): void => {
    const { header, payload } = sliceEntry(engine.state.time, items);
    engine.applyEntry(header, payload);
    for (const item of items) bring(brought, item);
  };
  bringIn(Array.from({ length: TOKENS }, (_, i) => listing(i)));
  const assets = Array.from({ length: 1 + TOKENS }, (_, i) => i + 1);
  const firstAccount = assets.length + 1;
  for (let i = 0; i < PEOPLE; i++) {
    const { address: owner } = person(i);
    bringIn([deposit(engine, 1, PLENTY, { owner })]);
    bringIn(assets.map((asset) => deposit(engine, asset, PLENTY, { owner, account: firstAccount + i })));
  }
  engine.openEntry(engine.state.time);
  let nonce = 0n;
  for (const object of assets) {
    for (const object2 of assets.filter((asset) => asset > object)) {
      const half = { amount: PLENTY / 100n, amount2: PLENTY / 100n };
      const op = { verb: "createPool", object, object2, ...half, amount3: 3000n, amount4: nonce } as const;
      expect(apply(engine, envelope(firstAccount, nonce++, [op]))).to.equal("Ok");
    }
  }
  engine.closeEntry();
}

if (import.meta.main) await main(invariants);

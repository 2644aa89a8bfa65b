/** Outcomes that random steps seldom or never come to: each is the reason named, and changes nothing else. */
import {
  MAX_HOLDINGS,
  Outcome,
  concat,
  decodeRecord,
  encodeBatch,
  encodeCall,
  encodeForced,
  encodeQueueCall,
  encodeRecord,
  opsHash,
  recordTag,
  toHex,
  type Op,
} from "@lakh/protocol";
import { expect } from "chai";

import { FEE_RECIPIENT, type Step, deployStep, machineOf, moved, stepCase } from "../support/step/deploy.ts";
import type { SparseTree } from "../support/step/sparse-tree.ts";
import { type Place, inBatch, inQueue, packWitness } from "../support/step/witness.ts";
import { ALICE, BOB, ETH, NOW, POOL, USDC, alice, machine, signed, swap, tree } from "../support/step/world.ts";

const SIGNATURE = 64;
const ADDRESS = 20;
const THIEF = `0x${"ab".repeat(20)}` as const;

describe("StepVerifier > step > outcomes", () => {
  let step: Step;
  before(async () => {
    step = await deployStep();
  });

  async function outcomeAt(place: Place, state: SparseTree, leaves: readonly number[]): Promise<number> {
    const pre = machine(state, place.cursor);
    const one = stepCase(pre, place, packWitness(place, state, leaves));
    const { post, outcome } = await step.harness.measure.staticCall(step.verifier, one, place.queueIndex);
    expect(machineOf(post)).to.deep.equal(moved(pre, place));
    return Number(outcome);
  }

  const add = { verb: "addLiquidity", object: POOL, amount: 10_000_000n, amount2: 20_000_000n, amount3: 0n } as const;
  const pair = { verb: "createPool", object: ETH, object2: USDC, amount3: 3000n, amount4: 7n } as const;
  const cases: readonly (readonly [what: string, op: Op, leaves: readonly number[], outcome: number])[] = [
    [
      "a transfer to what is no account",
      { verb: "transfer", object: ETH, object2: USDC, amount: 1n },
      [ETH, USDC, ALICE],
      Outcome.WrongKind,
    ],
    [
      "a withdrawal of what is no asset",
      { verb: "withdraw", object: BOB, party: THIEF, amount: 1n },
      [ALICE, BOB],
      Outcome.WrongKind,
    ],
    [
      "a pool of what is no asset",
      { ...pair, object: BOB, amount: 5n, amount2: 5n },
      [USDC, ALICE, BOB],
      Outcome.WrongKind,
    ],
    [
      "an account that holds what is no asset",
      { verb: "openAccount", object: BOB, party: THIEF, amount: 1n },
      [ALICE, BOB],
      Outcome.WrongKind,
    ],
    ...(["swapExactIn0", "swapExactIn1", "swapExactOut0", "swapExactOut1"] as const).map(
      (verb) =>
        [
          `${verb} in what is no pool`,
          { verb, object: BOB, amount: 1n, amount2: 1n },
          [ALICE, BOB],
          Outcome.WrongKind,
        ] as const,
    ),
    ["liquidity for what is no pool", { ...add, object: BOB }, [ALICE, BOB], Outcome.WrongKind],
    [
      "shares of what is no pool",
      { verb: "removeLiquidity", object: BOB, amount: 1n },
      [ALICE, BOB],
      Outcome.WrongKind,
    ],
    ["shares of nothing", { verb: "removeLiquidity", object: POOL, amount: 0n }, [POOL, ALICE], Outcome.ZeroAmount],
    ["a pool of nothing", { ...pair, amount: 0n, amount2: 5n }, [ETH, USDC, ALICE], Outcome.ZeroAmount],
    ["a pool with nothing", { ...pair, amount: 5n, amount2: 0n }, [ETH, USDC, ALICE], Outcome.ZeroAmount],
  ];
  for (const [what, op, leaves, outcome] of cases)
    it(`${what}`, async () => {
      const state = tree();
      const batch = encodeBatch([signed(state, step.separator, { ...swap, ops: [op] }, "alice")]);
      expect(await outcomeAt(inBatch(batch, 0, NOW), state, leaves)).to.equal(outcome);
    });

  it("liquidity whose second half is missing gives back the first", async () => {
    const holdings = alice.holdings.map((held) => (held.key === USDC ? { ...held, amount: 19_999_999n } : held));
    const state = tree([[ALICE, encodeRecord({ ...alice, holdings })]]);
    const batch = encodeBatch([signed(state, step.separator, { ...swap, ops: [add] }, "alice")]);
    const outcome = await outcomeAt(inBatch(batch, 0, NOW), state, [POOL, ALICE]);
    expect(outcome).to.equal(Outcome.InsufficientBalance);
  });

  it("shares whose worth the account has no room for", async () => {
    const shares = alice.holdings.filter(({ key }) => key !== ETH && key !== USDC);
    const others = Array.from({ length: MAX_HOLDINGS - shares.length }, (_, i) => ({ key: 10 + i, amount: 1n }));
    const state = tree([[ALICE, encodeRecord({ ...alice, holdings: [...others, ...shares] })]]);
    const op = { verb: "removeLiquidity", object: POOL, amount: 1_000n, amount2: 0n, amount3: 0n } as const;
    const batch = encodeBatch([signed(state, step.separator, { ...swap, ops: [op] }, "alice")]);
    expect(await outcomeAt(inBatch(batch, 0, NOW), state, [POOL, ALICE])).to.equal(Outcome.HoldingsFull);
  });

  for (const [what, amount, outcome] of [
    ["nothing", 0n, Outcome.ZeroAmount],
    ["more than there are", machine(tree(), 0).fees + 1n, Outcome.InsufficientBalance],
  ] as const)
    it(`fees, asked for by their recipient: ${what}`, async () => {
      const state = tree([[BOB, encodeRecord({ ...alice, owner: FEE_RECIPIENT })]]);
      const ops = [{ verb: "collectFees", amount }] as const;
      const tagOf = (index: number) => recordTag(decodeRecord(state.records.get(index) as Uint8Array));
      const call = encodeCall({ account: BOB, ops: [...ops], opsHash: toHex(opsHash(ops, tagOf)) });
      const place = inQueue(encodeQueueCall(FEE_RECIPIENT, call), 0, 2, NOW);
      expect(await outcomeAt(place, state, [BOB])).to.equal(outcome);
    });

  it("a forced envelope of no bytes, and one cut within an address", async () => {
    const state = tree();
    const op = { verb: "withdraw", object: USDC, party: THIEF, amount: 7n } as const;
    const good = signed(state, step.separator, { ...swap, ops: [op] }, "alice");
    const cut = concat(good.subarray(0, good.length - SIGNATURE - ADDRESS), good.subarray(good.length - SIGNATURE));
    for (const envelope of [new Uint8Array(0), cut])
      expect(await outcomeAt(inQueue(encodeForced(envelope), 0, 2, NOW), state, [])).to.equal(Outcome.Malformed);
  });

  it("an envelope of account 0, and of one past the last index", async () => {
    const state = tree();
    const good = signed(state, step.separator, swap, "alice");
    // A byte of version and count, then the account as a varint: ALICE has three bytes.
    for (const account of [[0], [0xff, 0xff, 0xff, 0xff, 0x01]]) {
      const batch = encodeBatch([concat(good.subarray(0, 1), Uint8Array.from(account), good.subarray(4))]);
      expect(await outcomeAt(inBatch(batch, 0, NOW), state, [])).to.equal(Outcome.Malformed);
    }
  });
});

import { ZERO_ADDRESS, buildTrace, claimId, pathOf, segmentAt, type Hex, type Machine } from "@lakh/protocol";
import { expect } from "chai";
import { keccak256, toBeHex } from "ethers";

import { recordGas, skipUnderCoverage } from "../support/gas.ts";
import {
  CHALLENGE_BOND,
  CLAIM_BOND,
  GENESIS,
  SALT,
  WINDOWS,
  deployGame,
  headOf,
  machinesTo,
  mockWitness,
  type Game,
} from "./game.ts";

const FANOUT = 1024;
/** Most gas of each move, issue 2. */
const LIMITS = {
  claim: 90_000n,
  challenge: 90_000n,
  defend: 1_450_000n,
  pick: 100_000n,
  join: 100_000n,
  answer: 1_450_000n,
  prove: 120_000n,
  timeout: 60_000n,
  settle: 60_000n,
  confirm: 70_000n,
  collect: 90_000n,
};

/** `count` distinct hashes, the last one `end`. */
function elements(seed: string, count: number, end: Hex): Hex[] {
  const hashes = Array.from({ length: count - 1 }, (_, i) => keccak256(toBeHex(`${seed}${i.toString(16)}`, 32)) as Hex);
  return [...hashes, end];
}

async function gasOf(sent: ReturnType<Game["claims"]["challenge"]>): Promise<bigint> {
  const receipt = await (await sent).wait();
  return receipt?.gasUsed ?? 0n;
}

describe("Claims gas, F = 1,024, L = 3, osaka", () => {
  before(skipUnderCoverage);

  it("keeps every move below its limit", async () => {
    const game = await deployGame(FANOUT, 3);
    const [proposer, seat, joiner, defender] = game.signers;
    if (!proposer || !seat || !joiner || !defender) throw new Error("four signers are needed");
    const gas: Record<string, bigint> = {};
    const { claims, networkHelpers } = game;
    const end: Machine = { ...(machinesTo(GENESIS, 2n, 3).at(-1) as Machine), fees: 123456789n, time: 1763611234n };
    const acc = (await game.inbox.acc(2n)) as Hex;

    gas.claim = await gasOf(claims.connect(proposer).claim(game.genesis, 3, acc, end, SALT, { value: CLAIM_BOND }));
    const event = (await claims.queryFilter(claims.filters.ClaimMade())).at(-1);
    if (!event) throw new Error("no claim");
    const head = headOf(event.args.head);
    const value = { value: CHALLENGE_BOND };
    gas.challenge = await gasOf(claims.connect(seat).challenge(head, value));
    await claims.connect(joiner).challenge(head, value);

    const top = buildTrace(head.start, elements("0xaa", FANOUT, head.machine), FANOUT);
    gas.defend = await gasOf(claims.connect(proposer).defend(head, [...top.elements]));
    await claims.connect(defender).defend(head, [head.machine], { value: (await claims.params()).defendBond });

    const owner = proposer.address;
    gas.pick = await gasOf(claims.connect(seat).pick(head, owner, pathOf(), 700));
    gas.join = await gasOf(claims.connect(joiner).pick(head, owner, pathOf(), 700));
    const first = segmentAt(top, 700);
    const middle = buildTrace(first.left, elements("0xbb", FANOUT, first.right), FANOUT);
    gas.answer = await gasOf(claims.connect(proposer).answer(head, pathOf(700), first, [...middle.elements]));
    await claims.connect(seat).pick(head, owner, pathOf(700), 1000);

    // The other line is disproved at its very first item.
    const other = buildTrace(head.start, [head.machine], FANOUT);
    await claims.connect(seat).pick(head, defender.address, pathOf(), 1);
    const lie = keccak256("0x11") as Hex;
    const last = buildTrace(head.start, [lie, head.machine], FANOUT);
    await claims.connect(defender).answer(head, pathOf(1), segmentAt(other, 1), [...last.elements]);
    await claims.connect(seat).pick(head, defender.address, pathOf(1), 1);
    const bottom = buildTrace(head.start, elements("0xcc", FANOUT, lie), FANOUT);
    await claims.connect(defender).answer(head, pathOf(1, 1), segmentAt(last, 1), [...bottom.elements]);
    gas.prove = await gasOf(
      claims
        .connect(seat)
        .prove(head, defender.address, pathOf(1, 1), 1, segmentAt(bottom, 1), GENESIS, mockWitness(GENESIS)),
    );

    const { challengeSeconds, defendSeconds, replySeconds } = WINDOWS;
    await networkHelpers.time.increase(challengeSeconds + 3 * (defendSeconds + replySeconds));
    gas.timeout = await gasOf(claims.connect(joiner).timeout(head, owner, pathOf(700), 1000));
    gas.settle = await gasOf(claims.connect(seat).settle(head, ZERO_ADDRESS));
    gas.collect = await gasOf(claims.connect(seat).collectClaimBond(head));

    await claims.connect(proposer).claim(game.genesis, 3, acc, end, keccak256(SALT), { value: CLAIM_BOND });
    const next = { ...head, salt: keccak256(SALT) as Hex };
    await networkHelpers.time.increase(challengeSeconds);
    await claims.settle(next, ZERO_ADDRESS);
    gas.confirm = await gasOf(claims.confirm(next));
    expect((await claims.latestConfirmed()).id).to.equal(claimId(next));

    for (const [move, limit] of Object.entries(LIMITS)) {
      const used = gas[move] ?? 0n;
      recordGas(`Claims.${move}: F = 1,024`, used);
      expect(used > 0n && used <= limit, `${move}: ${used} of ${limit}`).to.equal(true);
    }
  });
});

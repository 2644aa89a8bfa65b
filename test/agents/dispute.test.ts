import { standingLies } from "@lakh/challenger";
import { ROOT, traceEnd } from "@lakh/protocol";
import { expect } from "chai";
import type { GameView } from "@lakh/service";

import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND, WINDOWS } from "../claims/game.ts";
import { openGame, type GameWorld } from "./game-world.ts";

const { challengeSeconds, defendSeconds, replySeconds } = WINDOWS;
const SMALL = { fanout: 4, entries: 5, items: 3 };

/** Statuses of all claims but the genesis claim, in the order they were made. */
function statuses({ claims }: GameView): string[] {
  return [...claims.values()].slice(1).map(({ status }) => status);
}

async function pass(world: GameWorld, seconds: number): Promise<void> {
  await world.networkHelpers.time.increase(seconds);
}

function kinds(did: readonly string[]): string[] {
  return did.map((line) => line.slice(0, line.indexOf(":")));
}

describe("proposer", () => {
  it("claims the entries derived, with as few levels as hold them, then what is new", async () => {
    const world = await openGame(SMALL);
    const proposer = await world.proposer("proposer", { mostPending: 5 });
    expect(kinds((await proposer.step()).did)).to.deep.equal(["claim"]);
    expect((await proposer.step()).did).to.deep.equal([]);
    await world.inbox.append(1);
    expect(kinds((await proposer.step()).did)).to.deep.equal(["claim"]);
    const [first, second] = [...(await world.view()).claims.values()].slice(1);
    expect(first?.head).to.include({ endEntry: 5n, levels: 2 });
    expect(second?.head).to.include({ endEntry: 6n, levels: 1, parent: first?.id });
  });

  it("keeps its interval and its most pending claims", async () => {
    const world = await openGame(SMALL);
    const proposer = await world.proposer("proposer", { intervalSeconds: 500, mostPending: 1 });
    expect((await proposer.step()).did).to.deep.equal([]);
    await pass(world, 500);
    expect(kinds((await proposer.step()).did)).to.deep.equal(["claim"]);
    await world.inbox.append(1);
    await pass(world, 500);
    expect((await proposer.step()).did).to.deep.equal([]);
  });

  it("cuts a claim where three levels would not hold more", async () => {
    const world = await openGame({ fanout: 2, entries: 5, items: 3 });
    await (await world.proposer("proposer")).step();
    expect([...(await world.view()).claims.values()][1]?.head).to.include({ endEntry: 2n, levels: 3 });
  });

  it("settles and confirms what nobody challenged, and takes its bond home", async () => {
    const world = await openGame(SMALL);
    const { provider, walletOf } = world;
    await (await world.proposer("proposer")).step();
    const before = await provider.getBalance(walletOf("proposer").address);
    await pass(world, challengeSeconds);
    // Each step is a fresh start: what is due follows from L1 alone.
    const did: string[] = [];
    for (let i = 0; i < 4; i++) did.push(...kinds((await (await world.proposer("proposer")).step()).did));
    expect(did).to.deep.equal(["settle", "confirm", "collect", "withdraw"]);
    expect(statuses(await world.view())).to.deep.equal(["Confirmed"]);
    expect(await world.claims.burned()).to.equal(0n);
    expect(before).to.be.greaterThan(0n);
    expect(await provider.getBalance(await world.claims.getAddress())).to.equal(0n);
  });

  it("never builds on a claim that it would not defend", async () => {
    const world = await openGame(SMALL);
    await (await world.liar("liar", 2, 4)).step();
    await (await world.proposer("proposer")).step();
    const [genesis, lie, claim] = [...(await world.view()).claims.values()];
    expect(lie?.head.parent).to.equal(genesis?.id);
    expect(claim?.head.parent).to.equal(genesis?.id);
    expect(claim?.head.machine).to.not.equal(lie?.head.machine);
  });

  it("builds on another's true claim only while it could still defend it", async () => {
    const world = await openGame(SMALL);
    const { claims, ethers, view, inbox } = world;
    await (await world.proposer("first")).step();
    const first = [...(await view()).claims.values()][1];
    const [, hostile] = await ethers.getSigners();
    if (!first || !hostile) throw new Error("no claim");
    await claims.connect(hostile).challenge(first.head, { value: CHALLENGE_BOND });
    await inbox.append(1);
    await pass(world, challengeSeconds + defendSeconds);
    await (await world.proposer("second")).step();
    const parents = [...(await view()).claims.values()].slice(1).map(({ head }) => head.parent);
    expect(parents).to.deep.equal([first.head.parent, first.head.parent]);
  });

  it("defends its claim against a hostile challenger, answers his picks and wins his bond", async () => {
    const world = await openGame(SMALL);
    const { claims, ethers, view } = world;
    await (await world.proposer("proposer")).step();
    const claim = [...(await view()).claims.values()][1];
    if (!claim) throw new Error("no claim");
    const [, hostile] = await ethers.getSigners();
    if (!hostile) throw new Error("no signer");
    await claims.connect(hostile).challenge(claim.head, { value: CHALLENGE_BOND });
    expect(kinds((await (await world.proposer("proposer")).step()).did)).to.deep.equal(["defend"]);
    await claims.connect(hostile).pick(claim.head, claim.head.proposer, 0, 3);
    expect(kinds((await (await world.proposer("proposer")).step()).did)).to.deep.equal(["answer"]);
    expect((await (await world.proposer("proposer")).step()).did).to.deep.equal([]);
    await pass(world, challengeSeconds + 2 * (defendSeconds + replySeconds));
    const did: string[] = [];
    for (let i = 0; i < 4; i++) did.push(...kinds((await (await world.proposer("proposer")).step()).did));
    expect(did).to.deep.equal(["settle", "confirm", "collect", "collect", "withdraw"]);
    expect(await claims.burned()).to.equal(CHALLENGE_BOND - CHALLENGE_BOND / 2n);
  });
});

describe("challenger", () => {
  it("leaves true claims alone", async () => {
    const world = await openGame(SMALL);
    await (await world.proposer("proposer")).step();
    expect((await (await world.challenger("challenger")).step()).did).to.deep.equal([]);
  });

  for (const honestSteps of [0, 4, 7, 13, 14]) {
    it(`beats a liar of two levels who lies after step ${honestSteps}, each restarting before every move`, async () => {
      const world = await openGame(SMALL);
      const { claims, view, liar, challenger } = world;
      const told: string[] = [];
      for (let i = 0; i < 4; i++) {
        told.push(...kinds((await (await liar("liar", 2, honestSteps)).step()).did));
        told.push(...kinds((await (await challenger("challenger")).step()).did));
      }
      expect(told).to.deep.equal(["claim", "challenge", "defend", "pick", "answer", "prove"]);
      await pass(world, challengeSeconds + defendSeconds);
      const ended: string[] = [];
      for (let i = 0; i < 3; i++) ended.push(...kinds((await (await challenger("challenger")).step()).did));
      expect(ended).to.deep.equal(["settle", "collect", "collect", "withdraw"]);
      expect(statuses(await view())).to.deep.equal(["Refuted"]);
      expect(await claims.burned()).to.equal(CLAIM_BOND - CLAIM_BOND / 2n);
    });
  }

  it("beats liars of one and of three levels", async () => {
    for (const [levels, size] of [
      [1, { fanout: 16, entries: 5, items: 3 }],
      [3, SMALL],
    ] as const) {
      const world = await openGame(size);
      const liar = await world.liar("liar", levels, 8);
      const challenger = await world.challenger("challenger");
      const told: string[] = [];
      for (let i = 0; i < 2 + levels; i++) {
        told.push(...kinds((await liar.step()).did), ...kinds((await challenger.step()).did));
      }
      const rounds = Array.from({ length: levels - 1 }, () => ["pick", "answer"]).flat();
      expect(told).to.deep.equal(["claim", "challenge", "defend", ...rounds, "prove"]);
    }
  });

  it("beats a claim that says too many items for its levels, though its machine is true", async () => {
    const world = await openGame({ fanout: 2, entries: 5, items: 3 });
    const { claims, truth, ethers, view } = world;
    await truth.refresh();
    const [, short] = await ethers.getSigners();
    const [end, genesis] = [await truth.machineAt(5), [...(await view()).claims.values()][0]];
    if (!short || !end || !genesis) throw new Error("nothing to claim");
    await claims
      .connect(short)
      .claim(genesis.head, 3, truth.accAt(5) as string, end, `0x${"00".repeat(32)}`, { value: CLAIM_BOND });
    expect(kinds((await (await world.challenger("challenger")).step()).did)).to.deep.equal(["challenge"]);
  });

  it("raises an alarm when a lie stands because nobody was there", async () => {
    const world = await openGame(SMALL);
    const { truth, view, liar } = world;
    await (await liar("liar", 2, 4)).step();
    await truth.refresh();
    expect(await standingLies(await view(), truth)).to.deep.equal([]);
    await pass(world, challengeSeconds);
    expect(kinds((await (await liar("liar", 2, 4)).step()).did)).to.deep.equal(["settle"]);
    expect((await standingLies(await view(), truth)).map(({ status }) => status)).to.deep.equal(["Upheld"]);
    expect(kinds((await (await liar("liar", 2, 4)).step()).did)).to.deep.equal(["confirm", "collect"]);
    expect((await standingLies(await view(), truth)).map(({ status }) => status)).to.deep.equal(["Confirmed"]);
    expect((await (await world.challenger("challenger")).step()).did).to.deep.equal([]);
  });

  it("times a silent line out, and gets the bond of its killer", async () => {
    const world = await openGame(SMALL);
    const liar = await world.liar("liar", 2, 4);
    const challenger = await world.challenger("challenger");
    for (let i = 0; i < 2; i++) {
      await liar.step();
      await challenger.step();
    }
    await pass(world, challengeSeconds + 2 * defendSeconds + replySeconds);
    const told: string[] = [];
    for (let i = 0; i < 4; i++) told.push(...kinds((await challenger.step()).did));
    expect(told).to.deep.equal(["timeout", "settle", "collect", "collect", "withdraw"]);
  });

  it("plays all lines at once: two liars defend one false claim, and both fall", async () => {
    const world = await openGame(SMALL);
    const { claims, truth, ethers, view, networkHelpers } = world;
    const liar = await world.liar("liar", 2, 4);
    const challenger = await world.challenger("challenger");
    await liar.step();
    await challenger.step();
    await liar.step();
    // A second defender, whose trace lies elsewhere: its last element alone is the claim's.
    const [, second] = await ethers.getSigners();
    const claim = [...(await view()).claims.values()][1];
    if (!second || !claim) throw new Error("no claim");
    const span = { startEntry: 0, endEntry: 5, levels: 2, fanout: 4 };
    const own = [...(await truth.trace(span, 0 as never))].slice(0, 3);
    await claims.connect(second).defend(claim.head, [...own, claim.head.machine], { value: DEFEND_BOND });
    expect(kinds((await challenger.step()).did)).to.deep.equal(["pick", "pick"]);
    await liar.step();
    expect(kinds((await challenger.step()).did)).to.deep.equal(["prove"]);
    await networkHelpers.time.increase(challengeSeconds + 2 * defendSeconds + replySeconds);
    const told: string[] = [];
    for (let i = 0; i < 4; i++) told.push(...kinds((await challenger.step()).did));
    expect(told).to.deep.equal(["timeout", "settle", "collect", "collect", "collect", "withdraw"]);
    expect(statuses(await view())).to.deep.equal(["Refuted"]);
  });

  it("does not spend a pick where another seat picked the last segment, and proves there", async () => {
    const world = await openGame(SMALL);
    const liar = await world.liar("liar", 2, 4);
    const [first, second] = [await world.challenger("first"), await world.challenger("second")];
    await liar.step();
    await first.step();
    await second.step();
    await liar.step();
    await first.step();
    expect((await second.step()).did).to.deep.equal([]);
    await liar.step();
    expect(kinds((await second.step()).did)).to.deep.equal(["prove"]);
  });

  it("joins another seat's pick where it must pick below", async () => {
    const world = await openGame(SMALL);
    const liar = await world.liar("liar", 3, 8);
    const [first, second] = [await world.challenger("first"), await world.challenger("second")];
    await liar.step();
    await first.step();
    await second.step();
    await liar.step();
    await first.step();
    expect(kinds((await second.step()).did)).to.deep.equal(["pick"]);
  });

  it("defends the true parent of a false claim on which it sits, and voids nothing that stands", async () => {
    const world = await openGame(SMALL);
    const { claims, ethers, view } = world;
    await (await world.proposer("proposer")).step();
    await world.inbox.append(1);
    await (await world.liar("liar", 2, 1)).step();
    const challenger = await world.challenger("challenger");
    expect(kinds((await challenger.step()).did)).to.deep.equal(["challenge"]);
    const [, parent, lie] = [...(await view()).claims.values()];
    expect(lie?.head.parent).to.equal(parent?.id);
    const [, hostile] = await ethers.getSigners();
    if (!hostile || !parent) throw new Error("nothing to challenge");
    await claims.connect(hostile).challenge(parent.head, { value: CHALLENGE_BOND });
    expect(kinds((await challenger.step()).did)).to.deep.equal(["defend"]);
  });

  it("answers on its line of a true parent also when the false child, for which it opened it, has fallen", async () => {
    const world = await openGame(SMALL);
    const { claims, ethers, view, networkHelpers } = world;
    await (await world.proposer("proposer")).step();
    await world.inbox.append(1);
    const liar = await world.liar("liar", 1, 1);
    const challenger = await world.challenger("challenger");
    await liar.step();
    await challenger.step();
    const [, parent, lie] = [...(await view()).claims.values()];
    const [, hostile] = await ethers.getSigners();
    if (!hostile || !parent || !lie) throw new Error("nothing to challenge");
    await claims.connect(hostile).challenge(parent.head, { value: CHALLENGE_BOND });
    await liar.step();
    expect(kinds((await challenger.step()).did)).to.deep.equal(["defend", "prove"]);
    await networkHelpers.time.increaseTo(traceEnd(WINDOWS, lie.time, 0));
    expect(kinds((await challenger.step()).did)).to.deep.equal(["settle"]);
    await claims.connect(hostile).pick(parent.head, world.walletOf("challenger").address, ROOT, 2);
    expect(kinds((await challenger.step()).did)).to.deep.equal(["answer"]);
  });

  it("leaves the children of a false claim alone: they fall with it, and are voided where its money hangs", async () => {
    const world = await openGame(SMALL);
    const { claims, truth, ethers, view } = world;
    const liar = await world.liar("liar", 2, 4);
    const challenger = await world.challenger("challenger");
    await liar.step();
    await world.inbox.append(1);
    await truth.refresh();
    const [, other] = await ethers.getSigners();
    const [, lie] = [...(await view()).claims.values()];
    const end = await truth.machineAt(6);
    if (!other || !lie || !end) throw new Error("nothing to claim");
    const salt = `0x${"00".repeat(32)}`;
    await claims.connect(other).claim(lie.head, 1, truth.accAt(6) as string, end, salt, { value: CLAIM_BOND });
    expect(kinds((await challenger.step()).did)).to.deep.equal(["challenge"]);
    expect((await challenger.step()).did).to.deep.equal([]);
  });
});

import { MAX_ITEM, readUint, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";
import { RULES, chain, freshInbox, networkHelpers } from "./fixture.ts";
import { InboxModel, type Move } from "./model.ts";

const SEED = "inbox play 1";
const MOVES = 600;

/** Numbers that depend on the seed only. */
function dice(seed: string, count: number): (sides: number) => number {
  const bytes = seededBytes(seed, 4 * count);
  let at = 0;
  return (sides) => {
    if (at >= bytes.length) throw new RangeError("no dice left");
    const value = Number(readUint(bytes, at, 4) % BigInt(sides));
    at += 4;
    return value;
  };
}

/** A move that is likely to be allowed, or just not. */
function randomMove(roll: (sides: number) => number, model: InboxModel, now: bigint): Move {
  const pick = <T>(...choices: [T, ...T[]]): T => choices[roll(choices.length)] ?? choices[0];
  const drift = BigInt(RULES.maxTimeDrift);
  const who = { now, byBatcher: roll(3) > 0 };
  const acc = roll(8) === 0 ? toHex(new Uint8Array(32).fill(roll(2))) : model.acc;
  const time = pick(now, now, now - 1n, now + 1n, now - drift, now - drift - 1n, model.lastTime, model.lastTime - 1n);
  const to = model.included + roll(5) - 1;
  const sane = { acc, time: time < 0n ? 0n : time, to: to < 0 ? 0 : to };
  switch (roll(4)) {
    case 0:
      return {
        ...who,
        ...sane,
        kind: "batch",
        data: new Uint8Array(roll(20) === 0 ? 0 : 1 + roll(300)).fill(roll(256)),
      };
    case 1:
      return { ...who, ...sane, kind: "queue" };
    case 2:
      return { ...who, ...sane, kind: "include" };
    default:
      return {
        ...who,
        kind: "force",
        envelope: new Uint8Array(pick(0, 1, 90, MAX_ITEM - 1, MAX_ITEM)).fill(roll(256)),
      };
  }
}

describe(`Inbox against its model, seed "${SEED}"`, () => {
  it(`${MOVES} random moves: the same errors, the same accumulator`, async () => {
    const world = await freshInbox();
    const { inbox, deployedAt } = world;
    const roll = dice(SEED, 20 * MOVES);
    const model = new InboxModel(BigInt(deployedAt));
    const seen = new Map<string, number>();
    let now = BigInt(deployedAt);
    for (let i = 0; i < MOVES; i++) {
      now += BigInt(1 + (roll(6) === 0 ? roll(roll(8) === 0 ? 4_000 : 500) : roll(20)));
      const move = randomMove(roll, model, now);
      await networkHelpers.time.setNextBlockTimestamp(now);
      const from = inbox.connect(move.byBatcher ? world.batcher : world.stranger);
      const error = model.play(move);
      const sent = send(from, move);
      if (error) await expect(sent, `move ${i}`).to.be.revertedWithCustomError(inbox, error);
      else await sent;
      const outcome = `${move.kind}: ${error ?? "done"}`;
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      expect(await inbox.acc(await inbox.length()), `move ${i}, ${outcome}`).to.equal(model.acc);
    }
    expect(await inbox.length()).to.equal(model.length);
    expect(await inbox.lastTime()).to.equal(model.lastTime);
    expect(await inbox.lastBatcherTime()).to.equal(model.lastBatcherTime);
    expect(await inbox.included()).to.equal(BigInt(model.included));
    expect(await inbox.queueHash(model.items.length)).to.equal(chain(model.items));
    console.log(`      ${[...seen].map(([outcome, count]) => `${outcome} ${count}`).join(", ")}`);
    expect(seen.size, "kinds of outcome met").to.be.greaterThan(18);
  });
});

function send(inbox: Awaited<ReturnType<typeof freshInbox>>["inbox"], move: Move) {
  switch (move.kind) {
    case "batch":
      return inbox.appendBatch(move.acc, move.time, move.data);
    case "queue":
      return inbox.appendQueue(move.acc, move.time, move.to);
    case "include":
      return inbox.includeQueue(move.to);
    case "force":
      return inbox.enqueueForced(move.envelope);
  }
}

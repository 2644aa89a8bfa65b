/** Random play between a sequencer, a batcher, strangers and L1, followers beside them. */
import { expect } from "chai";

import { type LakhNode, sendEnvelopes } from "@lakh/node";
import { encodeBatch, toHex } from "@lakh/protocol";

import { Random } from "../support/random.ts";
import {
  RULES,
  type World,
  deposit,
  newWorld,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "./world.ts";

const MOVES = 40;
const PEOPLE = 3;

/** Few, so that snapshots, log and archive are cut in the middle of a game. */
const SMALL = { sealBytes: 1100, logBytes: 2000 };

/** Followers look ahead at everything, with little room. */
const CATCH_UP = { threads: 1, keyAccounts: 16, leastBytes: 1, aheadBytes: 2000 };

interface Stage {
  readonly random: Random;
  readonly world: World;
  readonly dir: string;
  readonly followerDir: string;
  /** L1 reorganises, and nothing is final; else a few blocks make it final. */
  readonly reorganises: boolean;
  /** Memory for old records; with none, all but the last entry is undone by replay. */
  readonly undoBytes: number;
}

function storeOf({ reorganises, undoBytes }: Stage) {
  return { undoBytes, snapshotItems: 5, finalityBlocks: reorganises ? 1_000_000 : 3 };
}

/** Everything that may happen between a sequencer, a batcher, strangers and L1, in random order; at the end all must agree. */
class Play {
  private readonly stage: Stage;
  private readonly random: Random;
  private readonly world: World;
  private node: LakhNode;
  private follower: LakhNode;
  /** States of L1 to go back to. */
  private snapshots: { restore(): Promise<void> }[] = [];

  constructor(stage: Stage, node: LakhNode, follower: LakhNode) {
    this.stage = stage;
    this.random = stage.random;
    this.world = stage.world;
    this.node = node;
    this.follower = follower;
  }

  private readonly moves: readonly (() => Promise<unknown>)[] = [
    () => this.send(),
    () => this.send(),
    () => this.send(),
    () => this.seal(),
    () => this.seal(),
    () => this.settle(),
    () => this.post(1),
    () => this.post(3),
    () => deposit(this.world, person(1 + this.random.below(PEOPLE)).address, BigInt(this.random.below(1000)), 0),
    () => this.force(),
    () => this.include(),
    () => this.rubbish(),
    () => this.world.networkHelpers.time.increase(1 + this.random.below(RULES.maxTimeDrift)),
    () => this.world.networkHelpers.time.increase(RULES.forceDelay + 1),
    () => this.snapshot(),
    () => this.reorganise(),
    () => this.restart(),
    () => this.restartFollower(),
    () => settle(this.follower),
  ];

  async move(): Promise<void> {
    await this.random.pick(this.moves)();
  }

  /** Brings everything to L1 and compares. */
  async finish(): Promise<void> {
    // An L1 that went back must first come to the times that were given out on the branch that it left.
    const { time } = this.world.networkHelpers;
    const behind = Number(this.node.sequencer?.time ?? 0n) - (await time.latest());
    if (behind > 0) await time.increase(behind);
    for (let i = 0; i < 20; i++) {
      await this.seal();
      await this.include();
      await this.settle();
      if ((await this.post(1000)) === 0 && this.node.safeLength === this.node.chain.length) break;
    }
    await settle(this.node, this.follower);
    expect(this.node.safeLength).to.equal(this.node.chain.length);
    expect(this.follower.safeLength).to.equal(this.node.safeLength);
    for (let entry = this.node.chain.first; entry <= this.node.safeLength; entry++)
      expect(await this.follower.machineAt(entry)).to.deep.equal(await this.node.machineAt(entry));
    expect(this.follower.accAt(this.follower.safeLength)).to.equal(
      await this.world.inbox.acc(await this.world.inbox.length()),
    );
    const fresh = await openFollower(this.world);
    await settle(fresh);
    expect(fresh.engine.machineHash()).to.equal(this.node.engine.machineHash());
  }

  private envelope(): Uint8Array {
    const { engine } = this.node;
    const accounts = engine.state.nextObject - 2;
    const account = 2 + this.random.below(Math.max(1, accounts));
    const owner = engine.account(account)?.owner;
    const key = [1, 2, 3].map(person).find(({ address }) => address === owner)?.key ?? person(1).key;
    const base = engine.account(account)?.nonceBase ?? 0n;
    const to = 2 + this.random.below(Math.max(1, accounts));
    return signed(this.node, key, account, base + BigInt(this.random.below(300)), [
      transfer(to, BigInt(this.random.below(50))),
    ]);
  }

  private async send(): Promise<void> {
    await sendEnvelopes(
      this.node,
      Array.from({ length: 3 }, () => this.envelope()),
    );
  }

  private async seal(): Promise<void> {
    this.world.clock.milliseconds += 1000;
    await this.settle();
  }

  private settle(): Promise<void> {
    return settle(this.node);
  }

  /** A batcher that may be wrong about what L1 holds: what reverts is not there. */
  private post(most: number): Promise<number> {
    return post(this.world, this.node, most).catch(() => 0);
  }

  private async force(): Promise<void> {
    const bytes = this.random.chance(0.5) ? this.envelope() : this.random.bytes(1 + this.random.below(40));
    await this.world.inbox.connect(this.world.stranger).enqueueForced(bytes);
  }

  private async include(): Promise<void> {
    const { inbox, stranger } = this.world;
    await inbox
      .connect(stranger)
      .includeQueue(await inbox.queueLength())
      .catch(() => undefined);
  }

  /** After a silence, a stranger appends bytes, some of them good envelopes. */
  private async rubbish(): Promise<void> {
    const { inbox, stranger, networkHelpers } = this.world;
    await networkHelpers.time.increase(RULES.sequencerSilence + 1);
    await this.include();
    const items = encodeBatch([this.envelope(), this.random.bytes(5)]);
    const bytes = this.random.chance(0.3) ? this.random.bytes(1 + this.random.below(200)) : items;
    const acc = await inbox.acc(await inbox.length());
    await inbox
      .connect(stranger)
      .appendBatch(acc, await networkHelpers.time.latest(), toHex(bytes))
      .catch(() => undefined);
  }

  private async snapshot(): Promise<void> {
    this.snapshots.push(await this.world.networkHelpers.takeSnapshot());
  }

  private async reorganise(): Promise<void> {
    const at = this.random.below(this.snapshots.length + 1);
    const snapshot = this.snapshots[at];
    if (snapshot === undefined || !this.stage.reorganises) return;
    const provider = this.world.ethers.provider;
    const height = await provider.getBlockNumber();
    await snapshot.restore();
    this.snapshots.length = at;
    // Longer than the branch that it replaces, as L1 does it.
    await this.world.networkHelpers.mine(height - (await provider.getBlockNumber()) + 1 + this.random.below(3));
  }

  private async restart(): Promise<void> {
    await this.node.close();
    this.node = await openSequencer(this.world, this.stage.dir, SMALL, storeOf(this.stage));
    await this.settle();
  }

  private async restartFollower(): Promise<void> {
    await this.follower.close();
    this.follower = await openFollower(this.world, {
      dataDir: this.stage.followerDir,
      ...storeOf(this.stage),
      catchUp: CATCH_UP,
    });
  }
}

/** Plays the game of a seed. @throws AssertionError where they do not agree in the end */
export async function playNodes(seed: number, reorganises: boolean, undoBytes = 2 ** 28): Promise<void> {
  const world = await newWorld();
  const [dir, followerDir] = [await tempDir(), await tempDir()];
  const stage: Stage = { random: new Random(seed), world, dir, followerDir, reorganises, undoBytes };
  const node = await openSequencer(world, dir, SMALL, storeOf(stage));
  for (let i = 1; i <= PEOPLE; i++) await deposit(world, person(i).address, 1_000_000n);
  await settle(node);
  await post(world, node);
  await settle(node);
  const play = new Play(
    stage,
    node,
    await openFollower(world, { dataDir: followerDir, ...storeOf(stage), catchUp: CATCH_UP }),
  );
  for (let move = 0; move < MOVES; move++) await play.move();
  await play.finish();
}

/** Forks of L1 under one thing that nodes follow, seen by nodes at the head, behind it, and away. */
import { packBlobs } from "@lakh/da";
import { type LakhNode, receiptOf, sealedEntries, sendEnvelope } from "@lakh/node";
import { type Hex, type Op, fromHex } from "@lakh/protocol";
import { expect } from "chai";
import { BrowserProvider, keccak256 } from "ethers";

import { serveBeacon } from "../../test/node/serve.ts";
import {
  RULES,
  type World,
  deposit,
  newWorld,
  openFollower,
  openSequencer,
  person,
  settle,
  signed,
  tempDir,
  transfer,
} from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { fork } from "./fork.ts";
import { timesPosted } from "./posted.ts";
import { resultOf } from "./provider.ts";
import { openBatcher } from "./services.ts";

export const NODE_STAGES = [
  "deposit",
  "replaced deposit",
  "batch",
  "batch in blobs",
  "forced inclusion",
  "exit",
] as const;
export type NodeStage = (typeof NODE_STAGES)[number];

const [alice, bob, carol, dave] = [person(1), person(2), person(3), person(4)];
/** Accounts of the first two; the next one goes to whoever deposits next. */
const [ALICE, BOB] = [2, 3];
/** Passes in which all that is due gets to L1. */
const PASSES = 12;
/** Passes of a follower that is still behind when L1 forks. */
const PASSES_BEHIND = 4;

/**
 * One fork after the other, of these depths.
 * @returns followers that stopped since L1 left what it had called final
 * @throws AssertionError where sequencer, followers and Inbox do not end in agreement
 */
export async function forkNodes(
  stage: NodeStage,
  depths: readonly number[],
  random: Random,
  forked: (depth: number) => void,
): Promise<number> {
  const play = await openPlay(stage, Math.max(...depths), random);
  for (const depth of depths) {
    await play.prepare();
    forked(await play.forkOf(depth));
    await play.bring();
    await play.check();
  }
  const fresh = await play.follower();
  await settle(fresh);
  await play.checkPosted(fresh);
  return play.doubted();
}

async function openPlay(stage: NodeStage, deepest: number, random: Random) {
  const world = await overPlain(await newWorld());
  const height = (): Promise<number> => world.ethers.provider.getBlockNumber();
  const dir = await tempDir();
  /** As deep as a fork may be and not deeper: the block that it starts from is final. */
  const final = { finalityBlocks: deepest };
  let node = await openSequencer(world, dir, {}, final);
  const da = stage === "batch in blobs" ? "blobs" : "calldata";
  const batcher = openBatcher(world.deployment.inbox, () => node, world.ethers.provider, { da, inFlight: 1 });
  const blobs: Uint8Array[] = [];
  const beacon = await serveBeacon(() => blobs);
  const follower = (more: Parameters<typeof openFollower>[1] = {}): Promise<LakhNode> =>
    openFollower(world, { ...final, blobSources: { beaconUrl: beacon.url }, ...more });
  const atHead = await follower({ dataDir: await tempDir() });
  const awayDir = await tempDir();
  const watchers = [atHead];
  /** Promised on what no fork touches: each stands once in the end. */
  const kept: Uint8Array[] = [];
  /** Promised on a deposit that L1 forgot: void, where they stand, and without a receipt. */
  const groundless: Uint8Array[] = [];
  let nonce = 0n;
  let exits = 0n;
  /** Followers that were told that a block is final which L1 then left. */
  let doubted = 0;

  const send = async (op: Op): Promise<void> => {
    const envelope = signed(node, alice.key, ALICE, nonce++, [op]);
    await sendEnvelope(node, envelope);
    kept.push(envelope);
  };
  const seal = async (): Promise<void> => {
    world.clock.milliseconds += 1000;
    await settle(node);
    for (const { kind, data } of await sealedEntries(node, node.safeLength, 1000))
      if (kind === "blobs" && data !== undefined) blobs.push(...packBlobs(fromHex(data)));
  };
  const post = (): Promise<unknown> => resultOf(() => batcher.step());
  const bring = async (): Promise<void> => {
    for (let i = 0; i < PASSES; i++) {
      await seal();
      await post();
      if (node.safeLength === node.chain.length && i > 1) break;
    }
    await settle(node, ...watchers);
  };

  /** What must be there before L1 takes it in. */
  const prepare = async (): Promise<void> => {
    if (stage === "batch" || stage === "batch in blobs") await send(transfer(BOB, 1n));
    if (stage === "exit") {
      await send({ verb: "withdraw", object: 1, party: alice.address, amount: 5n });
      exits++;
    }
    if (stage === "forced inclusion") {
      const forced = signed(node, alice.key, ALICE, nonce++, [transfer(BOB, 1n)]);
      await world.inbox.connect(world.stranger).enqueueForced(forced);
      await world.networkHelpers.time.increase(RULES.forceDelay + 1);
    } else await seal();
  };

  /** L1 takes it in, in one block. */
  const act = async (): Promise<void> => {
    if (stage === "deposit" || stage === "replaced deposit") await deposit(world, carol.address, 77n);
    else if (stage === "forced inclusion")
      await world.inbox.connect(world.stranger).includeQueue(await world.inbox.queueLength());
    else await post();
  };

  const forkOf = async (depth: number): Promise<number> => {
    const start = await height();
    const behind = await follower({ rangeBlocks: Math.ceil((start + 2 + random.below(depth)) / PASSES_BEHIND) });
    const away = await follower({ dataDir: awayDir });
    const doubts = depth > 1 && random.chance(0.3) ? await follower({ finalityBlocks: depth - 1 }) : undefined;
    const left = async (): Promise<void> => {
      await act();
      expect(await height(), `no ${stage}`).to.equal(start + 1);
      while ((await height()) < start + depth && random.chance(0.6)) {
        await seal();
        await post();
      }
    };
    const seen = async (): Promise<void> => {
      await settle(node, atHead, away);
      if (doubts !== undefined) await settle(doubts);
      for (let i = 0; i < PASSES_BEHIND; i++) await behind.step();
      await away.close();
      await send(transfer(BOB, 2n));
      const account = node.engine.accountsOf(carol.address).at(-1);
      if (account !== undefined) {
        const spent = signed(node, carol.key, account, BigInt(groundless.length), [transfer(BOB, 7n)]);
        await sendEnvelope(node, spent);
        groundless.push(spent);
      }
      if (random.chance(0.3)) await restart();
    };
    const stays = async (): Promise<void> => {
      if (stage === "replaced deposit") await deposit(world, dave.address, 99n);
    };
    const took = await fork(world, depth, random, { left, seen, stays });
    if (doubts !== undefined) {
      expect(await codeOf(doubts)).to.equal("fatal L1FinalityBroken");
      doubted++;
    }
    watchers.splice(1, watchers.length, behind, await follower({ dataDir: awayDir }));
    return took;
  };
  const restart = async (): Promise<void> => {
    await node.close();
    node = await openSequencer(world, dir, {}, final);
  };

  const check = async (): Promise<void> => {
    expect(node.safeLength, "entries on L1").to.equal(node.chain.length);
    for (const watcher of watchers) expect(watcher.engine.machineHash(), "machine").to.equal(node.engine.machineHash());
    expect(node.accAt(node.safeLength)).to.equal(await world.inbox.acc(await world.inbox.length()));
    expect(node.engine.machine().nextExit, "exits").to.equal(exits);
    for (const watcher of watchers.splice(1)) await watcher.close();
  };
  const checkPosted = async (fresh: LakhNode): Promise<void> => {
    expect(fresh.engine.machineHash()).to.equal(node.engine.machineHash());
    const receipt = (envelope: Uint8Array) => receiptOf(node, keccak256(envelope) as Hex);
    for (const envelope of kept) {
      expect(await timesPosted(fresh, envelope), "times that an envelope stands").to.equal(1);
      expect(await receipt(envelope), "its receipt").not.to.equal(undefined);
    }
    for (const envelope of groundless) {
      expect(await timesPosted(fresh, envelope), "times that an envelope stands").to.be.at.most(1);
      expect(await receipt(envelope), "a receipt of what rested on a deposit that is gone").to.equal(undefined);
    }
  };

  for (const { address } of [alice, bob]) await deposit(world, address, 1_000_000n);
  await bring();
  return { follower, prepare, forkOf, bring, check, checkPosted, doubted: () => doubted };
}

/** The world over a plain ethers provider: Hardhat's leaves out what blobs a transaction had. */
async function overPlain(world: World): Promise<World> {
  const provider = new BrowserProvider(world.provider, undefined, { cacheTimeout: -1 });
  return { ...world, ethers: { ...world.ethers, provider } } as unknown as World;
}

function codeOf(follower: LakhNode): Promise<string> {
  return follower.step().then(
    () => "none",
    (error: { severity?: string; code?: string }) => `${error.severity} ${error.code}`,
  );
}

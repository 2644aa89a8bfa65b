/** Sequencer, follower and batcher, each behind a bad L1 endpoint. */
import { type LakhNode, sendEnvelope } from "@lakh/node";
import { expect } from "chai";

import {
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
  type World,
} from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { timesPosted } from "./posted.ts";
import { patiently, resultOf } from "./provider.ts";
import { type Part, endpointsOf } from "./rpc-lanes.ts";
import { openBatcher } from "./services.ts";
import type { Requester } from "./stale-l1.ts";

const RECOVERY_STEPS = 40;
const RECOVERY_MILLISECONDS = 2_000;
/** Passes in a row after which all seems to have come to rest. */
const IDLE_STEPS = 3;

export async function openRollupPart(foreign: Requester, random: Random): Promise<Part> {
  const world = await newWorld();
  const open = endpointsOf(world.provider, foreign, random);
  const ways = { sequencer: await open(), follower: await open(), batcher: await open() };
  const node = await patiently(async () => openSequencer(over(world, ways.sequencer.provider), await tempDir()));
  const follower = await patiently(async () =>
    openFollower(world, { dataDir: await tempDir() }, ways.follower.provider),
  );
  const batcher = openBatcher(world.deployment.inbox, () => node, ways.batcher.provider);
  for (const number of [1, 2]) await deposit(world, person(number).address, 1_000_000n);
  await patiently(() => settle(node));
  await post(world, node);
  await patiently(() => settle(node, follower));
  const sent: Uint8Array[] = [];
  return {
    lanes: [
      { service: "sequencer", l1: ways.sequencer.l1, step: (signal) => node.step(signal) },
      { service: "follower", l1: ways.follower.l1, step: (signal) => follower.step(signal) },
      { service: "batcher", l1: ways.batcher.l1, step: (signal) => batcher.step(signal) },
    ],
    disturb: async () => {
      await deposit(world, person(1 + random.below(3)).address, BigInt(1 + random.below(100)));
      sent.push(await send(node, BigInt(sent.length)));
      world.clock.milliseconds += 1000;
    },
    check: async () => {
      for (let i = 0, idle = 0; i < RECOVERY_STEPS && idle < IDLE_STEPS; i++) {
        world.clock.milliseconds += 1000;
        await world.networkHelpers.mine();
        for (const stepper of [node, batcher, follower])
          await resultOf(() => stepper.step(AbortSignal.timeout(RECOVERY_MILLISECONDS)));
        idle = node.caughtUp && follower.safeLength === node.chain.length ? idle + 1 : 0;
      }
      const straight = await openFollower(world);
      await settle(straight);
      expect(node.chain.length, "an entry was not posted").to.equal(straight.safeLength);
      for (const one of [node, follower])
        expect(one.engine.machineHash(), `machine of the ${one.mode}`).to.equal(straight.engine.machineHash());
      for (const envelope of sent) expect(await timesPosted(straight, envelope), "times posted").to.equal(1);
    },
  };
}

/** The world through another provider. */
function over(world: World, provider: unknown): World {
  return { ...world, ethers: { ...world.ethers, provider } } as World;
}

async function send(node: LakhNode, nonce: bigint): Promise<Uint8Array> {
  const envelope = signed(node, person(1).key, 2, nonce, [transfer(3, 1n)]);
  await sendEnvelope(node, envelope);
  return envelope;
}

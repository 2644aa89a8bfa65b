/** An endpoint that speaks for two L1 histories, now the one and now the other, as two backends behind one address do. */
import { createBatcher } from "@lakh/batcher";
import { type LakhNode, sealedEntries } from "@lakh/node";
import { createRegistry, createSender, memoryJournal, silentLog, type Stepper, systemClock } from "@lakh/service";
import { expect } from "chai";
import { network } from "hardhat";
import { Wallet } from "ethers";

import { developmentKey } from "../../test/agents/wire.ts";
import { serveL1 } from "../../test/node/l1-server.ts";
import {
  deposit,
  newWorld,
  onCleanUp,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  tempDir,
  type World,
} from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { type Requester } from "./faulty-l1.ts";
import { providerOf, resultOf } from "./provider.ts";

const STEPS = 12;
const RECOVERY_STEPS = 60;
const SEND_MILLISECONDS = 1_000;

export async function playTwoEndpoints(random: Random, tally: Tally): Promise<void> {
  const world = await newWorld();
  const node = await openSequencer(world, await tempDir());
  await deposit(world, person(1).address, 1_000n);
  await settle(node);
  await post(world, node);
  const other = await otherHistory(world, random);
  // Both go on from there.
  await deposit(world, person(2).address, 2_000n);
  const backend: Requester = {
    request: (call) => (share > 0 && random.chance(share) ? other : world.provider).request(call),
  };
  let share = random.pick([0.1, 0.5, 0.9]);
  const l1 = await serveL1(backend);
  onCleanUp(l1.close);
  const provider = providerOf(l1.url);
  const follower = await openFollower(world, { dataDir: await tempDir() }, provider);
  const batcher = await openBatcher(world, node, provider);
  for (let i = 0; i < STEPS; i++) {
    await settle(node);
    tally.count("follower between two histories", await resultOf(() => follower.step()));
    tally.count(
      "batcher between two histories",
      await resultOf(() => batcher.step(AbortSignal.timeout(SEND_MILLISECONDS))),
    );
    if (random.chance(0.3)) await deposit(world, person(3).address, BigInt(1 + i));
  }
  share = 0;
  for (let i = 0; i < RECOVERY_STEPS; i++) {
    world.clock.milliseconds += 100;
    await settle(node);
    await resultOf(() => batcher.step(AbortSignal.timeout(SEND_MILLISECONDS)));
    await resultOf(() => follower.step());
  }
  const straight = await openFollower(world);
  await settle(straight);
  expect(straight.safeLength, "entries").to.equal(node.chain.length);
  expect(follower.engine.machineHash(), "machine").to.equal(straight.engine.machineHash());
  expect(follower.engine.machineHash(), "machine").to.equal(node.engine.machineHash());
  tally.count("follower and batcher afterwards", "agree with the history that stays");
}

/** A chain with the world's blocks up to now and others from here on: with another deposit, and an entry that holds it. */
async function otherHistory({ provider, inbox, batcher, bridge, ethers }: World, random: Random): Promise<Requester> {
  const served = await serveL1(provider);
  onCleanUp(served.close);
  const blockNumber = await ethers.provider.getBlockNumber();
  const { provider: other, ethers: otherEthers } = await network.create({
    override: { forking: { enabled: true, url: served.url, blockNumber } },
  });
  const otherInbox = inbox.connect(await otherEthers.getSigner(bridge.address));
  await deposit({ inbox: otherInbox, bridge: await otherEthers.getSigner(bridge.address) }, person(7).address, 9n);
  if (random.chance(0.7)) {
    const latest = await otherEthers.provider.getBlock("latest");
    const acc = await otherInbox.acc(await otherInbox.length());
    const queue = await otherInbox.queueLength();
    await otherInbox
      .connect(await otherEthers.getSigner(batcher.address))
      .appendQueue(acc, latest?.timestamp ?? 0, queue);
  }
  await other.request({ method: "hardhat_mine", params: [`0x${(1 + random.below(5)).toString(16)}`] });
  return other;
}

async function openBatcher(world: World, node: LakhNode, provider: ReturnType<typeof providerOf>): Promise<Stepper> {
  const l1 = { provider, chainId: 31337n };
  const log = silentLog();
  const sender = await createSender(
    { pollMilliseconds: 10 },
    { l1, wallet: new Wallet(developmentKey(0)), journal: memoryJournal(), clock: systemClock, log },
  );
  const source = {
    sealedEntries: async (from: bigint, limit: number) =>
      (await sealedEntries(node, Number(from), limit)).map(({ entry, accBefore, kind, time, data, to }) => {
        const head = { entry: BigInt(entry), accBefore, time: BigInt(time) };
        return kind === "queue"
          ? ({ ...head, kind, to: BigInt(to ?? 0) } as const)
          : ({ ...head, kind: "calldata", data: data ?? "0x" } as const);
      }),
  };
  const config = { inbox: world.deployment.inbox, lookAhead: 16, inFlight: 4 };
  return createBatcher(config, { l1, sender, node: source, log, registry: createRegistry("batcher") });
}

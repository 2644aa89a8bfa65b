/** An endpoint that speaks for two L1 histories, now the one and now the other, as two machines behind one address do. */
import { createChallenger } from "@lakh/challenger";
import { createProposer } from "@lakh/proposer";
import { expect } from "chai";
import { network } from "hardhat";

import { checkEnd } from "../../test/agents/game-promises.ts";
import { openGame } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import { quietDeps } from "../../test/agents/l1.ts";
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
import { patient, patiently, providerOf, resultOf } from "./provider.ts";
import { l1Of, openBatcher, openSender, resuming } from "./services.ts";
import type { Requester } from "./stale-l1.ts";

const STEPS = 12;
const RECOVERY_STEPS = 60;
const STEP_MILLISECONDS = 1_000;
/** More than all windows, once nothing is left to do before a deadline. */
const [LAST_ROUNDS, LAST_SECONDS] = [15, 150];

/** Sequencer, follower and batcher between two histories. */
export async function playTwoEndpoints(random: Random, tally: Tally): Promise<void> {
  const world = await newWorld();
  const first = await openSequencer(world, await tempDir());
  await deposit(world, person(1).address, 1_000n);
  await settle(first);
  await post(world, first);
  await first.close();
  const other = await otherHistory(world.provider);
  await goOnElsewhere(world, other, random);
  // Both go on from there.
  await deposit(world, person(2).address, 2_000n);
  const endpoint = await endpointBetween(world.provider, other.provider, random);
  const provider = providerOf(endpoint.url);
  const between = { ...world, ethers: { ...world.ethers, provider } } as unknown as World;
  const node = await patiently(async () => openSequencer(between, await tempDir()));
  const follower = await patiently(async () => openFollower(world, { dataDir: await tempDir() }, provider));
  const batcher = openBatcher(world.deployment.inbox, () => node, provider);
  const steppers = { sequencer: node, follower, batcher };
  const stepAll = async (count: (service: string, result: string) => void): Promise<void> => {
    world.clock.milliseconds += 1000;
    for (const [service, stepper] of Object.entries(steppers))
      count(service, await resultOf(() => stepper.step(AbortSignal.timeout(STEP_MILLISECONDS))));
  };
  for (let i = 0; i < STEPS; i++) {
    await stepAll((service, result) => tally.count(`${service} between two histories`, result));
    if (random.chance(0.3)) await deposit(world, person(3).address, BigInt(1 + i));
  }
  endpoint.share = 0;
  for (let i = 0; i < RECOVERY_STEPS; i++) await stepAll(() => undefined);
  const straight = await openFollower(world);
  await settle(straight);
  expect(straight.safeLength, "entries").to.equal(node.chain.length);
  expect(follower.engine.machineHash(), "machine").to.equal(straight.engine.machineHash());
  expect(node.engine.machineHash(), "machine").to.equal(straight.engine.machineHash());
  tally.count("sequencer, follower and batcher afterwards", "agree with the history that stays");
}

/** Proposer and challenger between two histories: the lie is in one of them, or another one in each. */
export async function playGameBetween(random: Random, tally: Tally): Promise<void> {
  const world = await openGame({ fanout: 4, entries: 5, items: 3 });
  const { networkHelpers, truth, walletOf } = world;
  const honest = ["proposer", "challenger"].map((name) => walletOf(name));
  for (const { address } of honest) await networkHelpers.setBalance(address, 10n ** 21n);
  const other = await otherHistory(world.rpc);
  await other.provider.request({ method: "hardhat_mine", params: [`0x${(1 + random.below(30)).toString(16)}`] });
  const between = await endpointBetween(world.rpc, other.provider, random);
  const config = { claims: await world.claims.getAddress(), fromBlock: 0, marginSeconds: 0 };
  const [proposer, challenger] = honest.map((wallet, i) => {
    const provider = providerOf(between.url);
    const sender = openSender(provider, wallet);
    const deps = { ...quietDeps(), l1: l1Of(provider), sender, truth };
    const stepper =
      i === 0
        ? createProposer({ ...config, intervalSeconds: 0, mostPending: 2 }, deps)
        : createChallenger(config, deps);
    return resuming(stepper, sender);
  });
  if (proposer === undefined || challenger === undefined) throw new Error("invariant: two of them");
  const liar = await world.liar("liar", 2, random.below(9));
  for (let i = 0; i < STEPS; i++) {
    await liar.step();
    await networkHelpers.mine();
    for (const [service, stepper] of Object.entries({ proposer, challenger })) {
      const result = await resultOf(() => stepper.step(AbortSignal.timeout(STEP_MILLISECONDS)));
      tally.count(`${service} between two histories`, result);
    }
  }
  between.share = 0;
  for (let i = 0; i < STEPS; i++) {
    await networkHelpers.mine();
    for (const stepper of [proposer, challenger]) await resultOf(() => stepper.step());
  }
  for (let round = 0; round < LAST_ROUNDS; round++) {
    await networkHelpers.time.increase(LAST_SECONDS);
    await settleHonest([patient(proposer), patient(challenger)]);
  }
  const counts = await checkEnd(
    world,
    await world.view(),
    honest.map(({ address }) => address),
  );
  expect(counts["Refuted"], "lies refuted").to.equal(1);
  expect(counts["Pending"], "claims that nobody decided").to.equal(undefined);
  tally.count("proposer and challenger afterwards", "the lie is refuted, no bond is lost");
}

/** @returns an endpoint of both; `share` of its answers come from `other` */
async function endpointBetween(chain: Requester, other: Requester, random: Random) {
  const between = { share: random.pick([0.1, 0.5, 0.9]), url: "" };
  const served = await serveL1({
    request: (call) => (between.share > 0 && random.chance(between.share) ? other : chain).request(call),
  });
  onCleanUp(served.close);
  between.url = served.url;
  return between;
}

/** A chain with the blocks of this one up to now, and others from here on. */
async function otherHistory(provider: Requester) {
  const served = await serveL1(provider);
  onCleanUp(served.close);
  const blockNumber = Number(await provider.request({ method: "eth_blockNumber", params: [] }));
  return network.create({ override: { forking: { enabled: true, url: served.url, blockNumber } } });
}

/** Another deposit in the other history, and mostly an entry that holds it. */
async function goOnElsewhere(
  { inbox, batcher, bridge }: World,
  { provider, ethers }: Awaited<ReturnType<typeof otherHistory>>,
  random: Random,
): Promise<void> {
  const otherBridge = await ethers.getSigner(bridge.address);
  const otherInbox = inbox.connect(otherBridge);
  await deposit({ inbox: otherInbox, bridge: otherBridge }, person(7).address, 9n);
  if (random.chance(0.7)) {
    const latest = await ethers.provider.getBlock("latest");
    const acc = await otherInbox.acc(await otherInbox.length());
    const queue = await otherInbox.queueLength();
    await otherInbox.connect(await ethers.getSigner(batcher.address)).appendQueue(acc, latest?.timestamp ?? 0, queue);
  }
  await provider.request({ method: "hardhat_mine", params: [`0x${(1 + random.below(5)).toString(16)}`] });
}

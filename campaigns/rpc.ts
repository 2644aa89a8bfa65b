/** A bad L1 endpoint under a follower and a sender: they ride through, or stop with a clear word, and recover. */
import { createSender, memoryJournal, silentLog, systemClock } from "@lakh/service";
import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";

import {
  cleanUp,
  deposit,
  newWorld,
  onCleanUp,
  openFollower,
  person,
  settle,
  tempDir,
  type World,
} from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { FAULTS, type Fault, type FaultyL1, openFaultyL1 } from "./lib/faulty-l1.ts";
import { main } from "./lib/main.ts";
import { providerOf, resultOf } from "./lib/provider.ts";
import { playTwoEndpoints } from "./lib/two-endpoints.ts";

/** Steps of the follower under one fault. */
const STEPS = 4;
const FAULTS_A_CASE = 6;
const RECOVERY_STEPS = 60;
/** Longest that a transaction may need once the endpoint is good again. */
const SEND_MILLISECONDS = 20_000;

export const rpc: Campaign = {
  name: "rpc",
  promise:
    "an L1 endpoint's faults give coded errors that pass; afterwards nothing is missing and nothing was sent twice",
  open: async () => ({
    play: async (seed, tally) => {
      const random = new Random(seed);
      try {
        await playCase(random, tally);
        await playTwoEndpoints(random, tally);
      } finally {
        await cleanUp();
      }
    },
    close: cleanUp,
  }),
};

async function playCase(random: Random, tally: Tally): Promise<void> {
  const world = await newWorld();
  const l1 = await openFaultyL1(world.provider, random, random.pick([0.2, 0.6, 1]));
  onCleanUp(l1.close);
  const provider = providerOf(l1.url);
  const follower = await openFollower(world, { dataDir: await tempDir() }, provider);
  const sent = await startSender(world, l1, provider);
  for (let i = 0; i < FAULTS_A_CASE; i++) {
    const fault = random.pick(FAULTS);
    l1.fault = fault;
    await deposit(world, person(1 + random.below(3)).address, BigInt(1 + random.below(100)));
    sent.start();
    for (let step = 0; step < STEPS; step++)
      tally.count(`follower under: ${fault}`, await resultOf(() => follower.step()));
    if (random.chance(0.2)) await reject(world, l1, tally);
  }
  l1.fault = "good";
  for (let i = 0; i < RECOVERY_STEPS; i++) await follower.step().catch(() => undefined);
  const straight = await openFollower(world);
  await settle(straight);
  expect(follower.safeLength, "entries").to.equal(straight.safeLength);
  expect(follower.engine.machineHash(), "machine").to.equal(straight.engine.machineHash());
  tally.count("follower afterwards", "agrees with one that never saw a fault");
  await sent.finish(tally);
}

/** Transactions to a plain address, each worth one wei more than the last: what arrives says which were sent, and how often. */
async function startSender(world: World, l1: FaultyL1, provider: JsonRpcProvider) {
  const wallet = Wallet.createRandom();
  const to = Wallet.createRandom().address;
  await world.networkHelpers.setBalance(wallet.address, 10n ** 20n);
  const sender = await createSender(
    { pollMilliseconds: 10 },
    { l1: { provider, chainId: 31337n }, wallet, journal: memoryJournal(), clock: systemClock, log: silentLog() },
  );
  const results: Promise<{ readonly result?: string; readonly violation?: unknown }>[] = [];
  let valueWei = 1n;
  const arrived: bigint[] = [];
  return {
    start: (): void => {
      const value = valueWei;
      valueWei *= 2n;
      const call = { label: "pay", to, data: "0x", valueWei: value };
      const signal = AbortSignal.timeout(SEND_MILLISECONDS);
      results.push(
        resultOf(async () => {
          await sender.send(call, signal);
          arrived.push(value);
        }).then(
          (result) => ({ result }),
          (violation: unknown) => ({ violation }),
        ),
      );
    },
    finish: async (tally: Tally): Promise<void> => {
      for (const { result, violation } of await Promise.all(results)) {
        if (result === undefined) throw violation;
        tally.count("transaction through the faults", result);
      }
      const balance = await world.ethers.provider.getBalance(to);
      const told = arrived.reduce((sum, value) => sum + value, 0n);
      // Bits of the balance are the transactions mined: each told one is there; none is there twice.
      expect(balance & told, "a transaction told mined is not").to.equal(told);
      expect(balance < valueWei, "a transaction was mined twice").to.equal(true);
      expect(await world.ethers.provider.getTransactionCount(wallet.address)).to.equal(bitsOf(balance));
      tally.count(
        "endpoint",
        "served requests",
        [...l1.met.values()].reduce((sum, count) => sum + count, 0),
      );
    },
  };
}

function bitsOf(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

/** An endpoint of another chain is refused at the start, with a word. */
async function reject(world: World, l1: FaultyL1, tally: Tally): Promise<void> {
  const fault: Fault = l1.fault;
  [l1.fault, l1.chainId] = ["good", "0x1"];
  const provider = new JsonRpcProvider(l1.url, undefined, { cacheTimeout: -1 });
  onCleanUp(() => provider.destroy());
  const error: unknown = await openFollower(world, {}, provider).catch((caught: unknown) => caught);
  expect(error).to.include({ code: "L1WrongChain", severity: "fatal" });
  tally.count("endpoint of another chain", "L1WrongChain");
  [l1.fault, l1.chainId] = [fault, undefined];
}

if (import.meta.main) await main(rpc);

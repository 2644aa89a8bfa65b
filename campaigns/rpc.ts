/** Bad L1 endpoints under every service: they ride through, or stop with a clear word, and recover. */
import { expect } from "chai";
import { network } from "hardhat";
import { JsonRpcProvider } from "ethers";

import { cleanUp, newWorld, onCleanUp, openFollower } from "../test/node/world.ts";
import { Random } from "../test/support/random.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { FAULTS, type Fault } from "./lib/faulty-l1.ts";
import { main } from "./lib/main.ts";
import { resultOf } from "./lib/provider.ts";
import { openGamePart } from "./lib/rpc-game.ts";
import { type Lane, SERVICES, type Service, endpointsOf } from "./lib/rpc-lanes.ts";
import { openPaymentsPart } from "./lib/rpc-payments.ts";
import { openRollupPart } from "./lib/rpc-rollup.ts";
import type { Requester } from "./lib/stale-l1.ts";
import { playGameBetween, playTwoEndpoints } from "./lib/two-endpoints.ts";

/** Steps of each service under one fault, and the longest one. */
const STEPS = 3;
const STEP_MILLISECONDS = 600;
const FAULTS_A_CASE = 4;
/** Of so many cases one is between two histories. */
const BETWEEN_EVERY = 3;
/** Blocks of the other chain: more than some cases have at first, and fewer than they have in the end. */
const FOREIGN_BLOCKS = 25;

/** Requests that met a fault, by fault and service. */
type Met = Map<Fault, Map<Service, number>>;

export const rpc: Campaign = {
  name: "rpc",
  promise:
    "an L1 endpoint's faults give coded errors that pass; afterwards nothing is missing and nothing was sent twice",
  open: async () => {
    const met: Met = new Map();
    return {
      play: async (seed, tally) => {
        try {
          const random = new Random(seed);
          if (seed % BETWEEN_EVERY > 0) await playFaults(seed, tally, met);
          else if (random.chance(0.5)) await playTwoEndpoints(random, tally);
          else await playGameBetween(random, tally);
        } finally {
          await cleanUp();
        }
      },
      figures: () => matrixOf(met),
      close: cleanUp,
    };
  },
};

async function playFaults(seed: number, tally: Tally, met: Met): Promise<void> {
  const random = new Random(seed);
  const foreign = await otherChain();
  const parts = [
    await openRollupPart(foreign, random),
    await openGamePart(foreign, random),
    await openPaymentsPart(foreign, random),
  ];
  const lanes = parts.flatMap(({ lanes }) => lanes);
  for (let i = 0; i < FAULTS_A_CASE; i++) {
    // The next ones of the list: with every so many cases each fault meets each service.
    const fault = FAULTS[(seed * FAULTS_A_CASE + i) % FAULTS.length] as Fault;
    for (const { l1 } of lanes) l1.fault = fault;
    for (const part of parts) await part.disturb();
    await Promise.all(lanes.map((lane) => stepUnder(lane, tally)));
    for (const { service, l1 } of lanes) addMet(met, fault, service, l1.met.get(fault) ?? 0);
  }
  for (const { l1 } of lanes) l1.fault = "good";
  for (const part of parts) await part.check();
  for (const service of SERVICES) tally.count(`${service} afterwards`, "nothing missing, nothing twice");
  await refuseOtherChain(foreign, random, tally);
}

async function stepUnder({ service, step }: Lane, tally: Tally): Promise<void> {
  for (let i = 0; i < STEPS; i++) {
    const result = await resultOf(() => step(AbortSignal.timeout(STEP_MILLISECONDS)));
    tally.count(`${service} under faults`, result);
  }
}

async function otherChain(): Promise<Requester> {
  const { provider, networkHelpers } = await network.create({ override: { chainId: 1337 } });
  await networkHelpers.mine(FOREIGN_BLOCKS);
  return provider;
}

/** An endpoint of another chain is refused at the start, with a word. */
async function refuseOtherChain(foreign: Requester, random: Random, tally: Tally): Promise<void> {
  const world = await newWorld();
  const { l1 } = await endpointsOf(world.provider, foreign, random)();
  l1.chainId = "0x1";
  const provider = new JsonRpcProvider(l1.url, undefined, { cacheTimeout: -1 });
  onCleanUp(() => provider.destroy());
  const error: unknown = await openFollower(world, {}, provider).catch((caught: unknown) => caught);
  expect(error).to.include({ code: "L1WrongChain", severity: "fatal" });
  tally.count("start on another chain", "L1WrongChain");
}

function addMet(met: Met, fault: Fault, service: Service, times: number): void {
  const services = met.get(fault) ?? new Map<Service, number>();
  met.set(fault, services.set(service, (services.get(service) ?? 0) + times));
}

/** A line a fault. @throws when a fault that was played did not reach a service */
function matrixOf(met: Met): string[] {
  return FAULTS.flatMap((fault) => {
    const services = met.get(fault);
    if (services === undefined) return [];
    const times = SERVICES.map((service) => `${service} ${services.get(service) ?? 0}`);
    return [`requests that met "${fault}": ${times.join(", ")}`];
  });
}

if (import.meta.main) await main(rpc);

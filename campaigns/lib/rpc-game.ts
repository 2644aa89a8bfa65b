/** Proposer and challenger, each behind a bad L1 endpoint, against a liar who has a good one. */
import { createChallenger } from "@lakh/challenger";
import { createProposer } from "@lakh/proposer";
import type { Stepper } from "@lakh/service";
import { expect } from "chai";
import type { JsonRpcProvider } from "ethers";

import { checkEnd } from "../../test/agents/game-promises.ts";
import { openGame } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import { quietDeps } from "../../test/agents/l1.ts";
import type { Random } from "../../test/support/random.ts";
import { patient, resultOf } from "./provider.ts";
import { type Part, endpointsOf } from "./rpc-lanes.ts";
import { l1Of, openSender, resuming } from "./services.ts";
import type { Requester } from "./stale-l1.ts";

const LEVELS = 2;
const RECOVERY_STEPS = 10;
/** More than all windows. */
const [LAST_ROUNDS, LAST_SECONDS] = [15, 150];
const HONEST = ["proposer", "challenger"] as const;

export async function openGamePart(foreign: Requester, random: Random): Promise<Part> {
  const world = await openGame({ fanout: 4, entries: 5, items: 3 });
  const { networkHelpers, truth, walletOf, inbox } = world;
  const config = { claims: await world.claims.getAddress(), fromBlock: 0, marginSeconds: 0 };
  const open = endpointsOf(world.rpc, foreign, random);
  const ways = { proposer: await open(), challenger: await open() };
  for (const name of HONEST) await networkHelpers.setBalance(walletOf(name).address, 10n ** 21n);
  const depsOf = (name: (typeof HONEST)[number], provider: JsonRpcProvider) => ({
    ...quietDeps(),
    l1: l1Of(provider),
    sender: openSender(provider, walletOf(name)),
    truth,
  });
  const proposing = depsOf("proposer", ways.proposer.provider);
  const challenging = depsOf("challenger", ways.challenger.provider);
  const steppers = {
    proposer: resuming(createProposer({ ...config, intervalSeconds: 0, mostPending: 2 }, proposing), proposing.sender),
    challenger: resuming(createChallenger(config, challenging), challenging.sender),
  };
  const liars: Stepper[] = [];
  return {
    lanes: HONEST.map((service) => ({
      service,
      l1: ways[service].l1,
      step: (signal: AbortSignal) => steppers[service].step(signal),
    })),
    disturb: async () => {
      if (liars.length < 2) liars.push(await world.liar(`liar ${liars.length}`, LEVELS, random.below(9)));
      for (const liar of liars) await liar.step();
      if (random.chance(0.3)) await inbox.append(1);
      await networkHelpers.mine();
    },
    check: async () => {
      const honest = [patient(steppers.proposer), patient(steppers.challenger)];
      for (let i = 0; i < RECOVERY_STEPS; i++) {
        await networkHelpers.mine();
        for (const stepper of honest) await resultOf(() => stepper.step());
      }
      // Every move with a deadline is made: time may pass in long strides.
      for (let round = 0; round < LAST_ROUNDS; round++) {
        await networkHelpers.time.increase(LAST_SECONDS);
        await settleHonest(honest);
      }
      const counts = await checkEnd(
        world,
        await world.view(),
        HONEST.map((name) => walletOf(name).address),
      );
      expect(counts["Refuted"], "lies refuted").to.equal(liars.length);
      expect(counts["Pending"], "claims that nobody decided").to.equal(undefined);
    },
  };
}

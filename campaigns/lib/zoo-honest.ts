/** The honest of a game in the zoo: the product's proposer and challenger, and what they are promised. */
import type { Stepper } from "@lakh/service";
import { expect } from "chai";

import { checkTime } from "../../test/agents/game-promises.ts";
import type { GameWorld } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import type { Tally } from "./campaign.ts";

export const HONEST = ["proposer", "challenger"] as const;
export type Role = (typeof HONEST)[number];

export interface Honest {
  readonly addresses: readonly string[];
  /** Some or all move until nothing is due. @throws where a claim that their money hangs on is undecided past its time */
  rest(roles?: readonly Role[]): Promise<void>;
  /** At the end. @throws where one has less than at the start, gas being free */
  checkMoney(tally: Tally): Promise<void>;
}

export async function createHonest(world: GameWorld): Promise<Honest> {
  const { provider, claims, walletOf } = world;
  const steppers: Record<Role, Stepper> = {
    proposer: await world.proposer("proposer", { mostPending: 2 }),
    challenger: await world.challenger("challenger"),
  };
  const addressOf = (role: Role): string => walletOf(role).address;
  const addresses = HONEST.map(addressOf);
  const money = (): Promise<bigint[]> =>
    Promise.all(addresses.map(async (who) => (await provider.getBalance(who)) + (await claims.credit(who))));
  const start = await money();
  /** Block after which somebody had nothing to do. */
  const restedAt = new Map<Role, number>();
  return {
    addresses,
    rest: async (roles = HONEST) => {
      // What they do depends on L1 alone: after the same block there is nothing to do again. A fork is longer than its rival.
      const height = await provider.getBlockNumber();
      if (roles.every((role) => restedAt.get(role) === height)) return;
      await settleHonest(roles.map((role) => steppers[role]));
      const restHeight = await provider.getBlockNumber();
      for (const role of roles) restedAt.set(role, restHeight);
      checkTime(await world.view(), roles.map(addressOf));
    },
    checkMoney: async (tally) => {
      for (const [i, wei] of (await money()).entries()) {
        const before = start[i] as bigint;
        expect(wei >= before, `${before - wei} wei of ${HONEST[i]} are gone`).to.equal(true);
        tally.count(`money of the ${HONEST[i]}`, wei === before ? "all there" : "all there, and a bond won");
      }
    },
  };
}

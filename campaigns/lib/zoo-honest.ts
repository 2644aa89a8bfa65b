/** The honest of a game in the zoo: the product's proposer and challenger, and what they are promised. */
import { expect } from "chai";

import { checkTime } from "../../test/agents/game-promises.ts";
import type { GameWorld } from "../../test/agents/game-world.ts";
import { settleHonest } from "../../test/agents/hostile-game.ts";
import type { Tally } from "./campaign.ts";

export const HONEST = ["proposer", "challenger"] as const;

export interface Honest {
  readonly addresses: readonly string[];
  /** Moves until nothing is due. @throws where a claim that their money hangs on is undecided past its time */
  rest(): Promise<void>;
  /** At the end. @throws where one has less than at the start, gas being free */
  checkMoney(tally: Tally): Promise<void>;
}

export async function createHonest(world: GameWorld): Promise<Honest> {
  const { provider, claims, walletOf } = world;
  const steppers = [await world.proposer("proposer", { mostPending: 2 }), await world.challenger("challenger")];
  const addresses = HONEST.map((name) => walletOf(name).address);
  const money = (): Promise<bigint[]> =>
    Promise.all(addresses.map(async (who) => (await provider.getBalance(who)) + (await claims.credit(who))));
  const start = await money();
  let restedAt: number | undefined;
  return {
    addresses,
    rest: async () => {
      // What they do depends on L1 alone: after the same block there is nothing to do again. A fork is longer than its rival.
      if ((await provider.getBlockNumber()) === restedAt) return;
      await settleHonest(steppers);
      restedAt = await provider.getBlockNumber();
      checkTime(await world.view(), addresses);
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

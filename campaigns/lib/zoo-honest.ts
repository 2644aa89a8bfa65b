/** The honest of a game in the zoo: the product's proposer and challenger, and what they are promised. */
import { decidedBy } from "@lakh/protocol";
import { type ClaimView, type GameView, concerns } from "@lakh/service";
import { expect } from "chai";

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

/** The bound: a claim of L levels is decided at P(L − 1), whatever was played. */
function checkTime(view: GameView, honest: readonly string[]): void {
  for (const id of honest.flatMap((who) => [...concerns(view, who)])) {
    const { status, time, head } = view.claims.get(id) as ClaimView;
    if (status !== "Pending") continue;
    const late = view.nowSeconds - decidedBy(view.rules, time, head.levels);
    expect(late, `seconds that claim ${id} is undecided past its time`).to.be.below(0);
  }
}

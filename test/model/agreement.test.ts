import { network } from "hardhat";

import { duel } from "./duel.ts";
import type { Chain } from "./table.ts";

const GAMES = 60;
const FIRST_SEED = 7001;

describe(`game model and contract, ${GAMES} random games from seed ${FIRST_SEED}`, () => {
  let chain: Chain;
  before(async () => {
    chain = await network.create({ network: "default", override: { allowBlocksWithSameTimestamp: true } });
  });
  after(() => chain.close());

  for (let seed = FIRST_SEED; seed < FIRST_SEED + GAMES; seed++) {
    it(`agree after every move of seed ${seed}`, async () => {
      await duel(chain, seed);
    });
  }
});

import { SEED } from "../support/random.ts";
import { playHostileGame } from "./hostile-game.ts";

/** Games of this run; more in campaigns. */
const GAMES = Number(process.env.LAKH_GAMES ?? 2);

describe("proposer and challenger among Sybils who do anything", () => {
  for (let game = 0; game < GAMES; game++) {
    const seed = SEED * 1_000 + game;
    it(`lose no bond and see no lie confirmed: seed ${seed}`, async function () {
      this.timeout(180_000);
      const { landed, counts } = await playHostileGame(seed);
      console.log(`      ${landed} hostile moves landed; claims: ${JSON.stringify(counts)}`);
    });
  }
});

import { SEED } from "../support/random.ts";
import { playNodes } from "./play.ts";
import { cleanUp } from "./world.ts";

const GAMES = Number(process.env.LAKH_NODE_GAMES ?? 4);

describe("node > random play", () => {
  afterEach(cleanUp);

  for (let game = 0; game < GAMES; game++) {
    const seed = SEED * 1000 + game;
    it(`ends with sequencer, followers and Inbox in agreement (seed ${seed})`, () => playNodes(seed, game % 2 === 0));
    it(`and so where undoing takes a replay (seed ${seed})`, () => playNodes(seed, true, 0));
  }
});

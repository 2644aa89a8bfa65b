import { followerOptions } from "@lakh/node";
import { daemonOptions, integer, type Options } from "@lakh/service";

export const proposerOptions = {
  ...daemonOptions,
  ...followerOptions,
  pollMilliseconds: integer(50, 600_000, { help: "pause when no move is due, ms", fallback: 2_000 }),
  claimIntervalSeconds: integer(0, 2_592_000, {
    help: "least seconds between a claim and the one it builds on",
    fallback: 3_600,
  }),
  mostPendingClaims: integer(1, 10_000, { help: "most own claims undecided: each binds a bond", fallback: 200 }),
  marginSeconds: integer(0, 864_000, {
    help: "a move sent so few seconds before its deadline raises an alarm",
    fallback: 900,
  }),
};

export type ProposerOptions = Options<typeof proposerOptions>;

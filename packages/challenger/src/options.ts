import { followerOptions } from "@lakh/node";
import { daemonOptions, integer, type Options } from "@lakh/service";

export const challengerOptions = {
  ...daemonOptions,
  ...followerOptions,
  pollMilliseconds: integer(50, 600_000, { help: "pause when no move is due, ms", fallback: 2_000 }),
  marginSeconds: integer(0, 864_000, {
    help: "a move sent so few seconds before its deadline raises an alarm",
    fallback: 900,
  }),
};

export type ChallengerOptions = Options<typeof challengerOptions>;

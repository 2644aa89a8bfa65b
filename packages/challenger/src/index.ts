export { standingLies } from "./alarm.ts";
export { createChallenger, nextMoves, type ChallengerConfig, type ChallengerDeps } from "./challenger.ts";
export { challengerOptions, type ChallengerOptions } from "./options.ts";
export { ATTACK, challenge, pick, prove, timeout } from "./rules.ts";
export { runChallenger } from "./daemon.ts";

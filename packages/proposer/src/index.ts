export { nextClaim, type ClaimPolicy } from "./next-claim.ts";
export { proposerOptions, type ProposerOptions } from "./options.ts";
export { createProposer, nextMoves, type ProposerConfig, type ProposerDeps } from "./proposer.ts";
export { runProposer } from "./daemon.ts";

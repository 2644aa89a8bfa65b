import {
  addGauge,
  concerns,
  createGameReader,
  createPlayer,
  decide,
  DEFENCE,
  UPKEEP,
  type GameView,
  type L1,
  type Log,
  type Move,
  type Registry,
  type Sender,
  type Stepper,
  type Truth,
} from "@lakh/service";

import { nextClaim, type ClaimPolicy } from "./next-claim.ts";

export interface ProposerConfig extends ClaimPolicy {
  /** Address of Claims. */
  readonly claims: string;
  /** L1 block of the deployment. */
  readonly fromBlock: number;
  /** Most L1 blocks of one `getLogs`. */
  readonly blocksAtOnce?: number;
}

export interface ProposerDeps {
  readonly l1: L1;
  readonly sender: Sender;
  /** Derived from L1 alone. */
  readonly truth: Truth;
  readonly log: Log;
  readonly registry: Registry;
}

/** Claims what it derives, defends it, and brings the bonds home. Remembers nothing that L1 does not say. */
export function createProposer(config: ProposerConfig, deps: ProposerDeps): Stepper {
  const { l1, truth } = deps;
  const reader = createGameReader(config, l1);
  const player = createPlayer(config, deps);
  addGauge(deps.registry, "lakh_game_derived_entries", "entries derived from L1", () => truth.length());
  return {
    step: async (signal) => {
      const view = await reader.read();
      await truth.refresh(signal);
      const moves = await nextMoves(view, truth, player.address, config);
      return { did: await player.play(view, moves, signal) };
    },
  };
}

/** All moves that are due for the proposer `me`. Depends on its arguments alone. */
export async function nextMoves(view: GameView, truth: Truth, me: string, policy: ClaimPolicy): Promise<Move[]> {
  const mine = concerns(view, me);
  const upkeep = await decide(view, truth, me, ({ id }) => (mine.has(id) ? [...DEFENCE, ...UPKEEP] : []));
  return [...upkeep, ...(await nextClaim(view, truth, me, policy))];
}

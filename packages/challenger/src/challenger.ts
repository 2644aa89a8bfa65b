import {
  addGauge,
  ancestry,
  concerns,
  createGameReader,
  createPlayer,
  decide,
  DEFENCE,
  UPKEEP,
  type ClaimView,
  type GameView,
  type L1,
  type Log,
  type Move,
  type Registry,
  type Sender,
  type Stepper,
  type Truth,
} from "@lakh/service";

import { standingLies } from "./alarm.ts";
import { ATTACK } from "./rules.ts";

export interface ChallengerConfig {
  /** Address of Claims. */
  readonly claims: string;
  /** L1 block of the deployment. */
  readonly fromBlock: number;
  /** Most L1 blocks of one `getLogs`. */
  readonly blocksAtOnce?: number;
  /** Moves should land so many seconds before their deadline. */
  readonly marginSeconds: number;
}

export interface ChallengerDeps {
  readonly l1: L1;
  readonly sender: Sender;
  /** Derived from L1 alone. */
  readonly truth: Truth;
  readonly log: Log;
  readonly registry: Registry;
}

/** Sits on every false child of a true parent and beats all its lines. Remembers nothing that L1 does not say. */
export function createChallenger(config: ChallengerConfig, deps: ChallengerDeps): Stepper {
  const { l1, truth } = deps;
  const reader = createGameReader(config, l1);
  const player = createPlayer(config, deps);
  addGauge(deps.registry, "lakh_game_derived_entries", "entries derived from L1", () => truth.length());
  const known = new Set<string>();
  let lies = 0;
  addGauge(deps.registry, "lakh_challenger_standing_lies", "false claims that nobody beat in time", () => lies);
  const raiseAlarm = async (view: GameView): Promise<void> => {
    const standing = await standingLies(view, truth);
    lies = standing.length;
    for (const { id, status } of standing.filter(({ id }) => !known.has(id))) {
      deps.log.error({ code: "FalseClaimStands", claim: id, status }, "A false claim was not beaten in time");
      known.add(id);
    }
  };
  return {
    step: async (signal) => {
      const view = await reader.read();
      await truth.refresh(signal);
      await raiseAlarm(view);
      const moves = await nextMoves(view, truth, player.address);
      return { did: await player.play(view, moves, signal) };
    },
  };
}

/**
 * All moves that are due for the challenger `me`: attacks on false claims; defence and upkeep where his money hangs.
 * Depends on its arguments alone.
 */
export async function nextMoves(view: GameView, truth: Truth, me: string): Promise<Move[]> {
  const mine = concerns(view, me);
  const defended = truthsToDefend(view, me);
  return decide(view, truth, me, (claim) => [
    ...(claim.status === "Pending" ? ATTACK : []),
    ...(defended.has(claim.id) ? DEFENCE : []),
    ...(mine.has(claim.id) ? UPKEEP : []),
  ]);
}

/**
 * Claims that a seat of mine rests on: if one fell, the false child would be void instead of refuted. And claims with a line
 * of mine, whose bond is at stake until they are decided: also when the child that it was opened for has fallen.
 */
function truthsToDefend(view: GameView, me: string): ReadonlySet<string> {
  const pending = [...view.claims.values()].filter(({ status }) => status === "Pending");
  const below = pending
    .filter(({ seats }) => seats.has(me))
    .flatMap((claim: ClaimView) => ancestry(view, claim).slice(1));
  return new Set([...below, ...pending.filter(({ lines }) => lines.has(me))].map(({ id }) => id));
}

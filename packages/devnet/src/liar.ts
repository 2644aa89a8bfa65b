/** A proposer who lies: for stories and tests, never a part of a deployment. He plays by the rules, over a truth that is none. */
import { ZERO_HASH } from "@lakh/protocol";
import {
  createGameReader,
  createJudge,
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

import { lyingTruth, wrongAfter } from "./lying-truth.ts";

export interface LiarConfig {
  /** Address of Claims. */
  readonly claims: string;
  /** L1 block of the deployment. */
  readonly fromBlock: number;
  /** L of the false claim. */
  readonly levels: number;
  /** The machines after so many steps of the claim are still true; all later ones are false. */
  readonly honestSteps: number | HonestSteps;
}

/** The same for a claim about entries `startEntry` … `endEntry − 1`; undefined: nothing to lie about there. */
export type HonestSteps = (startEntry: number, endEntry: number) => Promise<number | undefined>;

export interface LiarDeps {
  readonly l1: L1;
  readonly sender: Sender;
  /** What really happened. */
  readonly truth: Truth;
  readonly log: Log;
  readonly registry: Registry;
}

/** Makes one false claim on the furthest true one that leaves entries to lie about, and defends it with false traces. */
export function createLiar(config: LiarConfig, deps: LiarDeps): Stepper {
  const reader = createGameReader(config, deps.l1);
  const player = createPlayer({ claims: config.claims, marginSeconds: 0 }, deps);
  return {
    step: async (signal) => {
      const view = await reader.read();
      await deps.truth.refresh(signal);
      const me = player.address;
      const claim = [...view.claims.values()].find(({ head }) => head.proposer === me);
      const moves =
        claim === undefined ? await lie(view, config, deps.truth) : await insist(view, claim, config, deps.truth, me);
      return { did: await player.play(view, moves, signal) };
    },
  };
}

async function lie(view: GameView, config: LiarConfig, truth: Truth): Promise<Move[]> {
  const { levels } = config;
  const endEntry = truth.length();
  const judge = createJudge(view, truth);
  const older = [...view.claims.values()].filter(({ head }) => Number(head.endEntry) < endEntry);
  for (const parent of older.toSorted((a, b) => Number(b.head.endEntry - a.head.endEntry))) {
    if ((await judge(parent)) !== "true") continue;
    const startEntry = Number(parent.head.endEntry);
    const honestSteps = await stepsOf(config, startEntry, endEntry);
    if (honestSteps === undefined) continue;
    const end = await lyingTruth(truth, { startEntry, endEntry }, wrongAfter(honestSteps)).machineAt(endEntry);
    const acc = truth.accAt(endEntry);
    if (end === undefined || acc === undefined) return [];
    const action = { kind: "claim", parent: parent.head, levels, acc, end, salt: ZERO_HASH } as const;
    return [{ action, reason: `a lie about entries ${startEntry} to ${endEntry - 1}` }];
  }
  return [];
}

async function stepsOf({ honestSteps }: LiarConfig, startEntry: number, endEntry: number): Promise<number | undefined> {
  return typeof honestSteps === "number" ? honestSteps : honestSteps(startEntry, endEntry);
}

async function insist(view: GameView, claim: ClaimView, config: LiarConfig, truth: Truth, me: string): Promise<Move[]> {
  const parent = view.claims.get(claim.head.parent) as ClaimView;
  const about = { startEntry: Number(parent.head.endEntry), endEntry: Number(claim.head.endEntry) };
  const honestSteps = await stepsOf(config, about.startEntry, about.endEntry);
  if (honestSteps === undefined) return []; // L1 took back what it was about
  const told = lyingTruth(truth, about, wrongAfter(honestSteps));
  return decide(view, told, me, ({ id }) => (id === claim.id ? [...DEFENCE, ...UPKEEP] : []));
}

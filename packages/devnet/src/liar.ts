/** A proposer who lies: for stories and tests, never a part of a deployment. He plays by the rules, over a truth that is none. */
import {
  keccak256,
  fromHex,
  machineHash,
  stepsPerSegment,
  pathLength,
  toHex,
  traceRange,
  ZERO_HASH,
} from "@lakh/protocol";
import type { Hex, Machine } from "@lakh/protocol";
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

export interface LiarConfig {
  /** Address of Claims. */
  readonly claims: string;
  /** L1 block of the deployment. */
  readonly fromBlock: number;
  /** L of the false claim. */
  readonly levels: number;
  /** The machines after so many steps of the claim are still true; all later ones are false. */
  readonly honestSteps: number;
}

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

async function lie(view: GameView, { levels, honestSteps }: LiarConfig, truth: Truth): Promise<Move[]> {
  const endEntry = truth.length();
  const judge = createJudge(view, truth);
  const older = [...view.claims.values()].filter(({ head }) => Number(head.endEntry) < endEntry);
  for (const parent of older.toSorted((a, b) => Number(b.head.endEntry - a.head.endEntry))) {
    if ((await judge(parent)) !== "true") continue;
    const startEntry = Number(parent.head.endEntry);
    const end = await lyingTruth(truth, { startEntry, endEntry, honestSteps }).machineAt(endEntry);
    const acc = truth.accAt(endEntry);
    if (end === undefined || acc === undefined) return [];
    const action = { kind: "claim", parent: parent.head, levels, acc, end, salt: ZERO_HASH } as const;
    return [{ action, reason: `a lie about entries ${startEntry} to ${endEntry - 1}` }];
  }
  return [];
}

async function insist(
  view: GameView,
  claim: ClaimView,
  { honestSteps }: LiarConfig,
  truth: Truth,
  me: string,
): Promise<Move[]> {
  const parent = view.claims.get(claim.head.parent) as ClaimView;
  const about = { startEntry: Number(parent.head.endEntry), endEntry: Number(claim.head.endEntry), honestSteps };
  return decide(view, lyingTruth(truth, about), me, ({ id }) => (id === claim.id ? [...DEFENCE, ...UPKEEP] : []));
}

export interface Lie {
  readonly startEntry: number;
  readonly endEntry: number;
  /** True machines from the claim's start on. */
  readonly honestSteps: number;
}

/** A truth in which the machines of one claim are false after some step, and its end is a machine with a false root. */
export function lyingTruth(truth: Truth, { startEntry, endEntry, honestSteps }: Lie): Truth {
  const falsify = (hash: Hex): Hex => toHex(keccak256(fromHex(hash)));
  const falseEnd = (machine: Machine): Machine => ({ ...machine, stateRoot: falsify(machine.stateRoot) });
  return {
    refresh: (signal) => truth.refresh(signal),
    length: () => truth.length(),
    accAt: (entry) => truth.accAt(entry),
    itemsBetween: (from, to) => truth.itemsBetween(from, to),
    proofOf: (span, step) => truth.proofOf(span, step),
    machineAt: async (entry) => {
      const machine = await truth.machineAt(entry);
      return entry === endEntry && machine !== undefined ? falseEnd(machine) : machine;
    },
    trace: async (span, path) => {
      const { from } = traceRange(span.fanout, span.levels, path);
      const every = stepsPerSegment(span.fanout, span.levels, pathLength(path));
      const items = await truth.itemsBetween(startEntry, endEntry);
      const end = machineHash(falseEnd((await truth.machineAt(endEntry)) as Machine));
      const hashes = await truth.trace(span, path);
      return hashes.map((hash, i) => {
        const step = from + (i + 1) * every;
        if (step >= items) return end;
        return step > honestSteps ? falsify(hash) : hash;
      });
    },
  };
}

/** What an agent knows by its own derivation of L1, and what it says about claims. */
import { capacity, machineHash, type Hex, type Machine, type Path } from "@lakh/protocol";

import { fatal } from "../errors.ts";
import { parentClaim, type ClaimView, type GameView } from "./view.ts";

/** The entries of a claim, from its parent's end to its own, and how they are dissected. */
export interface ClaimSpan {
  readonly startEntry: number;
  readonly endEntry: number;
  /** L. */
  readonly levels: number;
  /** F. */
  readonly fanout: number;
}

/** The state derived from L1 alone. Steps are numbered from a span's start; a machine at the span's end stays as it is. */
export interface Truth {
  /** Derives what is new on L1. */
  refresh(signal?: AbortSignal): Promise<void>;
  /** Entries derived: claims may end at or before this one. */
  length(): number;
  /** Accumulator before an entry; undefined when it is not derived. */
  accAt(entry: number): Hex | undefined;
  /** Machine at the start of an entry; undefined when it is not derived. */
  machineAt(entry: number): Promise<Machine | undefined>;
  /** Steps from the start of entry `from` to the start of entry `to`. */
  itemsBetween(from: number, to: number): Promise<number>;
  /** h(1) … of the trace at `path`, at most F; the last one also stands for those that are not given. */
  trace(span: ClaimSpan, path: Path): Promise<readonly Hex[]>;
  /** The machine after `step` steps, and the witness of its next step; empty when it stands at the span's end. */
  proofOf(span: ClaimSpan, step: number): Promise<StepProof>;
}

/** What a one-step proof is made of. */
export interface StepProof {
  readonly machine: Machine;
  readonly witness: Hex;
}

/**
 * `true`: it and all its ancestors hold. `false`: its ancestors hold and it does not. `fallen`: an ancestor does not hold.
 * `unknown`: not derived yet, or derived from another L1 history than the claim was read from.
 */
export type Verdict = "true" | "false" | "fallen" | "unknown";

/** The span of a claim; undefined for the genesis claim. */
export function spanOf(view: GameView, claim: ClaimView): ClaimSpan | undefined {
  const parent = parentClaim(view, claim);
  if (parent === undefined) return undefined;
  const { levels, endEntry } = claim.head;
  const { fanout } = view.rules;
  return { startEntry: Number(parent.head.endEntry), endEntry: Number(endEntry), levels, fanout };
}

/** Judges claims of one view, each once. */
export function createJudge(view: GameView, truth: Truth): (claim: ClaimView) => Promise<Verdict> {
  const verdicts = new Map<Hex, Promise<Verdict>>();
  const judge = (claim: ClaimView): Promise<Verdict> => {
    const known = verdicts.get(claim.id);
    if (known !== undefined) return known;
    const verdict = judgeAnew(view, truth, claim, judge);
    verdicts.set(claim.id, verdict);
    return verdict;
  };
  return judge;
}

async function judgeAnew(
  view: GameView,
  truth: Truth,
  claim: ClaimView,
  judge: (claim: ClaimView) => Promise<Verdict>,
): Promise<Verdict> {
  const { head, status } = claim;
  const span = spanOf(view, claim);
  if (span === undefined || status === "Confirmed") return judgeConfirmed(truth, claim);
  const above = await judge(view.claims.get(head.parent) as ClaimView);
  if (above !== "true") return above === "unknown" ? "unknown" : "fallen";
  const { startEntry, endEntry, levels, fanout } = span;
  const machine = await truth.machineAt(endEntry);
  if (machine === undefined || truth.accAt(endEntry) !== head.acc) return "unknown";
  if (machineHash(machine) !== head.machine) return "false";
  return (await truth.itemsBetween(startEntry, endEntry)) <= capacity(fanout, levels) ? "true" : "false";
}

/** A Confirmed claim stands whatever its ancestors were. */
async function judgeConfirmed(truth: Truth, { head, id }: ClaimView): Promise<Verdict> {
  const machine = await truth.machineAt(Number(head.endEntry));
  if (machine === undefined) return "unknown";
  const derived = machineHash(machine);
  if (derived === head.machine) return "true";
  if (head.levels > 0) return "false";
  const data = { claim: id, claimed: head.machine, derived };
  throw fatal("WrongGenesis", "the deployment starts with another machine than this program", data);
}

/** The game as L1's events tell it. */
import {
  buildTrace,
  type ClaimHead,
  type ClaimStatus,
  type Hex,
  type Machine,
  type Path,
  type Trace,
  type Windows,
} from "@lakh/protocol";

/** Rules of a deployment. */
export interface GameRules extends Windows {
  /** F. */
  readonly fanout: number;
  readonly claimBondWei: bigint;
  readonly challengeBondWei: bigint;
  readonly defendBondWei: bigint;
}

/** A segment of a trace that somebody picked. */
export interface PickView {
  readonly j: number;
  /** Who picked it, first comer first. */
  readonly seats: readonly string[];
}

/** A trace on a line. */
export interface TraceView {
  readonly path: Path;
  readonly start: Hex;
  /** h(1) … as sent. */
  readonly elements: readonly Hex[];
  /** By segment. */
  readonly picks: ReadonlyMap<number, PickView>;
}

export interface LineView {
  readonly owner: string;
  readonly alive: boolean;
  /** Who killed it. */
  readonly killer: string | undefined;
  /** Longest path of a trace answered. */
  readonly round: number;
  readonly bondCollected: boolean;
  readonly traces: ReadonlyMap<Path, TraceView>;
}

export interface SeatView {
  readonly address: string;
  readonly bondCollected: boolean;
}

export interface ClaimView {
  readonly id: Hex;
  readonly head: ClaimHead;
  /** Preimage of `head.machine`. */
  readonly end: Machine;
  /** t0, seconds. */
  readonly time: number;
  readonly status: ClaimStatus;
  /** Owner of the line that upheld it. */
  readonly settledBy: string | undefined;
  readonly bondCollected: boolean;
  /** First comer first. */
  readonly seats: ReadonlyMap<string, SeatView>;
  readonly lines: ReadonlyMap<string, LineView>;
}

/** All claims at one L1 block. */
export interface GameView {
  readonly rules: GameRules;
  readonly claims: ReadonlyMap<Hex, ClaimView>;
  /** Time of that block, seconds: the next block is later. */
  readonly nowSeconds: number;
}

/** Picked segments of a line that no trace cuts. */
export function openPicks(line: LineView): { readonly trace: TraceView; readonly pick: PickView }[] {
  return [...line.traces.values()].flatMap((trace) =>
    [...trace.picks.values()].filter(({ j }) => !line.traces.has(childPath(trace, j))).map((pick) => ({ trace, pick })),
  );
}

/** Path of the trace that cuts segment `j`. */
export function childPath({ path }: TraceView, j: number): Path {
  return (path * 65_536 + j) as Path;
}

const built = new WeakMap<TraceView, Trace>();

/** The trace with its Merkle tree; computed once. */
export function treeOf(view: TraceView, { fanout }: GameRules): Trace {
  const known = built.get(view);
  if (known !== undefined) return known;
  const trace = buildTrace(view.start, view.elements, fanout);
  built.set(view, trace);
  return trace;
}

/** The claim that `claim` builds on; undefined for the genesis claim. */
export function parentClaim({ claims }: GameView, claim: ClaimView): ClaimView | undefined {
  return claims.get(claim.head.parent);
}

/** The claim itself and all below it, newest first; ends at the genesis claim. */
export function ancestry(view: GameView, claim: ClaimView): ClaimView[] {
  const chain: ClaimView[] = [];
  // A parent is older than its child, so this ends.
  for (let at: ClaimView | undefined = claim; at !== undefined; at = parentClaim(view, at)) chain.push(at);
  return chain;
}

/**
 * What the reference model of the game knows. Hashes are reduced to *colours*: colour 0 is the true chain of machines, every
 * other colour a chain of its own; a step keeps the colour. So a trace is F colours, and a segment of one item lies exactly
 * when its two ends differ in colour.
 */
import type { ClaimStatus, LineStatus, Path, Windows } from "@lakh/protocol";

export type Actor = number;
export type Colour = number;
export const NOBODY: Actor = -1;
export const TRUE: Colour = 0;
/** The genesis claim stands first in every state. */
export const GENESIS_CLAIM = 0;

/** Guards that can be dropped, to see the invariants break. */
export type Mutation =
  | "round without max"
  | "open ignored"
  | "settle at D"
  | "late answer"
  | "pick at P"
  | "early timeout"
  | "no joining"
  | "early pay"
  | "shallow void";

/** The rules' numbers; bonds in wei. */
export interface Rules {
  readonly fanout: number;
  readonly windows: Windows;
  readonly claimBond: number;
  readonly challengeBond: number;
  readonly defendBond: number;
  readonly drop?: Mutation;
}

export interface Trace {
  /** Colours of h(1) … h(F). */
  readonly colours: readonly Colour[];
  /** When it was opened. */
  readonly at: number;
}

export interface Pick {
  readonly picker: Actor;
  /** When it was first made. */
  readonly at: number;
}

export interface Line {
  readonly status: LineStatus;
  readonly collected: boolean;
  readonly round: number;
  readonly open: number;
  readonly killer: Actor;
  readonly traces: ReadonlyMap<Path, Trace>;
  /** By the path that the picked segment leads to. */
  readonly picks: ReadonlyMap<Path, Pick>;
  /** By {@link choiceKey}: the segment that a seat picked. */
  readonly choices: ReadonlyMap<number, number>;
}

export interface Claim {
  /** Index of the parent claim. */
  readonly parent: number;
  readonly levels: number;
  /** Colour of the parent's machine. */
  readonly start: Colour;
  /** Colour claimed. */
  readonly end: Colour;
  readonly proposer: Actor;
  readonly status: ClaimStatus;
  readonly time: number;
  readonly collected: boolean;
  readonly livingLines: number;
  readonly beneficiary: Actor;
  readonly seats: ReadonlyMap<Actor, "taken" | "collected">;
  readonly lines: ReadonlyMap<Actor, Line>;
}

export interface State {
  readonly now: number;
  readonly claims: readonly Claim[];
  /** Wei that each actor can withdraw. */
  readonly credit: ReadonlyMap<Actor, number>;
  readonly burned: number;
  /** Wei paid in, ever. */
  readonly paid: number;
}

/** A move about segment j of the trace at `path` of the line of `owner`. */
export interface SegmentMove {
  readonly kind: "pick" | "prove" | "timeout";
  readonly by: Actor;
  readonly claim: number;
  readonly owner: Actor;
  readonly path: Path;
  readonly j: number;
}

export type Move =
  | { readonly kind: "wait"; readonly until: number }
  | {
      readonly kind: "claim";
      readonly by: Actor;
      readonly parent: number;
      readonly levels: number;
      readonly end: Colour;
    }
  | { readonly kind: "challenge"; readonly by: Actor; readonly claim: number }
  | { readonly kind: "defend"; readonly by: Actor; readonly claim: number; readonly colours: readonly Colour[] }
  | SegmentMove
  | {
      readonly kind: "answer";
      readonly by: Actor;
      readonly claim: number;
      readonly path: Path;
      readonly colours: readonly Colour[];
    }
  | { readonly kind: "settle"; readonly by: Actor; readonly claim: number; readonly owner: Actor }
  | { readonly kind: "confirm" | "void" | "collectClaim"; readonly by: Actor; readonly claim: number }
  | { readonly kind: "collectSeat" | "collectLine"; readonly by: Actor; readonly claim: number; readonly payer: Actor };

export type MoveOf<K extends Move["kind"]> = Extract<Move, { kind: K }>;

/** A move that the rules refuse: `code` is the contract's custom error. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function choiceKey(path: Path, seat: Actor): number {
  return path * 64 + seat;
}

/** The state after deployment: the genesis claim, Confirmed. */
export function initialState(now: number): State {
  const genesis: Claim = {
    parent: GENESIS_CLAIM,
    levels: 0,
    start: TRUE,
    end: TRUE,
    proposer: NOBODY,
    status: "Confirmed",
    time: now,
    collected: true,
    livingLines: 0,
    beneficiary: NOBODY,
    seats: new Map(),
    lines: new Map(),
  };
  return { now, claims: [genesis], credit: new Map(), burned: 0, paid: 0 };
}

export function claimAt(state: State, index: number): Claim {
  const claim = state.claims[index];
  if (!claim) throw new RangeError(`no claim ${index}`);
  return claim;
}

export function withClaim(state: State, index: number, claim: Claim): State {
  const claims = state.claims.slice();
  claims[index] = claim;
  return { ...state, claims };
}

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

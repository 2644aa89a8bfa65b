import { Claims__factory } from "@lakh/bindings";
import { ZERO_ADDRESS, type ClaimHead, type Hex, type Machine, type Path, type Segment } from "@lakh/protocol";

import type { Call } from "../l1/sender.ts";
import type { BondKind } from "./events.ts";
import type { GameRules } from "./view.ts";

/** What a player can do; twins of the calls in `contracts/interfaces/IClaims.sol`. */
export type Action =
  | {
      readonly kind: "claim";
      readonly parent: ClaimHead;
      readonly levels: number;
      readonly acc: Hex;
      readonly end: Machine;
      readonly salt: Hex;
    }
  | { readonly kind: "challenge"; readonly head: ClaimHead }
  | { readonly kind: "defend"; readonly head: ClaimHead; readonly elements: readonly Hex[] }
  | { readonly kind: "pick"; readonly head: ClaimHead; readonly owner: string; readonly path: Path; readonly j: number }
  | {
      readonly kind: "answer";
      readonly head: ClaimHead;
      readonly path: Path;
      readonly segment: Segment;
      readonly elements: readonly Hex[];
    }
  | {
      readonly kind: "prove";
      readonly head: ClaimHead;
      readonly owner: string;
      readonly path: Path;
      readonly j: number;
      readonly segment: Segment;
      readonly pre: Machine;
      readonly witness: Hex;
    }
  | {
      readonly kind: "timeout";
      readonly head: ClaimHead;
      readonly owner: string;
      readonly path: Path;
      readonly j: number;
    }
  | { readonly kind: "settle"; readonly head: ClaimHead; readonly owner: string | undefined }
  | { readonly kind: "confirm"; readonly head: ClaimHead }
  | { readonly kind: "void"; readonly head: ClaimHead }
  | { readonly kind: "collect"; readonly head: ClaimHead; readonly bond: BondKind; readonly payer: string }
  | { readonly kind: "withdraw"; readonly to: string };

/** An action with why it is due. */
export interface Move {
  readonly action: Action;
  readonly reason: string;
  /** The action must land before, seconds; undefined: whenever. */
  readonly deadlineSeconds?: number;
}

/** The L1 call that makes a move. `me`: who sends it. */
export function encodeMove(action: Action, me: string, claims: string, rules: GameRules): Call {
  return { label: action.kind, to: claims, data: encode(action), valueWei: bondOf(action, me, rules) };
}

function bondOf(action: Action, me: string, rules: GameRules): bigint {
  if (action.kind === "claim") return rules.claimBondWei;
  if (action.kind === "challenge") return rules.challengeBondWei;
  // The proposer's claim bond covers the proposer's line.
  return action.kind === "defend" && action.head.proposer !== me ? rules.defendBondWei : 0n;
}

const abi = Claims__factory.createInterface();

function encode(action: Action): string {
  switch (action.kind) {
    case "claim": {
      const { parent, levels, acc, end, salt } = action;
      return abi.encodeFunctionData("claim", [parent, levels, acc, end, salt]);
    }
    case "challenge":
      return abi.encodeFunctionData("challenge", [action.head]);
    case "defend":
      return abi.encodeFunctionData("defend", [action.head, [...action.elements]]);
    case "pick":
      return abi.encodeFunctionData("pick", [action.head, action.owner, action.path, action.j]);
    case "answer":
      return abi.encodeFunctionData("answer", [action.head, action.path, action.segment, [...action.elements]]);
    case "prove": {
      const { head, owner, path, j, segment, pre, witness } = action;
      return abi.encodeFunctionData("prove", [head, owner, path, j, segment, pre, witness]);
    }
    case "timeout":
      return abi.encodeFunctionData("timeout", [action.head, action.owner, action.path, action.j]);
    case "settle":
      return abi.encodeFunctionData("settle", [action.head, action.owner ?? ZERO_ADDRESS]);
    case "confirm":
      return abi.encodeFunctionData("confirm", [action.head]);
    case "void":
      return abi.encodeFunctionData("voidClaim", [action.head]);
    case "collect":
      return encodeCollect(action.head, action.bond, action.payer);
    case "withdraw":
      return abi.encodeFunctionData("withdraw", [action.to]);
  }
}

function encodeCollect(head: ClaimHead, bond: BondKind, payer: string): string {
  if (bond === "Claim") return abi.encodeFunctionData("collectClaimBond", [head]);
  if (bond === "Seat") return abi.encodeFunctionData("collectSeatBond", [head, payer]);
  return abi.encodeFunctionData("collectLineBond", [head, payer]);
}

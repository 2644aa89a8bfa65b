import { Claims__factory } from "@lakh/bindings";
import {
  CLAIM_STATUS,
  toPath,
  type ClaimHead,
  type ClaimStatus,
  type Hex,
  type Machine,
  type Path,
} from "@lakh/protocol";
import type { Log, Result } from "ethers";

/** A move as the contract logged it; twins of the events in `contracts/interfaces/IClaims.sol`. */
export type GameEvent = { readonly id: Hex } & (
  | { readonly name: "ClaimMade"; readonly time: number; readonly head: ClaimHead; readonly end: Machine }
  | { readonly name: "Challenged"; readonly seat: string }
  | {
      readonly name: "TraceOpened";
      readonly owner: string;
      readonly path: Path;
      readonly start: Hex;
      readonly elements: readonly Hex[];
    }
  | { readonly name: "Picked"; readonly owner: string; readonly seat: string; readonly path: Path; readonly j: number }
  | { readonly name: "LineKilled"; readonly owner: string; readonly killer: string }
  | { readonly name: "Settled"; readonly status: ClaimStatus; readonly owner: string }
  | { readonly name: "ClaimConfirmed" }
  | { readonly name: "ClaimVoided" }
  | { readonly name: "BondCollected"; readonly payer: string; readonly kind: BondKind }
);

export const BOND_KINDS = ["Claim", "Seat", "Line"] as const;
export type BondKind = (typeof BOND_KINDS)[number];

const claims = Claims__factory.createInterface();

/** Reads a log of Claims; undefined for events that are no move of a claim. */
export function parseGameEvent({ topics, data }: Pick<Log, "topics" | "data">): GameEvent | undefined {
  const log = claims.parseLog({ topics, data });
  if (log === null) return undefined;
  const { name, args } = log;
  const id = args["id"] as Hex;
  switch (name) {
    case "ClaimMade":
      return { name, id, time: Number(args["time"]), head: headOf(args["head"]), end: machineOf(args["end"]) };
    case "Challenged":
      return { name, id, seat: args["seat"] };
    case "TraceOpened": {
      const elements = [...(args["elements"] as Iterable<Hex>)];
      return { name, id, owner: args["owner"], path: toPath(args["path"]), start: args["start"], elements };
    }
    case "Picked": {
      const { owner, seat, path, j } = args.toObject();
      return { name, id, owner, seat, path: toPath(path), j: Number(j) };
    }
    case "StepDisproved":
    case "LineTimedOut":
      return { name: "LineKilled", id, owner: args["owner"], killer: args["killer"] };
    case "Settled":
      return { name, id, status: statusOf(args["status"]), owner: args["owner"] };
    case "ClaimConfirmed":
    case "ClaimVoided":
      return { name, id };
    case "BondCollected":
      return { name, id, payer: args["payer"], kind: BOND_KINDS[Number(args["kind"])] as BondKind };
    default:
      return undefined;
  }
}

function headOf(head: Result): ClaimHead {
  return {
    parent: head["parent"],
    start: head["start"],
    machine: head["machine"],
    acc: head["acc"],
    endEntry: head["endEntry"],
    levels: Number(head["levels"]),
    proposer: head["proposer"],
    salt: head["salt"],
  };
}

function machineOf(machine: Result): Machine {
  return {
    stateRoot: machine["stateRoot"],
    nextObject: Number(machine["nextObject"]),
    nextExit: machine["nextExit"],
    entry: machine["entry"],
    cursor: Number(machine["cursor"]),
    time: machine["time"],
    fees: machine["fees"],
  };
}

function statusOf(status: bigint): ClaimStatus {
  return CLAIM_STATUS[Number(status)] as ClaimStatus;
}

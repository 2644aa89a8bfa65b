import { ZERO_ADDRESS, ZERO_HASH } from "../bytes.ts";
import { addressWord, hashWords, uintWord, type Hash } from "./hash.ts";
import type { Path } from "./path.ts";

/** All a claim says; twin of `ClaimHead` in `contracts/interfaces/IClaims.sol`. */
export interface ClaimHead {
  /** Id of the claim it builds on. */
  readonly parent: Hash;
  /** The parent's machine hash. */
  readonly start: Hash;
  /** The machine hash claimed. */
  readonly machine: Hash;
  /** The Inbox's accumulator before entry `endEntry`. */
  readonly acc: Hash;
  /** First Inbox entry that is not covered. */
  readonly endEntry: bigint;
  /** L, 1 … 3: the claim covers up to F^L items. */
  readonly levels: number;
  /** Address of the proposer. */
  readonly proposer: string;
  /** Free choice of the proposer. */
  readonly salt: Hash;
}

/** Stored status of a claim, by the contract's numbers. */
export const CLAIM_STATUS = ["None", "Pending", "Upheld", "Refuted", "Confirmed", "Void"] as const;
export type ClaimStatus = (typeof CLAIM_STATUS)[number];

/** Stored status of a line, by the contract's numbers. */
export const LINE_STATUS = ["None", "Alive", "Dead"] as const;
export type LineStatus = (typeof LINE_STATUS)[number];

/** `keccak256(abi.encode(head))`. */
export function claimId(head: ClaimHead): Hash {
  return hashWords(
    head.parent,
    head.start,
    head.machine,
    head.acc,
    uintWord(head.endEntry),
    uintWord(head.levels),
    addressWord(head.proposer),
    head.salt,
  );
}

/** Head of the claim that the contract stores, Confirmed, when it is made. */
export function genesisHead(machine: Hash, endEntry: bigint): ClaimHead {
  return {
    parent: ZERO_HASH,
    start: ZERO_HASH,
    machine,
    acc: ZERO_HASH,
    endEntry,
    levels: 0,
    proposer: ZERO_ADDRESS,
    salt: ZERO_HASH,
  };
}

/** Key of the line of `owner`: `keccak256(abi.encode(claimId, owner))`. */
export function lineId(claim: Hash, owner: string): Hash {
  return hashWords(claim, addressWord(owner));
}

/** Key of a trace of a line, and of the picked segment that leads to it: `keccak256(abi.encode(lineId, path))`. */
export function traceId(line: Hash, path: Path): Hash {
  return hashWords(line, uintWord(path));
}

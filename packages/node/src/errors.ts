/** The node's coded faults. `retry`: the next step may succeed; `reset`: L1 is read again; `fatal`: the process stops. */
import { CodedError, type ErrorData, type Severity } from "@lakh/service";

const SEVERITIES = {
  /** L1 did not answer, or answered in part. */
  L1Unreachable: "retry",
  /** L1 changed between two reads of one pass. */
  L1Moved: "retry",
  /** The L1 endpoint serves another chain than the deployment's. */
  L1WrongChain: "fatal",
  /** No Inbox stands at the deployment's address. */
  L1NoInbox: "fatal",
  /** An event, its transaction or its data contradict the accumulator. */
  L1Inconsistent: "retry",
  /** Somebody who was asked for blobs does not answer, or not with what can be read. */
  BlobSourceFault: "retry",
  /** No source has the blobs of an entry. */
  BlobsMissing: "retry",
  /** The thread that commits to blobs and proves what is in them gave no answer. */
  KzgFailed: "retry",
  /** The peer that a snapshot is fetched from does not answer, or has none; what came is kept for the next start. */
  PeerUnreachable: "retry",
  /** What a peer gave is not the state of the confirmed claim. */
  SnapshotRefused: "fatal",
  /** L1 reorganised below what it called final. */
  L1FinalityBroken: "fatal",
  /** The data directory belongs to another deployment or format. */
  StoreMismatch: "fatal",
  /** A file of the store could not be written or read. */
  StoreIo: "fatal",
  /** The records of a file do not fit together. */
  StoreCorrupt: "fatal",
  /** The RPC port is taken or not allowed. */
  CannotListen: "fatal",
  /** State or entry that this node does not have, yet or any more. */
  NotFound: "retry",
  /** A configuration value is missing or contradicts another. */
  BadConfig: "fatal",
} as const satisfies Record<string, Severity>;

export type NodeErrorCode = keyof typeof SEVERITIES;

export function nodeError(code: NodeErrorCode, message: string, data?: ErrorData, cause?: unknown): CodedError {
  return new CodedError(code, SEVERITIES[code], message, data, cause);
}

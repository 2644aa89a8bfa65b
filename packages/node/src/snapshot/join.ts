/** How a new node starts from a peer's snapshot: the claim from L1, the state from the peer, the order from L1 again. */
import type { EngineConfig } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { type Clock, CodedError, errorFields, failPoint, hasCode, type Log } from "@lakh/service";

import type { L1Tracker, TrackerPass } from "../derivation/tracker.ts";
import { nodeError } from "../errors.ts";
import type { Archive } from "../store/archive.ts";
import type { Snapshots } from "../store/snapshots.ts";
import type { ConfirmedClaim } from "./confirmed.ts";
import { checked, download } from "./download.ts";
import { type Part, hasPart, openPart } from "./part.ts";
import { connectPeer } from "./peer.ts";

export interface JoinConfig {
  /** The peer; undefined: all is derived. */
  readonly snapshotUrl: string | undefined;
  /** Folder of a snapshot on its way in; undefined: in memory. */
  readonly folder: string | undefined;
  readonly engine: EngineConfig;
}

export interface JoinParts {
  readonly confirmed: () => Promise<ConfirmedClaim | undefined>;
  readonly archive: Archive;
  readonly snapshots: Snapshots;
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly log: Log;
}

/** A state that was taken over. */
export interface Joined {
  readonly claim: ConfirmedClaim;
  readonly part: Part;
}

/**
 * Takes over the state at the latest confirmed claim, if the store is new and a claim is confirmed; else undefined.
 * @throws CodedError PeerUnreachable, SnapshotRefused, L1Unreachable, L1Inconsistent, StoreIo
 */
export async function join(config: JoinConfig, parts: JoinParts): Promise<Joined | undefined> {
  const { snapshotUrl, folder, engine } = config;
  const { archive, snapshots, kernels, log } = parts;
  if (snapshotUrl === undefined || (archive.length > 0 && !(await hasPart(folder)))) return undefined;
  const claim = await parts.confirmed();
  if (claim === undefined) {
    log.info({}, "No claim is confirmed yet: deriving from the beginning");
    return undefined;
  }
  const name = { entry: claim.entry, acc: claim.acc };
  const part = await openPart(folder, name);
  try {
    await download(claim, { ...parts, part, peer: connectPeer(snapshotUrl) });
    const bytes = await part.read();
    checked(bytes, claim, engine, kernels);
    await snapshots.put(name, [bytes], claim.entry);
  } catch (error) {
    if (hasCode(error, "SnapshotRefused")) await part.drop();
    await part.close();
    throw error;
  }
  failPoint("state-taken-over");
  log.info({ claim: claim.id, ...name }, "Took over the state of a confirmed claim");
  return { claim, part };
}

/** Passes over L1 in a row that may find nothing new, or fail. */
const MAX_IDLE = 100;
const IDLE_MILLISECONDS = 1_000;

/**
 * Reads L1 up to the claim: the order, not the data of its batches in blobs.
 * @throws CodedError of L1; L1Inconsistent when the Inbox's order is not the claim's
 */
export async function readUpTo({ claim, part }: Joined, tracker: L1Tracker, parts: JoinParts): Promise<void> {
  const { archive, clock, log } = parts;
  try {
    for (let idle = 0; archive.length < claim.entry;) {
      const pass = await passOrFault(tracker);
      if (pass instanceof CodedError || pass.kind === "idle") {
        const fault = pass instanceof CodedError ? pass : nodeError("L1Moved", "L1 does not show the claim's entries");
        if (++idle > MAX_IDLE) throw fault;
        log.warn(errorFields(fault), "Reading L1 up to the confirmed claim; trying again");
        await clock.sleep(IDLE_MILLISECONDS);
        continue;
      }
      idle = 0;
      if (pass.kind === "read") archive.append(pass.queue, pass.entries, pass.checkpoint);
      else archive.rollback(pass.to);
      await archive.commit();
      archive.forgetData(archive.length);
    }
    const { acc } = archive.info(claim.entry - 1) ?? {};
    if (acc !== claim.acc)
      throw nodeError("L1Inconsistent", "the Inbox's order is not that of the confirmed claim", { ...claim, acc });
    await part.drop();
  } finally {
    await part.close();
  }
}

/** One pass, or a fault that may go by. */
async function passOrFault(tracker: L1Tracker): Promise<TrackerPass | CodedError> {
  try {
    return await tracker.pass();
  } catch (error) {
    if (error instanceof CodedError && error.severity === "retry") return error;
    throw error;
  }
}

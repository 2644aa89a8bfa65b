/** Fetches the state at a confirmed claim from a peer, and takes it over only when it is the claim's, record by record. */
import { type Engine, type EngineConfig, restoreEngine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { type Clock, failPoint, hasCode, type Log } from "@lakh/service";

import { nodeError } from "../errors.ts";
import type { ConfirmedClaim } from "./confirmed.ts";
import type { Part } from "./part.ts";
import { type Peer, refused } from "./peer.ts";
import { type Offer, PIECE_BYTES, mostSnapshotBytes } from "./pieces.ts";

/** Questions in a row that a peer may leave without an answer. */
const MAX_FAILURES = 5;
const RETRY_MILLISECONDS = 2_000;
/** Looks at a peer that is still making the snapshot. */
const MAX_LOOKS = 1_800;

export interface DownloadParts {
  readonly peer: Peer;
  readonly part: Part;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Downloads what is not there yet. Cost: the bytes, in pieces.
 * @throws CodedError PeerUnreachable (what came stays for the next time), SnapshotRefused, StoreIo
 */
export async function download(claim: ConfirmedClaim, parts: DownloadParts): Promise<void> {
  const { peer, part, log } = parts;
  const { entry } = claim;
  const { bytes } = await offered(claim, parts);
  if (part.length > 0) log.info({ entry, bytes, there: part.length }, "Going on with a snapshot");
  else log.info({ entry, bytes }, "Fetching a snapshot");
  while (part.length < bytes) {
    const size = Math.min(PIECE_BYTES, bytes - part.length);
    const piece = await patiently(parts, () => peer.piece(entry, Math.floor(part.length / PIECE_BYTES)));
    if (piece.length !== size) throw refused(`a piece has ${piece.length} bytes, not ${size}`, { entry });
    await part.append(piece);
    failPoint("piece-kept");
  }
}

/** What the peer has, once it is made; no longer than a state of the claim's can be. */
async function offered(claim: ConfirmedClaim, parts: DownloadParts): Promise<Offer> {
  const most = mostSnapshotBytes(claim.machine);
  for (let look = 0; look < MAX_LOOKS; look++) {
    const offer = await patiently(parts, () => parts.peer.offer(claim.entry));
    if (offer === undefined) {
      await parts.clock.sleep(RETRY_MILLISECONDS);
      continue;
    }
    if (offer.bytes <= most) return offer;
    throw refused(`a snapshot of ${offer.bytes} bytes: the claim's state has at most ${most}`, { entry: claim.entry });
  }
  throw nodeError("PeerUnreachable", "the peer does not get its snapshot done", { entry: claim.entry });
}

async function patiently<T>({ clock }: DownloadParts, question: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await question();
    } catch (error) {
      if (!hasCode(error, "PeerUnreachable") || failures === MAX_FAILURES) throw error;
      await clock.sleep(RETRY_MILLISECONDS);
    }
  }
}

/**
 * The engine in the state of these bytes: its root computed from all records, its machine the claim's.
 * @throws CodedError SnapshotRefused
 */
export function checked(bytes: Uint8Array, claim: ConfirmedClaim, config: EngineConfig, kernels: Kernels): Engine {
  let engine: Engine;
  let hash: string;
  try {
    engine = restoreEngine(bytes, config, kernels);
    hash = engine.machineHash();
  } catch (error) {
    throw refused(`the peer's bytes are no state: ${String(error)}`, { entry: claim.entry });
  }
  if (hash === claim.machineHash) return engine;
  throw refused(`the peer's state is not that of claim ${claim.id}`, {
    claim: claim.id,
    entry: claim.entry,
    expected: claim.machineHash,
    actual: hash,
  });
}

/** After the last envelope: its entry on L1, a confirmed claim over it, and everybody's root. */
import { type BlobUrls, derive } from "@lakh/devnet";
import type { Hex } from "@lakh/protocol";
import { type LakhClient, TimeoutError } from "@lakh/sdk";
import { fatal } from "@lakh/service";

export interface Roots {
  /** First entry that the claim does not cover: the roots are those at its start. */
  readonly entry: bigint;
  readonly claimId: Hex;
  readonly claim: Hex;
  readonly sequencer: Hex;
  readonly follower?: Hex;
  /** Derived from L1 alone in this process. */
  readonly derived?: Hex;
  readonly equal: boolean;
}

export interface SettlementConfig {
  /** Entry that must be covered. */
  readonly lastEntry: bigint;
  readonly timeoutSeconds: number;
  readonly follower?: LakhClient;
  /** Derives from this L1 as well. */
  readonly deriveFrom?: { readonly l1Url: string; readonly blobs: BlobUrls };
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

const POLL_MS = 1_000;

/** Waits until all is on L1 and confirmed, and compares. @throws TimeoutError; CodedError `Stopped` */
export async function settle(client: LakhClient, config: SettlementConfig): Promise<Roots> {
  const { lastEntry, follower } = config;
  await until("all batches on L1", config, async () => {
    const { safe } = await client.heads();
    config.progress(`waiting for the batches to land: entry ${safe.entry} of ${lastEntry + 1n}`);
    return safe.entry > lastEntry;
  });
  await until("a confirmed claim over all batches", config, async () => {
    const { head } = await client.confirmedClaim();
    config.progress(`waiting for confirmed claims: up to entry ${head.endEntry} of ${lastEntry + 1n}`);
    return head.endEntry > lastEntry;
  });
  const claim = await client.confirmedClaim();
  const entry = claim.head.endEntry;
  const sequencer = await client.getMachine(entry);
  if (follower)
    await until("the follower at the claim's entry", config, async () => {
      const { safe } = await follower.heads();
      config.progress(`waiting for the follower: entry ${safe.entry} of ${entry}`);
      return safe.entry >= entry;
    });
  const followed = await follower?.getMachine(entry);
  const { deriveFrom, progress, signal } = config;
  const info = await client.chainInfo();
  const derived = deriveFrom && (await derive({ ...deriveFrom, info, entry, progress, signal }));
  const others = [followed, derived].flatMap((machine) => machine?.hash ?? []);
  const hashes = [claim.head.machine, sequencer.hash, ...others];
  return {
    entry,
    claimId: claim.id,
    claim: claim.stateRoot,
    sequencer: sequencer.stateRoot,
    ...(followed ? { follower: followed.stateRoot } : {}),
    ...(derived ? { derived: derived.machine.stateRoot } : {}),
    equal: hashes.every((hash) => hash === hashes[0]),
  };
}

async function until(what: string, config: SettlementConfig, isDone: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + config.timeoutSeconds * 1000;
  while (!(await isDone())) {
    if (config.signal.aborted) throw fatal("Stopped", `stopped while waiting for ${what}`, { what });
    if (performance.now() >= end) throw new TimeoutError(what, config.timeoutSeconds);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

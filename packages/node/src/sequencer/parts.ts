/** What a sequencer is told, and what it works with. */
import type { KzgThread } from "@lakh/da";
import type { Engine } from "@lakh/engine";
import type { Clock, Log } from "@lakh/service";

import type { Chain } from "../chain.ts";
import type { QueueMirror } from "../derivation/queue-mirror.ts";
import type { InboxRules } from "../l1/reader.ts";
import type { SequencerLog } from "../log/sequencer-log.ts";
import type { Archive } from "../store/archive.ts";
import type { Disk } from "../store/disk.ts";

export interface SequencerConfig {
  /** Least fee of an envelope, gwei. */
  readonly minFee: bigint;
  /** An entry is sealed at this size, bytes, or at the most that its data mode takes. */
  readonly sealBytes: number;
  /** An entry is sealed at this age, milliseconds. */
  readonly sealMilliseconds: number;
  /** Sealed and open bytes not on L1 above which nothing is accepted. */
  readonly maxUnpostedBytes: number;
  /** L1 blocks behind a queue item before it is included. */
  readonly queueConfirmations: number;
  /** Envelopes of one account that are accepted in a second. */
  readonly accountEnvelopesPerSecond: number;
  /** Receipts that can be asked for again. */
  readonly receiptCapacity: number;
  /** Size of the log at which it is cut to what is not final, bytes. */
  readonly logBytes: number;
}

export interface SequencerParts {
  readonly chain: Chain;
  readonly archive: Archive;
  readonly queue: QueueMirror;
  readonly log: SequencerLog;
  readonly disk: Disk;
  readonly rules: InboxRules;
  readonly clock: Clock;
  readonly journal: Log;
  /** A state at the start of an entry that L1 holds, made anew. */
  readonly stateAt: (entry: number) => Promise<Engine>;
  /** Commits to entries in blobs. */
  readonly kzg: KzgThread;
}

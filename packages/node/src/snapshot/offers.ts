/** Serves the states at confirmed claims to other nodes, piece by piece; what the claim does not say is not served. */
import { beginSnapshot } from "@lakh/engine";
import type { Hex } from "@lakh/protocol";
import { type Clock, type Log, errorFields } from "@lakh/service";

import { Fault } from "../faults.ts";
import type { History } from "../history.ts";
import type { Archive } from "../store/archive.ts";
import { type SnapshotName, Snapshots } from "../store/snapshots.ts";
import type { ConfirmedClaim } from "./confirmed.ts";
import { type Offer, PIECE_BYTES } from "./pieces.ts";

/** Time for which what L1 said is not asked for again, milliseconds. */
const LOOK_MILLISECONDS = 5_000;

export interface OfferParts {
  /** The latest confirmed claim of a final L1 block. */
  readonly confirmed: () => Promise<ConfirmedClaim | undefined>;
  readonly history: History;
  readonly archive: Archive;
  /** Of snapshots to serve only. */
  readonly store: Snapshots;
  readonly clock: Clock;
  readonly log: Log;
}

export class Offers {
  private readonly parts: OfferParts;
  private looked: { readonly at: number; readonly claim: Promise<ConfirmedClaim | undefined> } | undefined;
  /** Entry of the snapshot that is being made: one at a time, whoever asks. */
  private making: number | undefined;
  /** A claim that was confirmed and is not what this node derived. */
  private falseClaim: Hex | undefined;
  /** When it is done. */
  private made: Promise<void> = Promise.resolve();

  private constructor(parts: OfferParts) {
    this.parts = parts;
  }

  /** Keeps so many, in a folder or in memory; undefined for none. @throws CodedError StoreIo */
  static async open(
    keep: number,
    folder: string | undefined,
    parts: Omit<OfferParts, "store">,
  ): Promise<Offers | undefined> {
    if (keep === 0) return undefined;
    const store = folder === undefined ? Snapshots.inMemory(keep) : await Snapshots.open(folder, keep);
    return new Offers({ ...parts, store });
  }

  /**
   * The snapshot at the end of a confirmed claim, the latest when none is named. It is made when it is asked for first.
   * @throws Fault NotFound, Busy while it is being made; CodedError L1Unreachable, L1Inconsistent
   */
  async offer(entry?: number): Promise<Offer> {
    const claim = await this.latest();
    const wanted = entry ?? claim?.entry;
    const kept = this.kept(wanted);
    if (kept !== undefined) return this.offerOf(kept);
    if (claim === undefined || claim.entry !== wanted || !this.holds(claim))
      throw new Fault("NotFound", "no snapshot of that entry: of the latest confirmed claim only", {
        entry,
        confirmed: claim?.entry,
      });
    this.make(claim);
    throw new Fault("Busy", "the snapshot is being made; ask again", { entry: this.making });
  }

  /** @throws Fault NotFound; CodedError StoreIo */
  async piece(entry: number, index: number): Promise<Uint8Array> {
    const name = this.kept(entry);
    const bytes = name && (await this.parts.store.piece(name, index * PIECE_BYTES, PIECE_BYTES));
    if (bytes === undefined || bytes.length === 0)
      throw new Fault("NotFound", `there is no piece ${index} of a snapshot at entry ${entry}`, { entry, index });
    return bytes;
  }

  /** Resolves when nothing is being made. */
  async idle(): Promise<void> {
    await this.made;
  }

  private latest(): Promise<ConfirmedClaim | undefined> {
    const { clock, confirmed } = this.parts;
    const now = clock.nowMilliseconds();
    if (this.looked === undefined || now - this.looked.at >= LOOK_MILLISECONDS) {
      const claim = confirmed();
      this.looked = { at: now, claim };
      claim.catch(() => (this.looked = undefined));
    }
    return this.looked.claim;
  }

  private kept(entry: number | undefined): SnapshotName | undefined {
    return this.parts.store.names().find((name) => name.entry === entry);
  }

  private async offerOf(name: SnapshotName): Promise<Offer> {
    return { entry: name.entry, bytes: await this.parts.store.size(name), pieceBytes: PIECE_BYTES };
  }

  /** Whether this node has derived the claim's entries, and from the same history. */
  private holds({ id, entry, acc }: ConfirmedClaim): boolean {
    return id !== this.falseClaim && this.parts.archive.info(entry - 1)?.acc === acc;
  }

  private make(claim: ConfirmedClaim): void {
    if (this.making !== undefined) return;
    const { log } = this.parts;
    this.making = claim.entry;
    this.made = this.takeSnapshot(claim)
      .catch((error: unknown) => log.warn({ ...errorFields(error), entry: claim.entry }, "No snapshot for others"))
      .finally(() => (this.making = undefined));
  }

  /** Cost: a state of its own, by the nearest snapshot and replay. */
  private async takeSnapshot({ id, entry, acc, machineHash }: ConfirmedClaim): Promise<void> {
    const { history, store, log } = this.parts;
    const engine = await history.stateAt(entry);
    if (engine.machineHash() !== machineHash) {
      this.falseClaim = id;
      log.error(
        { claim: id, entry, expected: engine.machineHash(), actual: machineHash },
        "A confirmed claim is false",
      );
      return;
    }
    engine.mark();
    await store.put({ entry, acc }, beginSnapshot(engine), entry);
    log.info({ entry, claim: id }, "Snapshot for others taken");
  }
}

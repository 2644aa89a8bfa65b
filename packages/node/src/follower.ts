/** Executes what L1 holds and undoes what it no longer holds; far behind, with the signers of entries found ahead. */
import { isBatch } from "@lakh/protocol";
import type { Clock, Log } from "@lakh/service";

import type { Chain } from "./chain.ts";
import type { History } from "./history.ts";
import { Replay, type ReplayConfig } from "./pipeline/replay.ts";
import { type ThreadDeath, logDeath } from "./pipeline/verify-pool.ts";
import type { Archive } from "./store/archive.ts";
import type { Entry } from "./types.ts";

export interface CatchUpConfig extends ReplayConfig {
  /** Bytes of entries to execute from which on it is worth while to have threads look at them. */
  readonly leastBytes: number;
}

/** How much is held ahead, and from when on: about five seconds of an L1 that carries all it can. */
export const CATCH_UP_BYTES = { leastBytes: 1 << 19, aheadBytes: 1 << 23 };

export interface FollowerParts {
  readonly chain: Chain;
  readonly archive: Archive;
  readonly history: History;
  readonly log: Log;
  readonly clock: Clock;
}

/** Time between two lines of the log that say how far it has come. */
const PROGRESS_MILLISECONDS = 10_000;

export class Follower {
  /** Items executed so far. */
  items = 0;
  /** Items a second while it was last far behind; 0 before. */
  itemsPerSecond = 0;
  private readonly config: CatchUpConfig | undefined;
  private readonly parts: FollowerParts;
  private replay: Replay | undefined;

  /** @param config undefined: it never has threads look ahead */
  constructor(config: CatchUpConfig | undefined, parts: FollowerParts) {
    this.config = config;
    this.parts = parts;
  }

  /**
   * Brings the chain to the archive's end.
   * @param common entries of the chain that L1 holds
   * @param executed called behind each entry, awaited
   * @returns what it did
   */
  async follow(common: number, executed: (entry: number) => Promise<void>, signal?: AbortSignal): Promise<string[]> {
    const { chain, archive, history } = this.parts;
    const did: string[] = [];
    if (common < chain.length) {
      did.push(`undid entries ${common} to ${chain.length - 1}`);
      chain.truncate(common, chain.canUndo(common) ? undefined : await history.stateAt(common));
    }
    const took = async ({ number }: Entry): Promise<void> => {
      did.push(`executed entry ${number}`);
      this.items += chain.at(number)?.outcomes.length ?? 0;
      await executed(number);
    };
    if (this.isFarBehind()) await this.catchUp(took, signal);
    else
      while (chain.length < archive.length && signal?.aborted !== true) {
        const entry = await archive.entry(chain.length);
        chain.execute(entry);
        await took(entry);
      }
    return did;
  }

  /** Ends the threads; they are started again when they are needed. */
  async close(): Promise<void> {
    const { replay } = this;
    this.replay = undefined;
    await replay?.close();
  }

  private isFarBehind(): boolean {
    return this.config !== undefined && this.bytesBehind(this.config.leastBytes) >= this.config.leastBytes;
  }

  /** Bytes of batches that L1 holds and the chain has not executed, counted up to `most`. */
  private bytesBehind(most: number): number {
    const { chain, archive } = this.parts;
    let bytes = 0;
    for (let number = chain.length; number < archive.length && bytes < most; number++) {
      const header = archive.info(number)?.header;
      if (header !== undefined && isBatch(header)) bytes += Number(header.a);
    }
    return bytes;
  }

  private async catchUp(took: (entry: Entry) => Promise<void>, signal?: AbortSignal): Promise<void> {
    const { chain, archive, clock, log } = this.parts;
    const onDeath = (death: ThreadDeath): void => logDeath(log, death);
    this.replay ??= new Replay(chain, { ...(this.config as CatchUpConfig), onDeath });
    const begun = { at: clock.nowMilliseconds(), items: this.items };
    let said = begun.at;
    const measure = async (entry: Entry): Promise<void> => {
      await took(entry);
      const now = clock.nowMilliseconds();
      if (now === begun.at) return;
      this.itemsPerSecond = Math.round((1000 * (this.items - begun.items)) / (now - begun.at));
      if (now - said < PROGRESS_MILLISECONDS) return;
      said = now;
      const { itemsPerSecond } = this;
      const behind = { entriesBehind: archive.length - chain.length, bytesBehind: this.bytesBehind(Infinity) };
      log.info({ entry: entry.number, itemsPerSecond, ...behind }, "Catching up with L1");
    };
    await this.replay.run(archive, measure, signal);
  }
}

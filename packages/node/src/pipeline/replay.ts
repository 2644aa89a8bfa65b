/** Executes entries in order, with their signers found ahead on other threads: what a follower far behind does. */
import { setImmediate } from "node:timers/promises";

import type { Chain } from "../chain.ts";
import type { Entry } from "../types.ts";
import { Presigner, type PresignerConfig } from "./presigner.ts";

const DAY_MILLISECONDS = 86_400_000;

export interface ReplayConfig extends PresignerConfig {
  /** Bytes of entries and their signers that are held ahead of execution, about. */
  readonly aheadBytes: number;
}

/** Where entries come from. */
export interface EntrySource {
  /** Number behind the last entry. */
  readonly length: number;
  entry(number: number): Promise<Entry>;
}

export class Replay {
  private readonly chain: Chain;
  private readonly aheadBytes: number;
  private readonly presigner: Presigner;

  constructor(chain: Chain, config: ReplayConfig) {
    this.chain = chain;
    this.aheadBytes = config.aheadBytes;
    this.presigner = new Presigner(chain.engine, config);
  }

  /**
   * Executes the entries from the chain's end on; when it returns or throws, no thread has work left.
   * @param executed called behind each, awaited
   * @throws what `source` and `executed` throw, and what ended a thread
   */
  async run(source: EntrySource, executed: (entry: Entry) => unknown, signal?: AbortSignal): Promise<void> {
    const { chain, presigner } = this;
    const ahead: Entry[] = [];
    const alive = setInterval(() => undefined, DAY_MILLISECONDS); // idle threads do not keep a process alive; a run does
    try {
      while (chain.length < source.length && signal?.aborted !== true) {
        for (let next = chain.length + ahead.length; next < source.length; next++) {
          if (ahead.length > 0 && presigner.bytes >= this.aheadBytes) break;
          const entry = await source.entry(next);
          ahead.push(entry);
          presigner.add(entry, next + 1 === source.length);
        }
        await setImmediate(); // what the threads found is taken in, and whatever else waits has its turn
        const signers = await presigner.next();
        const entry = ahead.shift() as Entry; // the loop above has put one there
        chain.execute(entry, signers);
        await executed(entry);
      }
    } finally {
      await presigner.clear();
      clearInterval(alive);
    }
  }

  async close(): Promise<void> {
    await this.presigner.close();
  }
}

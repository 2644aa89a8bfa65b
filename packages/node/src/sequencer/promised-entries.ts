/** The entries that were promised and are not final: executed on the chain, kept by the log, on L1 or on their way to it. */
import { type Hex, nextAcc } from "@lakh/protocol";

import { placed } from "../chain.ts";
import type { Promises } from "../log/sequencer-log.ts";
import { range } from "../range.ts";
import type { Entry } from "../types.ts";
import { type Draft, draftBytes } from "./draft.ts";
import type { SequencerParts } from "./parts.ts";
import { type PlanRules, makePlan, samePlan, splitPosted } from "./plan.ts";

export class PromisedEntries {
  private readonly parts: SequencerParts;
  /** Entries before this one are final. */
  private base: number;
  private drafts: Draft[];
  /** Bytes of those that L1 does not hold. */
  unpostedBytes = 0;

  constructor(parts: SequencerParts, { base, drafts }: Promises) {
    this.parts = parts;
    this.base = base;
    this.drafts = drafts;
  }

  /** What a log must hold to promise the same. */
  get promises(): Pick<Promises, "base" | "drafts"> {
    return { base: this.base, drafts: this.drafts };
  }

  /** Takes in the open entry, whose items the chain has executed. */
  close(draft: Draft, items: number): void {
    const { chain, log } = this.parts;
    chain.close(this.placeAt(chain.length, draft), items);
    log.appendSeal(draft);
    this.add(draft);
  }

  /** Takes in an entry that was not open before, and executes it. */
  issue(draft: Draft, what: string): string {
    const { chain, log } = this.parts;
    const entry = this.placeAt(chain.length, draft);
    chain.execute(entry);
    log.appendDraft(draft);
    this.add(draft);
    return `sealed entry ${entry.number} (${what})`;
  }

  /** Brings them in line with what L1 holds and takes. @returns those that L1 does not hold */
  plan(rules: PlanRules): readonly Draft[] {
    const { archive, queue, log } = this.parts;
    const tip = {
      time: archive.info(archive.length - 1)?.header.time ?? 0n,
      included: archive.includedBefore(archive.length),
    };
    const plan = makePlan(this.drafts, this.headers(archive.length), tip, queue, rules);
    const drafts = [...plan.posted, ...plan.pending];
    if (!samePlan(drafts, this.drafts)) log.appendPlan(this.base, drafts);
    this.drafts = drafts;
    return plan.pending;
  }

  /** A draft as entry `number`, at most the chain's length. */
  placeAt(number: number, { header, data }: Draft): Entry {
    const { chain, queue } = this.parts;
    const accBefore = chain.accAt(number) as Hex;
    const payload = data ?? queue.slice(Number(header.a), Number(header.b));
    return placed(number, accBefore, { header, payload }, nextAcc(accBefore, header));
  }

  /** Counts anew what L1 does not hold. */
  countUnposted(): void {
    const { chain, archive } = this.parts;
    this.unpostedBytes = 0;
    for (let number = archive.length; number < chain.length; number++) {
      const payload = chain.at(number)?.entry.payload;
      this.unpostedBytes += payload instanceof Uint8Array ? payload.length : 32;
    }
  }

  /** Forgets those before entry `number`, which are final. @returns whether there are any */
  finalize(number: number): boolean {
    if (number <= this.base) return false;
    const { posted, rest } = splitPosted(this.drafts, this.headers(number));
    if (posted.length > 0) this.drafts = rest;
    this.base = number;
    return true;
  }

  private add(draft: Draft): void {
    this.drafts.push(draft);
    this.unpostedBytes += draftBytes(draft);
  }

  /** Headers of L1's entries that are not final, before entry `to`. */
  private headers(to: number) {
    return range(this.base, to).flatMap((number) => this.parts.archive.info(number)?.header ?? []);
  }
}

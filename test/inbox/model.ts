/** The Inbox's rules once more, in TypeScript, as docs/spec/inbox.md says them: the contract is played against this. */
import { type EntryHeader, type Hex, MAX_BATCH, MAX_ITEM, ZERO_HASH, nextAcc } from "@lakh/protocol";

import { RULES, batchHeader, forcedItem, sliceHeader } from "./fixture.ts";

/** What somebody tries, in the block of time `now` (seconds). */
export type Move = { readonly now: bigint; readonly byBatcher: boolean } & (
  | { readonly kind: "batch"; readonly acc: Hex; readonly time: bigint; readonly data: Uint8Array }
  | { readonly kind: "queue"; readonly acc: Hex; readonly time: bigint; readonly to: number }
  | { readonly kind: "include"; readonly to: number }
  | { readonly kind: "force"; readonly envelope: Uint8Array }
);

/** An Inbox in memory. */
export class InboxModel {
  readonly items: Uint8Array[] = [];
  readonly #itemTimes: bigint[] = [];
  acc: Hex = ZERO_HASH;
  length = 0n;
  lastTime = 0n;
  included = 0;
  lastBatcherTime: bigint;

  constructor(deployedAt: bigint) {
    this.lastBatcherTime = deployedAt;
  }

  /** Plays a move; the name of the error, if it is refused. */
  play(move: Move): string | undefined {
    const error = this.#errorOf(move);
    if (error) return error;
    switch (move.kind) {
      case "batch":
        this.#append(batchHeader(move.data, move.time));
        break;
      case "queue":
        this.#appendSlice(move.to, move.time);
        break;
      case "include":
        this.#appendSlice(
          move.to,
          this.#leastTime(move.now) > this.lastTime ? this.#leastTime(move.now) : this.lastTime,
        );
        break;
      case "force":
        this.items.push(forcedItem(move.envelope));
        this.#itemTimes.push(move.now);
    }
    if (move.byBatcher && (move.kind === "batch" || move.kind === "queue")) this.lastBatcherTime = move.now;
    return undefined;
  }

  #errorOf(move: Move): string | undefined {
    switch (move.kind) {
      case "batch":
        return (
          this.#appendError(move) ??
          (this.#isOverdue(this.included, move.now) ? "QueueOverdue" : undefined) ??
          (move.data.length === 0 ? "EmptyBatch" : undefined) ??
          (move.data.length > MAX_BATCH ? "BatchTooLong" : undefined) ??
          this.#timeError(move)
        );
      case "queue":
        return this.#appendError(move) ?? this.#sliceError(move.to) ?? this.#timeError(move);
      case "include":
        return this.#sliceError(move.to) ?? (this.#isOverdue(move.to - 1, move.now) ? undefined : "NotOverdue");
      case "force":
        if (move.envelope.length === 0) return "EmptyItem";
        return move.envelope.length > MAX_ITEM - 1 ? "ItemTooLong" : undefined;
    }
  }

  #appendError(move: { now: bigint; byBatcher: boolean; acc: Hex }): string | undefined {
    if (!move.byBatcher && move.now < this.lastBatcherTime + BigInt(RULES.sequencerSilence)) return "NotBatcher";
    return move.acc === this.acc ? undefined : "AccMismatch";
  }

  #sliceError(to: number): string | undefined {
    if (to <= this.included) return "EmptySlice";
    return to > this.items.length ? "SlicePastQueue" : undefined;
  }

  #timeError({ now, time }: { now: bigint; time: bigint }): string | undefined {
    if (time < this.lastTime) return "TimeBackwards";
    if (time > now) return "TimeAhead";
    return time < this.#leastTime(now) ? "TimeLags" : undefined;
  }

  #isOverdue(index: number, now: bigint): boolean {
    const since = this.#itemTimes[index];
    return since !== undefined && now > since + BigInt(RULES.forceDelay);
  }

  #leastTime(now: bigint): bigint {
    return now - BigInt(RULES.maxTimeDrift);
  }

  #appendSlice(to: number, time: bigint): void {
    const header = sliceHeader(this.items, this.included, to, time);
    this.included = to;
    this.#append(header);
  }

  #append(header: EntryHeader): void {
    this.acc = nextAcc(this.acc, header);
    this.length += 1n;
    this.lastTime = header.time;
  }
}

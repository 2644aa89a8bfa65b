/** Exits by number: packed records one after the other, append-only (docs/spec/records.md). */
import { ExitLayout, RecordKind } from "@lakh/protocol";

import { EngineError } from "./errors.ts";
import { growU8 } from "./grow.ts";

/** An engine holds fewer exits than this in memory (the protocol's own limit, 2^39, is far beyond). */
const MAX_IN_MEMORY = 2 ** 32;

export class ExitStore {
  bytes = new Uint8Array(64 * ExitLayout.size);
  /** Number of the next exit. */
  count = 0;

  /** Adds an exit; `asset` is where an asset's token and shift stand in `source`, `recipient` likewise. */
  add(source: Uint8Array, asset: number, units: bigint, recipients: Uint8Array, recipient: number): void {
    if (this.count >= MAX_IN_MEMORY) throw new EngineError("ENGINE_EXIT_SPACE", "no memory for more exits");
    const at = this.count * ExitLayout.size;
    this.bytes = growU8(this.bytes, at + ExitLayout.size);
    this.bytes[at] = RecordKind.Exit;
    for (let i = 0; i < 21; i++) this.bytes[at + ExitLayout.token + i] = source[asset + i] as number;
    new DataView(this.bytes.buffer).setBigUint64(at + ExitLayout.amount, units);
    for (let i = 0; i < 20; i++) this.bytes[at + ExitLayout.recipient + i] = recipients[recipient + i] as number;
    this.count++;
  }

  /** Takes over `count` packed exits. */
  load(records: Uint8Array, count: number): void {
    this.bytes = growU8(this.bytes, records.length);
    this.bytes.set(records);
    this.count = count;
  }

  /** The record of an exit, as a view of memory that the next change may move. */
  record(number: number): Uint8Array {
    return this.bytes.subarray(number * ExitLayout.size, (number + 1) * ExitLayout.size);
  }
}

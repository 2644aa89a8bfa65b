/** Finds the item at a cursor of a batch (docs/spec/encoding.md, "Batch"). */
import { MAX_ITEM, newVarintCursor, readVarint } from "@lakh/protocol";

/** Where an item stands: `bytes[start, end)`; start < 0 where the batch ends instead. */
export interface Span {
  start: number;
  end: number;
}

const prefix = newVarintCursor();

/** Reads the prefix at `at` < `data.length` into `span`; the next cursor is `span.end`. */
export function findItem(data: Uint8Array, at: number, span: Span): void {
  const good = readVarint(data, at, data.length, prefix) && prefix.high === 0;
  const end = prefix.next + prefix.low;
  if (good && prefix.low >= 1 && prefix.low <= MAX_ITEM && end <= data.length) {
    span.start = prefix.next;
    span.end = end;
  } else {
    span.start = -1;
    span.end = data.length;
  }
}

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

let scratch = new Uint32Array(1 << 12);

/** Where the items from `cursor` on stand: item i is `data[spans[2i], spans[2i + 1])`, empty where the batch ends early. */
export function itemSpans(data: Uint8Array, cursor: number): Uint32Array {
  const span: Span = { start: 0, end: cursor };
  let used = 0;
  while (span.end < data.length) {
    findItem(data, span.end, span);
    if (used === scratch.length) {
      const grown = new Uint32Array(2 * used);
      grown.set(scratch);
      scratch = grown;
    }
    scratch[used++] = span.start < 0 ? span.end : span.start;
    scratch[used++] = span.end;
  }
  return scratch.slice(0, used);
}

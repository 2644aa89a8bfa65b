/** Where the items of a batch stand. */
import { readBatchItem } from "@lakh/protocol";

/** Item i is `data[spans[2i], spans[2i + 1])`; items end where the batch ends early. */
export function batchSpans(data: Uint8Array): Uint32Array {
  const spans: number[] = [];
  for (let at = 0; at < data.length;) {
    const { item, next } = readBatchItem(data, at);
    if (item === undefined) break;
    spans.push(next - item.length, next);
    at = next;
  }
  return Uint32Array.from(spans);
}

/** What L1 holds of an envelope. */
import type { LakhNode } from "@lakh/node";
import { readBatchItem } from "@lakh/protocol";

/** How often an envelope stands in the batches that L1 holds. */
export async function timesPosted(node: LakhNode, envelope: Uint8Array): Promise<number> {
  let times = 0;
  for (let entry = 0; entry < node.safeLength; entry++) {
    const { payload } = await node.entry(entry);
    if (!(payload instanceof Uint8Array)) continue;
    for (let at = 0; at < payload.length;) {
      const { item, next } = readBatchItem(payload, at);
      if (item !== undefined && Buffer.compare(item, envelope) === 0) times++;
      at = next;
    }
  }
  return times;
}

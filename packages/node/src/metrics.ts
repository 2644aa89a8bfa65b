/** The node's gauges, read when they are asked for. */
import { type Registry, addGauge } from "@lakh/service";

import type { LakhNode } from "./node.ts";

export function addNodeMetrics(registry: Registry, node: LakhNode): void {
  const gauge = (name: string, help: string, read: () => number): void => addGauge(registry, name, help, read);
  gauge("lakh_node_unsafe_entries", "Entries sealed or on L1", () => node.chain.length);
  gauge("lakh_node_safe_entries", "Entries on L1 and executed", () => node.safeLength);
  gauge("lakh_node_finalized_entries", "Entries in final L1 blocks", () => node.finalizedLength);
  gauge("lakh_node_objects", "Objects in the state", () => node.engine.state.nextObject - 1);
  gauge("lakh_node_caught_up", "1 when L1 was read to its head by the last step", () => (node.caughtUp ? 1 : 0));
  gauge("lakh_node_replayed_items_total", "Items of L1's entries executed since the start", () => node.replayedItems);
  gauge("lakh_node_replay_items_per_second", "Rate while last far behind L1", () => node.replayedPerSecond);
  gauge("lakh_node_disk_full", "1 while the store waits for room on the disk", () => (node.disk.isFull ? 1 : 0));
  gauge("lakh_node_unposted_bytes", "Bytes sealed or open that L1 does not hold", () => node.sequencer?.unposted ?? 0);
}

import type { Registry } from "@lakh/service";
import { Counter, Gauge } from "prom-client";

export interface BatcherMetrics {
  readonly backlogEntries: Gauge;
  readonly backlogBytes: Gauge;
  readonly lagSeconds: Gauge;
  readonly posted: Counter<"kind">;
}

export function createBatcherMetrics(registry: Registry): BatcherMetrics {
  const registers = [registry];
  return {
    backlogEntries: new Gauge({
      name: "lakh_batcher_backlog_entries",
      help: "sealed entries not in the Inbox, as far as the batcher looks ahead",
      registers,
    }),
    backlogBytes: new Gauge({
      name: "lakh_batcher_backlog_bytes",
      help: "bytes of those entries",
      registers,
    }),
    lagSeconds: new Gauge({
      name: "lakh_batcher_lag_seconds",
      help: "age of the oldest sealed entry not in the Inbox, by L1's clock",
      registers,
    }),
    posted: new Counter({
      name: "lakh_batcher_posted_entries_total",
      help: "entries posted",
      labelNames: ["kind"],
      registers,
    }),
  };
}

import { Counter, Gauge } from "prom-client";

import type { Registry } from "../metrics.ts";

export interface SenderMetrics {
  readonly sent: Counter<"label" | "result">;
  readonly gas: Counter<"label">;
  readonly pending: Gauge;
  readonly overCap: Gauge;
  readonly balance: Gauge;
}

/** Metrics of a sender; without a registry they count for nobody. */
export function createSenderMetrics(registry: Registry | undefined): SenderMetrics {
  const registers = registry ? [registry] : [];
  return {
    sent: new Counter({
      name: "lakh_l1_transactions_total",
      help: "L1 transactions by what became of them",
      labelNames: ["label", "result"],
      registers,
    }),
    gas: new Counter({ name: "lakh_l1_gas_total", help: "L1 gas used", labelNames: ["label"], registers }),
    pending: new Gauge({ name: "lakh_l1_transactions_pending", help: "L1 transactions under way", registers }),
    overCap: new Gauge({ name: "lakh_l1_fee_over_cap", help: "1 while L1 costs more than the cap", registers }),
    balance: new Gauge({
      name: "lakh_l1_balance_ether",
      help: "ETH of the sender when it last sent something",
      registers,
    }),
  };
}

import { Counter, Gauge } from "prom-client";

import type { Registry } from "../metrics.ts";

export interface SenderMetrics {
  readonly sent: Counter<"label" | "result">;
  readonly gas: Counter<"label">;
  readonly pending: Gauge;
  readonly overCap: Gauge;
  readonly balance: Gauge;
}

/**
 * Metrics of a sender; without a registry they count for nobody.
 * @param readBalance ETH of the sender now: asked whenever the metrics are looked at, and shown the next time, so that no
 *   look waits for L1. There is no balance before the first answer, and the last one stays while L1 gives none
 */
export function createSenderMetrics(registry: Registry | undefined, readBalance: () => Promise<number>): SenderMetrics {
  const registers = registry ? [registry] : [];
  let isAsking = false;
  const balance = new Gauge({
    name: "lakh_l1_balance_ether",
    help: "ETH of the sender",
    registers,
    collect() {
      if (isAsking) return;
      isAsking = true;
      void readBalance()
        .then((ether) => this.set(ether))
        .catch(() => undefined) // whoever sends hears of it
        .finally(() => (isAsking = false));
    },
  });
  balance.remove();
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
    balance,
  };
}

import type { Clock } from "./clock.ts";
import { errorFields } from "./errors.ts";

/** What `/healthz` says. */
export interface HealthReport {
  readonly healthy: boolean;
  /** When a step last went well, ISO 8601; null before the first. */
  readonly lastGoodStep: string | null;
  /** Code of the fault since then, null when there is none. */
  readonly fault: string | null;
}

export interface Health {
  good(): void;
  bad(error: unknown): void;
  report(): HealthReport;
}

/** Healthy while a step has gone well within `staleMilliseconds`. */
export function createHealth(clock: Clock, staleMilliseconds: number): Health {
  let lastGood: number | undefined;
  let fault: string | null = null;
  return {
    good: () => {
      lastGood = clock.nowMilliseconds();
      fault = null;
    },
    bad: (error) => {
      fault = String(errorFields(error)["code"]);
    },
    report: () => ({
      healthy: lastGood !== undefined && clock.nowMilliseconds() - lastGood <= staleMilliseconds,
      lastGoodStep: lastGood === undefined ? null : new Date(lastGood).toISOString(),
      fault,
    }),
  };
}

import type { Clock } from "./clock.ts";
import { CodedError, errorFields } from "./errors.ts";
import type { Health } from "./health.ts";
import type { Log } from "./log.ts";

/** What one pass did: a short line each; none when there was nothing to do. */
export interface StepReport {
  readonly did: readonly string[];
}

/** An actor that does one pass at a time. Tests call `step` themselves. */
export interface Stepper {
  /** @throws CodedError retry (same again), reset (state was dropped; the next step reads anew), fatal */
  step(signal?: AbortSignal): Promise<StepReport>;
}

export interface StepperLoop {
  readonly stepper: Stepper;
  /** Pause after a pass that did nothing. */
  readonly intervalMilliseconds: number;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly health?: Health;
}

const MOST_BACKOFF_MILLISECONDS = 30_000;

/**
 * Steps until the signal is aborted; the pass under way is awaited. Backs off, doubling up to 30 s, while steps fail with a
 * retry or reset error.
 * @throws the error of a step that is fatal or not coded
 */
export async function runStepper(loop: StepperLoop): Promise<void> {
  const { stepper, intervalMilliseconds, log, clock, signal, health } = loop;
  let failures = 0;
  while (!signal.aborted) {
    let pause = intervalMilliseconds;
    try {
      const { did } = await stepper.step(signal);
      failures = 0;
      health?.good();
      if (did.length > 0) {
        log.debug({ did }, "Stepped");
        pause = 0;
      }
    } catch (error) {
      if (signal.aborted) return;
      health?.bad(error);
      if (!(error instanceof CodedError) || error.severity === "fatal") {
        log.error(errorFields(error), "Stopped by a fault");
        throw error;
      }
      pause = backoffMilliseconds(intervalMilliseconds, failures++);
      log.warn({ ...errorFields(error), pauseMilliseconds: pause }, "Step failed; trying again");
    }
    await clock.sleep(pause, signal);
  }
}

/** interval · 2^failures, at most 30 s. */
export function backoffMilliseconds(intervalMilliseconds: number, failures: number): number {
  return Math.min(Math.max(intervalMilliseconds, 100) * 2 ** Math.min(failures, 20), MOST_BACKOFF_MILLISECONDS);
}

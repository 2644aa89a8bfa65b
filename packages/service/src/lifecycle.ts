import { errorFields } from "./errors.ts";
import type { Log } from "./log.ts";

/** Things opened, closed in reverse. */
export interface Lifecycle {
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
  /** Registers what must be closed; the last registered is closed first. */
  onClose(name: string, close: () => Promise<void> | void): void;
  /** Aborts, then closes everything in reverse; a failing close does not keep the others open. Later calls wait for the first. */
  stop(reason: string): Promise<void>;
}

export function createLifecycle(log: Log): Lifecycle {
  const controller = new AbortController();
  const closers: { name: string; close: () => Promise<void> | void }[] = [];
  let stopped: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    for (const { name, close } of closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        log.error({ ...errorFields(error), part: name }, "Could not close");
      }
    }
    log.info("Stopped");
  };

  return {
    signal: controller.signal,
    onClose: (name, close) => {
      closers.push({ name, close });
    },
    stop: (reason) => {
      if (stopped === undefined) {
        log.info({ reason }, "Stopping");
        controller.abort();
        stopped = closeAll();
      }
      return stopped;
    },
  };
}

/** Stops the lifecycle on SIGINT and SIGTERM. @returns a function that takes the handlers away */
export function stopOnSignals(lifecycle: Lifecycle): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const handlers = signals.map((name) => [name, () => void lifecycle.stop(name)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}

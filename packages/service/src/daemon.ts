import { join } from "node:path";

import type { Deployment } from "@lakh/bindings";

import { systemClock, type Clock } from "./clock.ts";
import { loadDeployment } from "./deployment.ts";
import { fatal } from "./errors.ts";
import { createHealth, type HealthReport } from "./health.ts";
import { loadKey } from "./key.ts";
import { connectL1, type L1 } from "./l1/client.ts";
import { fileJournal } from "./l1/journal.ts";
import { createSender, type Sender } from "./l1/sender.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import { createLog, type Log } from "./log.ts";
import { createRegistry, type Registry } from "./metrics.ts";
import { serveMonitor } from "./monitor.ts";
import { l1Options, senderOptions, serviceOptions } from "./options/common.ts";
import type { Options, OptionTable } from "./options/option.ts";
import { shownOptions } from "./options/show.ts";
import { runStepper, type Stepper } from "./stepper.ts";

/** Options of a daemon that acts on L1 with its own key. */
export const daemonOptions = { ...serviceOptions, ...l1Options, ...senderOptions };

/** What a daemon's actor is built from. */
export interface DaemonParts {
  readonly deployment: Deployment;
  readonly l1: L1;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly lifecycle: Lifecycle;
}

export interface DaemonConfig<Table extends OptionTable> {
  readonly role: string;
  readonly table: Table;
  readonly options: Options<Table> & Options<typeof daemonOptions>;
  /** Pause after a pass that did nothing. */
  readonly intervalMilliseconds: number;
  /** `/healthz` fails when no step went well for so long. */
  readonly staleMilliseconds: number;
}

/** A running daemon. */
export interface Daemon {
  /** Port of `/healthz` and `/metrics`, when they are served. */
  readonly monitorPort: number | undefined;
  health(): HealthReport;
  /** Ends when the daemon stops. @throws the fatal error that stopped it */
  readonly done: Promise<void>;
  /** Finishes the step under way, then closes everything. */
  stop(reason: string): Promise<void>;
}

/**
 * Starts a daemon: log, monitor, L1 (waited for), sender, then its actor, stepped until it is stopped.
 * @throws CodedError fatal when options, key, chain or deployment are wrong
 */
export async function startDaemon<Table extends OptionTable>(
  config: DaemonConfig<Table>,
  build: (parts: DaemonParts) => Promise<Stepper>,
  clock: Clock = systemClock,
): Promise<Daemon> {
  const { role, table, options } = config;
  const log = createLog({ service: role, level: options.logLevel, format: options.logFormat });
  log.info({ options: shownOptions(table, config.options) }, "Starting");
  const lifecycle = createLifecycle(log);
  const registry = createRegistry(role);
  const health = createHealth(clock, config.staleMilliseconds);
  try {
    const deployment = loadDeployment(options.deployment);
    const monitorPort = await openMonitor(options, health.report, registry, lifecycle);
    const l1 = await openL1(options, deployment, { log, clock, signal: lifecycle.signal });
    lifecycle.onClose("l1", () => l1.provider.destroy());
    const sender = await openSender(options, { l1, clock, log, registry });
    await sender.resume(lifecycle.signal);
    const parts = { deployment, l1, sender, clock, log, registry, lifecycle };
    const stepper = await build(parts);
    const { signal } = lifecycle;
    const { intervalMilliseconds } = config;
    const loop = runStepper({ stepper, intervalMilliseconds, log, clock, signal, health });
    lifecycle.onClose("loop", () => loop.catch(() => undefined));
    const done = loop.finally(() => lifecycle.stop("the loop ended"));
    return { monitorPort, health: health.report, done, stop: lifecycle.stop };
  } catch (error) {
    await lifecycle.stop("it could not start");
    throw error;
  }
}

async function openMonitor(
  { monitorHost, monitorPort }: Options<typeof serviceOptions>,
  health: () => HealthReport,
  registry: Registry,
  lifecycle: Lifecycle,
): Promise<number | undefined> {
  if (monitorPort === undefined) return undefined;
  const monitor = await serveMonitor({ host: monitorHost, port: monitorPort }, { health, registry });
  lifecycle.onClose("monitor", monitor.close);
  return monitor.port;
}

async function openL1(
  { l1Url, l1ChainId }: Options<typeof l1Options>,
  deployment: Deployment,
  deps: { log: Log; clock: Clock; signal: AbortSignal },
): Promise<L1> {
  const { chainId, inbox } = deployment;
  if (l1ChainId !== undefined && l1ChainId !== chainId) {
    const data = { expected: l1ChainId, actual: chainId };
    throw fatal("WrongChain", `the deployment is on chain ${chainId}, l1ChainId says ${l1ChainId}`, data);
  }
  const l1 = await connectL1({ url: l1Url, chainId }, deps);
  if ((await l1.provider.getCode(inbox)) === "0x") {
    throw fatal("NoDeployment", `there is no contract at ${inbox} on chain ${chainId}`, { inbox, chainId });
  }
  return l1;
}

async function openSender(
  options: Options<typeof senderOptions>,
  deps: { l1: L1; clock: Clock; log: Log; registry: Registry },
): Promise<Sender> {
  const wallet = await loadKey(options, deps.l1.chainId);
  const journal = fileJournal(join(options.dataDir, `transactions-${wallet.address}.json`));
  const fees = { mostWei: options.maxFeeGwei, tipWei: options.tipGwei };
  return createSender({ fees }, { ...deps, wallet, journal });
}

import { join } from "node:path";

import type { Deployment } from "@lakh/bindings";

import type { Clock } from "./clock.ts";
import { loadDeployment } from "./deployment.ts";
import { fatal } from "./errors.ts";
import { createHealth, type HealthReport } from "./health.ts";
import { loadKey } from "./key.ts";
import { connectL1, type L1 } from "./l1/client.ts";
import { fileJournal } from "./l1/journal.ts";
import type { FeePolicy } from "./l1/fees.ts";
import { createSender, type Sender, type SenderConfig } from "./l1/sender.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { takeLock } from "./lock.ts";
import type { Log } from "./log.ts";
import { addProcessMetrics, createRegistry, type Registry } from "./metrics.ts";
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
  /** What the role's own options say about fees. */
  readonly fees?: Partial<FeePolicy>;
}

/** What whoever runs a daemon gives it. */
export interface RunParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
}

/** A daemon that steps until its lifecycle stops. */
export interface RunningDaemon {
  /** Port of `/healthz` and `/metrics`, when they are served. */
  readonly monitorPort: number | undefined;
  health(): HealthReport;
  /** Rejects with the fault that ended the stepping. */
  readonly done: Promise<void>;
}

/**
 * Runs a daemon: monitor, L1 (waited for), sender, then its actor, stepped until the lifecycle stops.
 * @throws CodedError fatal when options, key, chain or deployment are wrong; nothing is left open then, once the lifecycle
 *   is stopped
 */
export async function runDaemon<Table extends OptionTable>(
  config: DaemonConfig<Table>,
  { log, clock, lifecycle }: RunParts,
  build: (parts: DaemonParts) => Promise<Stepper>,
): Promise<RunningDaemon> {
  const { role, table, options, intervalMilliseconds, staleMilliseconds, fees } = config;
  const { signal } = lifecycle;
  log.info({ options: shownOptions(table, options) }, "Starting");
  const registry = createRegistry(role);
  addProcessMetrics(registry);
  const health = createHealth(clock, staleMilliseconds);
  const deployment = loadDeployment(options.deployment);
  const monitorPort = await openMonitor(options, health.report, registry, lifecycle);
  if (monitorPort !== undefined) log.info({ monitorPort }, "Serving /healthz and /metrics");
  const l1 = await openL1(options, deployment, { log, clock, signal });
  lifecycle.onClose("l1", () => l1.provider.destroy());
  const sending = { pollMilliseconds: intervalMilliseconds, ...(fees && { fees }) };
  const sender = await openSender(options, sending, lifecycle, { l1, clock, log, registry });
  await sender.resume(signal);
  const stepper = await build({ deployment, l1, sender, clock, log, registry, lifecycle });
  const done = runStepper({ stepper, intervalMilliseconds, log, clock, signal, health });
  done.catch(() => undefined); // whoever runs the daemon awaits it; until then it is no unhandled rejection
  lifecycle.onClose("stepper", () => done.catch(() => undefined));
  return { monitorPort, health: health.report, done };
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
  { fees: own, ...config }: SenderConfig,
  lifecycle: Lifecycle,
  deps: { l1: L1; clock: Clock; log: Log; registry: Registry },
): Promise<Sender> {
  const wallet = await loadKey(options, deps.l1.chainId);
  const file = join(options.dataDir, `transactions-${wallet.address}.json`);
  const journal = fileJournal(file);
  lifecycle.onClose("lock", takeLock(`${file}.lock`));
  const fees = { mostWei: options.maxFeeGwei, tipWei: options.tipGwei, ...own };
  return createSender({ ...config, fees }, { ...deps, wallet, journal });
}

/** A daemon in a process of its own, as an operator runs it, made to be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Deployment, deploymentText } from "@lakh/bindings";
import type { FailPoint, HealthReport } from "@lakh/service";

const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");
const POLL_MILLISECONDS = 50;
/** A run that is not killed by then is ended in good order, which fails the case. */
const MOST_MILLISECONDS = 180_000;
const MONITOR = /"monitorPort":(\d+),"message":"Serving/;

export interface DaemonConfig {
  readonly role: "batcher" | "proposer" | "challenger";
  readonly l1Url: string;
  readonly deployment: Deployment;
  /** Its data, kept between runs. */
  readonly dataDir: string;
  readonly key: string;
  /** Options of the role's own. */
  readonly options: readonly string[];
}

/** One run of a daemon. */
export interface DaemonRun {
  /** Resolves when the process has ended: true when it was killed. */
  readonly ended: Promise<boolean>;
  /** Whether it has ended. */
  readonly isOver: boolean;
  /** What `/healthz` says; undefined while it does not listen. */
  health(): Promise<HealthReport | undefined>;
  kill(): void;
}

/** @param at where it kills itself, and the how manieth time it gets there */
export function startDaemon(
  config: DaemonConfig,
  at?: { readonly point: FailPoint; readonly time: number },
): DaemonRun {
  const { role, l1Url, deployment, dataDir, key, options } = config;
  const deploymentFile = join(dataDir, "deployment.json");
  writeFileSync(deploymentFile, deploymentText(deployment));
  const shared = ["--l1-url", l1Url, "--deployment", deploymentFile, "--data-dir", dataDir, "--monitor-port", "0"];
  const args = [MAIN, role, ...shared, "--poll-milliseconds", String(POLL_MILLISECONDS), ...options];
  const failPoint = at === undefined ? {} : { LAKH_FAIL_POINT: `${at.point}:${at.time}` };
  const env = { ...process.env, [`LAKH_${role.toUpperCase()}_KEY`]: key, ...failPoint };
  return new Run(
    spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"], timeout: MOST_MILLISECONDS }),
  );
}

class Run implements DaemonRun {
  readonly ended: Promise<boolean>;
  isOver = false;
  private readonly child: ChildProcess;
  private monitorPort: string | undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    let words = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-10_000);
      this.monitorPort ??= MONITOR.exec(words)?.[1];
    });
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status, signal) => {
        this.isOver = true;
        if (signal === "SIGKILL") resolve(true);
        else reject(new Error(`the daemon ended with ${status ?? signal}:\n${words}`));
      });
    });
    this.ended.catch(() => undefined); // whoever plays awaits it
  }

  async health(): Promise<HealthReport | undefined> {
    if (this.isOver || this.monitorPort === undefined) return undefined;
    try {
      const answer = await fetch(`http://127.0.0.1:${this.monitorPort}/healthz`);
      return (await answer.json()) as HealthReport;
    } catch {
      return undefined; // killed in between
    }
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

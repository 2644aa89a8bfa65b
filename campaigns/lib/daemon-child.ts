/** A daemon in a process of its own, as an operator runs it, made to be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Deployment, deploymentText } from "@lakh/bindings";
import { type HealthReport, variableOf } from "@lakh/service";

import { ownChild } from "../../bench/stack/ending.ts";
import type { Place } from "./crash-plan.ts";

const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");
const POLL_MILLISECONDS = 50;
/** A run that is not killed by then is ended in good order, which fails the case. */
const MOST_MILLISECONDS = 300_000;
/** Where it serves `/healthz`, and a node its RPC. */
const PORT = { daemon: /"monitorPort":(\d+),"message":"Serving/, node: /"rpcPort":(\d+)/ };
const MESSAGE = /"message":"([^"]*)"/g;
/** What it said last, for those who wonder why it ended. */
const LAST_WORDS = 10_000;

export interface DaemonConfig {
  readonly role: "node" | "batcher" | "proposer" | "challenger";
  readonly l1Url: string;
  readonly deployment: Deployment;
  /** Its data, kept between runs. */
  readonly dataDir: string;
  /** Of a follower: none. */
  readonly key?: string;
  /** Options of the role's own. */
  readonly options: readonly string[];
}

/** One run of a daemon. */
export interface DaemonRun {
  /** Resolves when the process has ended: true when it was killed. */
  readonly ended: Promise<boolean>;
  /** Whether it has ended. */
  readonly isOver: boolean;
  /** Where it listens; undefined while it does not. */
  readonly url: string | undefined;
  /** What `/healthz` says; undefined while it does not listen. */
  health(): Promise<HealthReport | undefined>;
  /** Whether it has logged this message. */
  said(message: string): boolean;
  kill(): void;
}

/** @param at where it kills itself, and the how manieth time it gets there */
export function startDaemon(config: DaemonConfig, at?: { readonly place: Place; readonly time: number }): DaemonRun {
  const { role, l1Url, deployment, dataDir, key, options } = config;
  const deploymentFile = join(dataDir, "deployment.json");
  writeFileSync(deploymentFile, deploymentText(deployment));
  const shared = ["--l1-url", l1Url, "--deployment", deploymentFile, "--data-dir", join(dataDir, role)];
  const port = role === "node" ? "--rpc-port" : "--monitor-port";
  const args = [MAIN, role, ...shared, port, "0", "--poll-milliseconds", String(POLL_MILLISECONDS), ...options];
  const env = {
    ...process.env,
    ...(key && { [variableOf(role, role === "node" ? "sequencerKey" : "key")]: key }),
    ...(at && { LAKH_FAIL_POINT: `${at.place}:${at.time}` }),
  };
  const stdio = ["ignore", "pipe", "inherit"] as const;
  return new Run(
    ownChild(spawn(process.execPath, args, { env, stdio: [...stdio], timeout: MOST_MILLISECONDS })),
    role === "node" ? PORT.node : PORT.daemon,
  );
}

class Run implements DaemonRun {
  readonly ended: Promise<boolean>;
  isOver = false;
  private readonly child: ChildProcess;
  private readonly messages = new Set<string>();
  private port: string | undefined;

  constructor(child: ChildProcess, portSaid: RegExp) {
    this.child = child;
    let words = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-LAST_WORDS);
      for (const [, message = ""] of text.matchAll(MESSAGE)) this.messages.add(message);
      this.port ??= portSaid.exec(words)?.[1];
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

  get url(): string | undefined {
    return this.isOver || this.port === undefined ? undefined : `http://127.0.0.1:${this.port}`;
  }

  async health(): Promise<HealthReport | undefined> {
    if (this.url === undefined) return undefined;
    try {
      return (await (await fetch(`${this.url}/healthz`)).json()) as HealthReport;
    } catch {
      return undefined; // killed in between
    }
  }

  said(message: string): boolean {
    return this.messages.has(message);
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

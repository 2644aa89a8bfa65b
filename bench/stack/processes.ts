/** The processes of a run: started with their words in a file, measured from /proc, ended by whoever started them. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { ownChild } from "./ending.ts";

export const REPO = join(import.meta.dirname, "../..");
/** A node with ten million accounts reads and checks its state for a minute. */
const PATIENCE_MS = 300_000;
const LOOK_MS = 100;
/** Clock ticks a second of /proc/…/stat, the same on every Linux that Node runs on. */
const TICKS = 100;
/** Last characters of a log that say why a process ended. */
const LAST_WORDS = 2_000;

export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Why it ended, once it has. */
  readonly ended: () => string | undefined;
  stop(): Promise<void>;
}

export interface StartConfig {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export function start({ name, command, args, env = {}, logFile }: StartConfig): Running {
  const log = openSync(logFile, "a");
  const child = ownChild(
    spawn(command, args, { cwd: REPO, env: { ...process.env, ...env }, stdio: ["ignore", log, log] }),
  );
  closeSync(log);
  let why: string | undefined;
  child.on("error", (error) => (why = error.message));
  child.on("exit", (code, signal) => (why = `${name} ended (${signal ?? code}): ${lastWords(logFile)}`));
  return { name, pid: child.pid ?? 0, logFile, ended: () => why, stop: () => stopChild(child) };
}

function lastWords(logFile: string): string {
  return readFileSync(logFile, "utf8").slice(-LAST_WORDS).trim();
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 60_000);
  await gone;
  clearTimeout(force);
}

/** Waits until `isReady`; @throws Error when the process ends first, or it takes too long */
export async function ready(running: Running, isReady: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isReady().catch(() => false))) {
    const why = running.ended();
    if (why !== undefined) throw new Error(why);
    if (performance.now() > end)
      throw new Error(`${running.name} is not ready after ${PATIENCE_MS / 1000} s: ${lastWords(running.logFile)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A port of this machine that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** CPU seconds that a process and its threads have had. */
export function cpuSeconds(pid: number): number {
  return statSeconds(`/proc/${pid}/stat`);
}

/** A thread of a process: its name, and the CPU seconds that it has had. */
export interface ThreadTime {
  readonly id: number;
  readonly name: string;
  readonly seconds: number;
}

/** The threads that a process has now, oldest first. */
export function threadTimes(pid: number): ThreadTime[] {
  const ids = readdirSync(`/proc/${pid}/task`).map(Number);
  return ids
    .sort((a, b) => a - b)
    .map((id) => {
      const place = `/proc/${pid}/task/${id}`;
      return { id, name: readFileSync(`${place}/comm`, "utf8").trim(), seconds: statSeconds(`${place}/stat`) };
    });
}

function statSeconds(file: string): number {
  const stat = readFileSync(file, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return 1024 * Number(line?.[1] ?? 0);
}

/** Patience for an answer. */
const RPC_MS = 60_000;

/** A JSON-RPC call over HTTP. @throws Error with the server's answer when it is an error */
export async function rpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(RPC_MS),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

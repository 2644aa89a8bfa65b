/** The chain below: a Hardhat node that mines every second, or somebody else's. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { fatal } from "@lakh/service";

import { type Child, startChild } from "./child.ts";

export const REPO = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const HARDHAT = join(REPO, "node_modules/hardhat/dist/src/cli.js");
const START_SECONDS = 60;
const FOREIGN_SECONDS = 5;

export interface L1Chain {
  readonly url: string;
  readonly child?: Child;
}

/** An L1 that somebody else runs. @throws CodedError fatal `L1NotReady` */
export async function findL1(url: string): Promise<L1Chain> {
  await waitForL1(url, FOREIGN_SECONDS);
  return { url };
}

/**
 * Starts `hardhat node` on a port of this machine and waits until it answers.
 * @param takesBlobs then it mines every transaction at once, beside a block a second
 * @throws CodedError fatal `PortTaken`, `L1NotReady`, `ChildFailed`
 */
export async function startL1(port: number, dir: string, takesBlobs: boolean): Promise<L1Chain> {
  const url = `http://127.0.0.1:${port}`;
  if (await answers(url))
    throw fatal("PortTaken", `something answers at ${url} already: stop it, or choose --l1-port`, { url });
  const network = takesBlobs ? "blobNode" : "node";
  const args = [HARDHAT, "node", "--network", network, "--hostname", "127.0.0.1", "--port", String(port)];
  const logFile = join(dir, "l1.log");
  const child = startChild({
    name: "the Hardhat node",
    command: process.execPath,
    args,
    cwd: REPO,
    env: process.env,
    logFile,
  });
  try {
    await Promise.race([waitForL1(url, START_SECONDS), child.failed]);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url, child };
}

async function waitForL1(url: string, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await answers(url))) {
    if (performance.now() > end)
      throw fatal("L1NotReady", `no answer from L1 at ${new URL(url).host}`, { host: new URL(url).host, seconds });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(2_000) });
    return typeof ((await response.json()) as { result?: unknown }).result === "string";
  } catch {
    return false;
  }
}

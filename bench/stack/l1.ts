/** The chains that a run starts: anvil below the rollup, anvil and Hardhat's node as what a user would run instead. */
import { join } from "node:path";

import { REPO, type Running, freePort, ready, rpc, start } from "./processes.ts";

/** The program itself, not the script that starts it: its CPU time and its end are then its own. */
const ANVIL = join(
  REPO,
  `node_modules/@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}/bin/anvil`,
);
const HARDHAT = join(REPO, "node_modules/hardhat/dist/src/cli.js");

export interface Chain {
  readonly url: string;
  readonly process: Running;
}

/** Anvil with the rules of the hardfork that the contracts are built for; it mines a block for each transaction. */
export async function startAnvil(folder: string, args: readonly string[] = []): Promise<Chain> {
  const port = await freePort();
  const fixed = ["--port", String(port), "--chain-id", "31337", "--hardfork", "osaka", "--silent"];
  return answering("anvil", port, ANVIL, [...fixed, ...args], folder);
}

/** `hardhat node`, which mines a block for each transaction, or one a second on network `node` of the configuration. */
export async function startHardhat(folder: string, args: readonly string[] = []): Promise<Chain> {
  const port = await freePort();
  const fixed = [HARDHAT, "node", "--hostname", "127.0.0.1", "--port", String(port)];
  return answering("hardhat", port, process.execPath, [...fixed, ...args], folder);
}

/** From now on a block every so many seconds, full or empty. */
export async function mineEvery(url: string, seconds: number): Promise<void> {
  await rpc(url, "evm_setAutomine", [false]);
  await rpc(url, "evm_setIntervalMining", [seconds]);
}

async function answering(
  name: string,
  port: number,
  command: string,
  args: readonly string[],
  folder: string,
): Promise<Chain> {
  const url = `http://127.0.0.1:${port}`;
  const running = start({ name, command, args, logFile: join(folder, `${name}.log`) });
  await ready(running, async () => typeof (await rpc(url, "eth_chainId")) === "string");
  return { url, process: running };
}

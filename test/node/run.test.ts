import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { deployLakh, deploymentText, readParameters } from "@lakh/bindings";
import { nodeOptions, runNode } from "@lakh/node";
import { createLifecycle, hasCode, readOptions, silentLog, systemClock } from "@lakh/service";
import { network } from "hardhat";

import { type L1Server, serveL1 } from "./l1-server.ts";
import { cleanUp, onCleanUp, person, tempDir } from "./world.ts";

/** A whole deployment behind HTTP, its file, and options to run a node over it. */
async function start(): Promise<{ l1: L1Server; argv: string[] }> {
  const { ethers, provider } = await network.create();
  const [deployer, batcher] = await ethers.getSigners();
  if (!deployer || !batcher) throw new Error("two signers are needed");
  const roles = { sequencer: person(0).address, batcher: batcher.address, feeRecipient: person(9).address };
  const rules: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../parameters/devnet.json"), "utf8"));
  const deployment = await deployLakh(deployer, readParameters(rules, roles));
  const folder = await tempDir();
  const file = join(folder, "deployment.json");
  await writeFile(file, deploymentText(deployment));
  const l1 = await serveL1(provider);
  onCleanUp(l1.close);
  const argv = ["--l1-url", l1.url, "--deployment", file, "--data-dir", join(folder, "node"), "--rpc-port", "0"];
  return { l1, argv: [...argv, "--poll-milliseconds", "10"] };
}

function run(argv: readonly string[], env: Record<string, string> = {}) {
  const lifecycle = createLifecycle(silentLog());
  onCleanUp(() => lifecycle.stop("test"));
  const options = readOptions(nodeOptions, { role: "node", argv, env });
  return runNode(options, { log: silentLog(), clock: systemClock, lifecycle });
}

async function ask(port: number, method: string): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
  return ((await response.json()) as { result: Record<string, unknown> }).result;
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  return ["L1WrongChain", "WrongChain", "BadConfig", "MissingKey", "BadKey"].find((code) => hasCode(error, code));
}

describe("node > the program", () => {
  afterEach(cleanUp);

  it("runs from its options, serves, and stops", async () => {
    const { argv } = await start();
    const running = await run([...argv, "--mode", "sequencer"], { LAKH_NODE_SEQUENCER_KEY: person(0).key });
    const info = await ask(running.rpcPort, "lakh_chainInfo");
    expect(info).to.include({ chainId: 31337, mode: "sequencer", sequencer: person(0).address });
    const metrics = await fetch(`http://127.0.0.1:${running.rpcPort}/metrics`);
    expect(await metrics.text()).to.include("lakh_node_safe_entries");
    await cleanUp();
    await running.done;
  });

  it("refuses a wrong chain, a wrong key and no key", async () => {
    const { argv } = await start();
    expect(await codeOf(run([...argv, "--l1-chain-id", "5"]))).to.equal("WrongChain");
    const sequencer = [...argv, "--mode", "sequencer"];
    expect(await codeOf(run(sequencer))).to.equal("MissingKey");
    expect(await codeOf(run(sequencer, { LAKH_NODE_SEQUENCER_KEY: person(1).key }))).to.equal("BadConfig");
    expect(await codeOf(run(sequencer, { LAKH_NODE_SEQUENCER_KEY: "0x12" }))).to.equal("BadKey");
  });

  it("refuses a deployment file that is not one", async () => {
    const { argv } = await start();
    const file = join(await tempDir(), "deployment.json");
    await writeFile(file, "{");
    expect(await codeOf(run(argv.map((text, i) => (argv[i - 1] === "--deployment" ? file : text))))).to.equal(
      "BadConfig",
    );
  });
});

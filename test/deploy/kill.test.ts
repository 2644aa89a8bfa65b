import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CONTRACT_NAMES, planDeployment, readDeployment, readParameters } from "@lakh/bindings";
import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import testnet from "../../parameters/testnet.json" with { type: "json" };
import { developmentKey, serve } from "../agents/wire.ts";
import { startAnvil } from "./anvil.ts";
import { DEPLOYER } from "./chain.ts";

const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");
const ROLES = {
  sequencer: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  batcher: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  feeRecipient: "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
};

/** Runs `lakh deploy` as a process; `onStart` may kill it. @returns the exit status, or the signal that ended it */
function run(url: string, folder: string, onStart: (kill: () => void) => void): Promise<number | string | null> {
  const { sequencer, batcher, feeRecipient } = ROLES;
  const roles = ["--sequencer", sequencer, "--batcher", batcher, "--fee-recipient", feeRecipient];
  const out = join(folder, "deployment.json");
  const child = spawn(
    process.execPath,
    [MAIN, "deploy", "--network", "testnet", "--l1-url", url, "--out", out, "--record", folder, ...roles, "--json"],
    { env: { ...process.env, LAKH_KEY: developmentKey(0) }, stdio: ["ignore", "ignore", "inherit"] },
  );
  onStart(() => child.kill("SIGKILL"));
  return new Promise((resolve) => child.once("exit", (status, signal) => resolve(signal ?? status)));
}

describe("lakh deploy on a fresh anvil, by the parameters of testnet", () => {
  it("is killed after each transaction, and ends with seven of them", async function () {
    this.timeout(240_000);
    const folder = mkdtempSync(join(tmpdir(), "lakh-deploy-kill-"));
    const anvil = await startAnvil();
    const provider = new JsonRpcProvider(anvil.url, undefined, { cacheTimeout: -1 });
    let kill: (() => void) | undefined;
    const wire = await serve(async (body) => {
      const headers = { "content-type": "application/json" };
      const answer = await (await fetch(anvil.url, { method: "POST", body, headers })).text();
      if (!body.includes("eth_sendRawTransaction") || kill === undefined) return answer;
      kill();
      return undefined;
    });
    try {
      for (const name of CONTRACT_NAMES) {
        const ended = await run(wire.url, folder, (killChild) => (kill = killChild));
        expect(ended, `while ${name} is sent`).to.equal("SIGKILL");
      }
      expect(await run(wire.url, folder, () => (kill = undefined))).to.equal(0);
      const plan = planDeployment(readParameters(testnet, ROLES), DEPLOYER, 0);
      expect(await provider.getTransactionCount(DEPLOYER)).to.equal(plan.length);
      const deployment = readDeployment(JSON.parse(readFileSync(join(folder, "deployment.json"), "utf8")));
      const at = (name: string): string | undefined => plan.find((contract) => contract.name === name)?.address;
      expect([deployment.inbox, deployment.bridge]).to.deep.equal([at("Inbox"), at("Bridge")]);
      expect(deployment.parameters.challengeSeconds).to.equal(7200);
    } finally {
      provider.destroy();
      wire.close();
      await anvil.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

/** L1 takes back transactions of a deployment: the same ones make the same contracts again. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { planDeployment, readDeployment, readParameters } from "@lakh/bindings";
import { expect } from "chai";

import devnet from "../../parameters/devnet.json" with { type: "json" };
import { type CutChain, DEPLOYER, deploy, openChain } from "./chain.ts";

const PLAN = planDeployment(readParameters(devnet), DEPLOYER, 0);
const MOST_RUNS = 4;

describe("lakh deploy where L1 takes back its transactions", function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-deploy-reorg-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const snapshot = (chain: CutChain): Promise<unknown> => chain.provider.send("evm_snapshot", []);
  const fork = (chain: CutChain, to: unknown): Promise<unknown> => chain.provider.send("evm_revert", [to]);

  async function expectDeployed(chain: CutChain, out: string): Promise<void> {
    expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(PLAN.length);
    const written = readDeployment(JSON.parse(readFileSync(out, "utf8")));
    expect(written.bridge).to.equal(PLAN.at(-1)?.address);
    for (const { address } of PLAN) expect(await chain.provider.getCode(address)).not.to.equal("0x");
  }

  for (const [stood, taken] of [
    [1, 1],
    [3, 2],
    [6, 5],
    [2, 2],
  ] as const)
    it(`goes on where the last ${taken} of ${stood + 1} are gone when it is started again`, async () => {
      const chain = await openChain();
      const out = join(folder, `stopped-${stood}-${taken}.json`);
      try {
        const left = stood + 1 - taken;
        chain.cutAt(left, "after");
        expect((await deploy(chain.url, out)).status).to.equal(5);
        const before = await snapshot(chain);
        chain.cutAt(taken, "after");
        expect((await deploy(chain.url, out)).status).to.equal(5);
        await fork(chain, before);
        expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(left);
        chain.cutAt(undefined, "after");
        const last = await deploy(chain.url, out);
        expect([last.status, last.stderr]).to.deep.equal([0, ""]);
        await expectDeployed(chain, out);
      } finally {
        await chain.close();
      }
    });

  for (const behind of [4, 7])
    it(`says what to do when they are gone behind transaction ${behind}, and ends right when that is done`, async () => {
      const chain = await openChain();
      const out = join(folder, `running-${behind}.json`);
      try {
        let before: unknown;
        chain.after(2, async () => {
          before = await snapshot(chain);
          chain.after(behind - 2, () => fork(chain, before));
        });
        const codes: unknown[] = [];
        for (let run = 0; run < MOST_RUNS; run++) {
          const { status, stderr } = await deploy(chain.url, out);
          if (status === 0) break;
          codes.push((JSON.parse(stderr) as { error: { code: string } }).error.code);
        }
        expect(codes.length).to.be.within(0, 1);
        for (const code of codes) expect(code).to.be.oneOf(["DeployReorged", "DeployFailed", "DeployStopped"]);
        await expectDeployed(chain, out);
      } finally {
        await chain.close();
      }
    });
});

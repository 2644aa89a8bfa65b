import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { deployLakh, planDeployment, readDeployment, readParameters } from "@lakh/bindings";
import { expect } from "chai";
import { network } from "hardhat";

import devnet from "../../parameters/devnet.json" with { type: "json" };
import { DEPLOYER, deploy, openChain } from "./chain.ts";

const PLAN = planDeployment(readParameters(devnet), DEPLOYER, 0);

describe("lakh deploy", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-deploy-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("makes the same contracts, byte for byte, as deployLakh", async () => {
    const chain = await openChain();
    try {
      const out = join(folder, "same.json");
      expect((await deploy(chain.url, out)).status).to.equal(0);
      const { ethers } = await network.create();
      const [deployer] = await ethers.getSigners();
      if (!deployer) throw new Error("no signer");
      const direct = await deployLakh(deployer, readParameters(devnet));
      const written = readDeployment(JSON.parse(readFileSync(out, "utf8")));
      expect({ ...written, deployedAtBlock: 0 }).to.deep.equal({ ...direct, deployedAtBlock: 0 });
      for (const { address } of PLAN)
        expect(await chain.provider.getCode(address)).to.equal(await ethers.provider.getCode(address));
    } finally {
      await chain.close();
    }
  });

  it("loses L1 before and after each of the seven transactions, and ends with seven", async () => {
    const chain = await openChain();
    const out = join(folder, "interrupted.json");
    try {
      for (const { name } of PLAN)
        for (const cut of ["before", "after"] as const) {
          chain.cutAt(1, cut);
          expect((await deploy(chain.url, out)).status, `${cut} L1 takes ${name}`).to.equal(5);
        }
      chain.cutAt(undefined, "after");
      const last = await deploy(chain.url, out);
      expect([last.status, last.stderr]).to.deep.equal([0, ""]);
      expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(PLAN.length);
      const written = readDeployment(JSON.parse(readFileSync(out, "utf8")));
      expect([written.bridge, written.deployedAtBlock]).to.deep.equal([PLAN.at(-1)?.address, 1]);
    } finally {
      await chain.close();
    }
  });
});

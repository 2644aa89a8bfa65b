import { readFileSync } from "node:fs";
import { join } from "node:path";

import { createEngine } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import {
  ConfigError,
  Inbox__factory,
  deployLakh,
  deploymentText,
  genesisMachine,
  readDeployment,
  readParameters,
} from "@lakh/bindings";
import { expect } from "chai";
import { network } from "hardhat";

const file = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../parameters/${name}.json`), "utf8")) as Record<
    string,
    unknown
  >;

const codeOf = (run: () => unknown): [string, string] | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return [error.code, error.field];
    throw error;
  }
  return undefined;
};

describe("bindings", () => {
  describe("genesisMachine", () => {
    it("is the engine's", async () => {
      const engine = createEngine(
        {
          chainId: 1n,
          inbox: `0x${"11".repeat(20)}`,
          feeRecipient: `0x${"22".repeat(20)}`,
        },
        await loadKernels(),
      );
      expect(genesisMachine()).to.deep.equal({ ...engine.machine() });
    });
  });

  describe("readParameters", () => {
    const roles = {
      sequencer: `0x${"11".repeat(20)}`,
      batcher: `0x${"22".repeat(20)}`,
      feeRecipient: `0x${"33".repeat(20)}`,
    };

    it("takes the three files, and needs the roles that a file leaves open", () => {
      expect(readParameters(file("devnet")).fanout).to.equal(1024);
      expect(readParameters(file("testnet"), roles).network).to.equal("testnet");
      expect(readParameters(file("mainnet"), roles).challengeSeconds).to.equal(604_800);
      expect(codeOf(() => readParameters(file("mainnet")))).to.deep.equal(["LAKH_BAD_PARAMETERS", "sequencer"]);
    });

    it("names the field at fault", () => {
      const broken: [string, unknown][] = [
        ["fanout", 1000],
        ["forceDelaySeconds", 0],
        ["capUnits", "-1"],
        ["claimBondWei", 5],
        ["batcher", "0x00"],
        ["surprise", 1],
      ];
      for (const [field, value] of broken)
        expect(codeOf(() => readParameters({ ...file("devnet"), [field]: value }))).to.deep.equal([
          "LAKH_BAD_PARAMETERS",
          field,
        ]);
    });
  });

  describe("deployLakh", () => {
    it("makes contracts that know each other, and a deployment file that reads back", async () => {
      const { ethers } = await network.create();
      const [deployer] = await ethers.getSigners();
      if (!deployer) throw new Error("no signer");
      const parameters = readParameters(file("devnet"));
      const deployment = await deployLakh(deployer, parameters);
      const inbox = Inbox__factory.connect(deployment.inbox, deployer);
      expect(await inbox.BRIDGE()).to.equal(deployment.bridge);
      expect((await inbox.params()).batcher).to.equal(parameters.batcher);
      const text = deploymentText(deployment);
      expect(readDeployment(JSON.parse(text))).to.deep.equal(deployment);
      const other = { ...(JSON.parse(text) as object), chainId: "1" };
      expect(codeOf(() => readDeployment(other))).to.deep.equal(["LAKH_BAD_DEPLOYMENT", "chainId"]);
    });
  });
});

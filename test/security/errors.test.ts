/**
 * Every custom error of every deployed contract is really raised by a test: as (contract, error), so that two contracts with
 * an error of one name do not hide each other. Reverts are read off the simulated chain, whatever a test makes of them; the
 * verdict comes after the last test, and only in a run that has all the contracts' own tests.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { Interface, type InterfaceAbi } from "ethers";
import { artifacts, hooks } from "hardhat";
import type { Suite, Test } from "mocha";

const CONTRACTS = ["Inbox", "Bridge", "Claims", "StepVerifier", "WalletOps", "SessionOps", "PoolOps"] as const;
/** Folders under test/ whose tests raise them. */
const FOLDERS = ["bridge", "claims", "inbox", "step"] as const;
const SELECTOR_DIGITS = 10;

/** What Hardhat's chain throws on a revert: the frames from the outermost call on. A free function has no contract. */
interface Revert {
  readonly data?: unknown;
  readonly stackTrace?: readonly { readonly sourceReference?: { readonly contract?: string | undefined } }[];
}

/** `Contract 0xselector` of each revert, by the deployed contract that raised it. */
const raised = new Set<string>();

function raiserOf({ data, stackTrace }: Revert): string | undefined {
  const contract = stackTrace?.findLast((frame) => frame.sourceReference?.contract)?.sourceReference?.contract;
  return contract === undefined || typeof data !== "string"
    ? undefined
    : `${contract} ${data.slice(0, SELECTOR_DIGITS)}`;
}

hooks.registerHandlers("network", {
  onRequest: async (context, connection, request, next) => {
    try {
      return await next(context, connection, request);
    } catch (error) {
      const raiser = raiserOf(error as Revert);
      if (raiser !== undefined) raised.add(raiser);
      throw error;
    }
  },
});

function testsOf(suite: Suite): Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

/** Whether all of the folders' files were in this run, and all of their tests passed. */
function isWhole(root: Suite): boolean {
  return FOLDERS.every((folder) => {
    const path = join(import.meta.dirname, "..", folder);
    const files = readdirSync(path).filter((file) => file.endsWith(".test.ts"));
    return files.every((file) => {
      const suites = root.suites.filter((suite) => suite.file === join(path, file));
      return suites.length > 0 && suites.flatMap(testsOf).every((test) => test.isPassed());
    });
  });
}

describe("The record of custom errors", () => {
  it("knows whose error it was, when it passes through another contract and comes from a free function", () => {
    const stackTrace = ["Claims", "StepVerifier", undefined].map((contract) => ({ sourceReference: { contract } }));
    expect(raiserOf({ data: `0xa3fd9141${"00".repeat(32)}`, stackTrace })).to.equal("StepVerifier 0xa3fd9141");
    expect(raiserOf({ data: "0x" })).to.equal(undefined);
  });
});

after("every custom error was raised by its contract", async function () {
  if (!isWhole(this.test?.parent as Suite)) return;
  const missing: string[] = [];
  for (const contract of CONTRACTS) {
    const { abi } = await artifacts.readArtifact(contract);
    new Interface(abi as InterfaceAbi).forEachError(({ name, selector }) => {
      if (!raised.has(`${contract} ${selector}`)) missing.push(`${contract}.${name}`);
    });
  }
  expect(missing, "never raised").to.deep.equal([]);
});

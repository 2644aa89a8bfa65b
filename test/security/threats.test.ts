/** docs/spec/threats.md names every external function of the product's contracts; it and invariants.md only tests that exist. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { artifacts } from "hardhat";

const root = join(import.meta.dirname, "../..");
const spec = (file: string): string => readFileSync(join(root, "docs/spec", file), "utf8");
const table = spec("threats.md");
/** Contracts by the heading under which their functions stand. */
const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  Inbox: ["Inbox"],
  Bridge: ["Bridge"],
  Claims: ["Claims"],
  "StepVerifier and its families": ["StepVerifier", "WalletOps", "SessionOps", "PoolOps"],
};

/** What an attacker may send, each to be answered. */
const INPUTS: readonly string[] = [
  "zero roots and default values",
  "proof malleability",
  "index overflow",
  "hash collisions between kinds",
  "signature malleability and zero signer",
  "cross-chain and cross-deployment replay",
  "ERC-777-like reentrancy",
  "tokens that lie",
  "return-data bombs",
  "gas starvation of payouts",
  "dust griefing of holdings",
  "nonce exhaustion",
  "block stuffing at deadlines",
  "self-challenge",
  "front-run rewards",
];

interface AbiEntry {
  readonly type: string;
  readonly name?: string;
}

/** The first cells of the rows under a heading. */
function namedUnder(heading: string): string {
  const section = table.split("\n## ").find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) => row.split("|")[1] ?? "").join();
}

function expectTestsExist(text: string): void {
  const references = [...text.matchAll(/`([\w/-]+)` > ((?:(?!<br>| \|).)+)/g)];
  expect(references).not.to.be.empty;
  const missing = references.filter(([, file, name]) => {
    const path = join(root, "test", `${file}.test.ts`);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(name ?? "");
  });
  expect(missing.map(([reference]) => reference)).to.deep.equal([]);
}

describe("The table of threats", () => {
  for (const [heading, contracts] of Object.entries(CONTRACTS))
    it(`has every external function of ${contracts.join(", ")}`, async () => {
      const named = namedUnder(heading);
      for (const contract of contracts) {
        const { abi } = await artifacts.readArtifact(contract);
        const functions = (abi as readonly AbiEntry[]).filter(({ type }) => type === "function");
        const missing = functions.filter(({ name }) => !named.includes(`\`${name}\``));
        expect(missing.map(({ name }) => name)).to.deep.equal([]);
      }
    });

  it("answers each malicious input, by tests", () => {
    const section = table.split("\n## ").find((part) => part.startsWith("Malicious inputs")) ?? "";
    const rows = section.split("\n").filter((line) => line.includes("` > "));
    expect(rows.map((row) => row.split("|")[1]?.trim())).to.deep.equal(INPUTS);
  });

  it("names tests that exist", () => expectTestsExist(table));
});

describe("The table of invariants", () => {
  it("has all eight, and names tests that exist", () => {
    const invariants = spec("invariants.md");
    const numbers = [...invariants.matchAll(/^\| (\d) \|.*` > /gm)].map(([, number]) => Number(number));
    expect(numbers).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expectTestsExist(invariants);
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CONTRACT_NAMES, readRecord } from "@lakh/bindings";
import { expect } from "chai";

import { failure, lakh } from "../cli/run.ts";
import { type CutChain, deploy, openChain } from "./chain.ts";

const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string; version(): string };

interface Compiled {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
}

interface Listed {
  readonly name: string;
  readonly contract: string;
  readonly compilerVersion: string;
  readonly input: string;
  readonly constructorArguments: string;
}

/** Compiles an input file, which holds nothing that was not deployed. */
function compile(file: string): Compiled {
  const text = readFileSync(file, "utf8");
  const { sources } = JSON.parse(text) as { sources: Record<string, unknown> };
  expect(Object.keys(sources).filter((source) => source.includes("/test/"))).to.deep.equal([]);
  const compiled = JSON.parse(solc.compile(text)) as Compiled;
  expect(compiled.errors?.filter(({ severity }) => severity === "error") ?? []).to.deep.equal([]);
  return compiled;
}

describe("lakh verify", () => {
  let folder: string;
  let chain: CutChain;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "lakh-verify-"));
    chain = await openChain();
    const out = join(folder, "deployment.json");
    expect((await deploy(chain.url, out, "--record", folder)).status).to.equal(0);
  });
  after(async () => {
    await chain.close();
    rmSync(folder, { recursive: true });
  });

  it("writes an input that compiles to what was deployed, byte for byte", async function () {
    this.timeout(300_000);
    const out = join(folder, "verification");
    const record = join(folder, "31337.json");
    expect((await lakh(["verify", "--record", record, "--out", out])).status).to.equal(0);
    const { contracts } = JSON.parse(readFileSync(join(out, "verification.json"), "utf8")) as { contracts: Listed[] };
    expect(contracts.map(({ name }) => name)).to.deep.equal(CONTRACT_NAMES);

    const compiled = new Map(
      [...new Set(contracts.map(({ input }) => input))].map((input) => [input, compile(join(out, input))]),
    );
    const made = readRecord(JSON.parse(readFileSync(record, "utf8"))).contracts;
    for (const { name, contract, compilerVersion, input, constructorArguments } of contracts) {
      const [source = "", contractName = ""] = contract.split(":");
      expect(solc.version().startsWith(compilerVersion.slice(1))).to.equal(true);
      const bytecode = compiled.get(input)?.contracts[source]?.[contractName]?.evm.bytecode.object;
      const transaction = made.find((one) => one.name === name)?.transaction ?? "";
      const { data } = (await chain.provider.getTransaction(transaction)) ?? {};
      expect(data === `0x${bytecode}${constructorArguments}`, name).to.equal(true);
      const module = (await import(join(out, `${name}.args.mjs`))) as { default: unknown };
      expect(module.default).to.be.an("array");
    }
  });

  it("needs a record, or the chain of a known one", async () => {
    expect((await failure(["verify"])).slice(0, 2)).to.deep.equal([2, "MissingOption"]);
    expect((await failure(["verify", "--chain-id", "5"])).slice(0, 2)).to.deep.equal([2, "UnknownDeployment"]);
    expect((await failure(["verify", "--record", join(folder, "no.json")])).slice(0, 2)).to.deep.equal([2, "BadFile"]);
  });
});

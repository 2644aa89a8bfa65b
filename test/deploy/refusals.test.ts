import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet, id, parseEther } from "ethers";

import { developmentKey, serve } from "../agents/wire.ts";
import { failure, lakh } from "../cli/run.ts";
import { type CutChain, DEPLOYER, deploy, openChain } from "./chain.ts";

const OTHER = "0x1111111111111111111111111111111111111111";

describe("lakh deploy refuses", () => {
  let folder: string;
  let chain: CutChain;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-deploy-"));
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    chain = await openChain();
  });
  afterEach(() => chain.close());

  const refusal = async (out: string, key: string, ...more: string[]): Promise<unknown[]> => {
    const [status, code, data] = await failure(["deploy", "--l1-url", chain.url, "--out", out, ...more], {
      LAKH_KEY: key,
    });
    return [status, code, data.field];
  };

  it("a key that cannot pay, before anything is sent", async () => {
    const poor = new Wallet(id("poor"));
    await chain.provider.send("hardhat_setBalance", [poor.address, `0x${parseEther("0.001").toString(16)}`]);
    const out = join(folder, "poor.json");
    expect(await refusal(out, poor.privateKey)).to.deep.equal([4, "InsufficientBalance", undefined]);
    expect(existsSync(out)).to.equal(false);
    expect(await chain.provider.getTransactionCount(poor.address)).to.equal(0);
  });

  it("parameters that are meant for another chain, and a development key on a public one", async () => {
    const sepolia = await serve(async (body) => {
      const { id: number } = JSON.parse(body) as { id: number };
      return JSON.stringify({ jsonrpc: "2.0", id: number, result: "0xaa36a7" });
    });
    const roles = ["--sequencer", OTHER, "--batcher", OTHER, "--fee-recipient", OTHER];
    const argv = (network: string): string[] => ["deploy", "--network", network, "--l1-url", sepolia.url, ...roles];
    const env = { LAKH_KEY: developmentKey(0) };
    const out = ["--out", join(folder, "sepolia.json"), "--record", folder];
    try {
      expect((await failure([...argv("mainnet"), ...out], env)).slice(0, 2)).to.deep.equal([2, "OtherNetwork"]);
      expect((await failure([...argv("testnet"), ...out], env)).slice(0, 2)).to.deep.equal([2, "DevelopmentKey"]);
    } finally {
      sepolia.close();
    }
  });

  it("the journal of another deployment, naming what differs", async () => {
    const out = join(folder, "journal.json");
    const journal = join(folder, "journal");
    chain.cutAt(3, "after");
    expect((await deploy(chain.url, out, "--journal", journal)).status).to.equal(5);
    chain.cutAt(undefined, "after");
    const key = developmentKey(0);
    expect(await refusal(out, key, "--journal", journal, "--batcher", OTHER)).to.deep.equal([
      2,
      "OtherJournal",
      "rules",
    ]);
    expect(await refusal(out, developmentKey(1), "--journal", journal)).to.deep.equal([2, "OtherJournal", "deployer"]);
    expect((await deploy(chain.url, out, "--journal", journal)).status).to.equal(0);
  });

  it("to go on when the key sent something else in between", async () => {
    const out = join(folder, "nonce.json");
    chain.cutAt(3, "before");
    expect((await deploy(chain.url, out)).status).to.equal(5);
    chain.cutAt(undefined, "before");
    await (await (await chain.provider.getSigner(0)).sendTransaction({ to: OTHER, value: 1n })).wait();
    expect(await refusal(out, developmentKey(0))).to.deep.equal([4, "NonceTaken", undefined]);
    expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(3);
  });

  it("to write over the file of another deployment; the same one it finds finished", async () => {
    const out = join(folder, "out.json");
    const first = await deploy(chain.url, out, "--record", folder);
    expect(first.status).to.equal(0);
    const again = await deploy(chain.url, out, "--record", folder);
    expect([again.status, again.stdout]).to.deep.equal([0, first.stdout]);
    const other = ["--journal", join(folder, "second")];
    expect(await refusal(out, developmentKey(0), ...other)).to.deep.equal([2, "FileExists", undefined]);
    expect(await refusal(join(folder, "third.json"), developmentKey(0), "--record", folder)).to.deep.equal([
      2,
      "FileExists",
      undefined,
    ]);
    expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(7);
  });

  it("a fee above the cap, and goes on when it is raised", async () => {
    const out = join(folder, "fee.json");
    const capped = await lakh(["deploy", "--l1-url", chain.url, "--out", out, "--max-fee-gwei", "0.1", "--json"], {
      LAKH_KEY: developmentKey(0),
    });
    expect((JSON.parse(capped.stderr) as { error: { code: string } }).error.code).to.equal("DeployStopped");
    expect((await deploy(chain.url, out)).status).to.equal(0);
  });

  it("a journal whose last line was torn loses only that line", async () => {
    const out = join(folder, "torn.json");
    chain.cutAt(2, "after");
    expect((await deploy(chain.url, out)).status).to.equal(5);
    for (const file of ["sent.jsonl", "ignition/journal.jsonl"]) {
      const path = join(`${out}.journal`, file);
      writeFileSync(path, `${readFileSync(path, "utf8")}\n{"torn`);
    }
    chain.cutAt(undefined, "after");
    expect((await deploy(chain.url, out)).status).to.equal(0);
    expect(await chain.provider.getTransactionCount(DEPLOYER)).to.equal(7);
  });
});

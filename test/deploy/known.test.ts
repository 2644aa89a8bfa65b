import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ConfigError, deployments, readRecord, recordText } from "@lakh/bindings";
import { createLakhClient, knownDeployments } from "@lakh/sdk";
import { CodedError, loadDeployment } from "@lakh/service";
import { expect } from "chai";

import { serve } from "../agents/wire.ts";
import { type CutChain, deploy, openChain } from "./chain.ts";

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
};

describe("recorded deployments", () => {
  let folder: string;
  let chain: CutChain;
  let text: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "lakh-known-"));
    chain = await openChain();
    const run = await deploy(chain.url, join(folder, "deployment.json"), "--record", folder);
    expect(run.status).to.equal(0);
    text = readFileSync(join(folder, "31337.json"), "utf8");
  });
  after(async () => {
    await chain.close();
    rmSync(folder, { recursive: true });
  });

  it("are written as they are read", () => {
    const record = readRecord(JSON.parse(text));
    expect(recordText(record)).to.equal(text);
    const [first, ...others] = record.contracts;
    expect(() => readRecord({ ...record, contracts: others })).to.throw(ConfigError);
    const short = { ...first, transaction: "0x12" };
    const json = JSON.parse(text) as object;
    expect(() => readRecord({ ...json, contracts: [short, ...others] })).to.throw(ConfigError);
  });

  it("are known to daemons by chain id and to the SDK, and are the same", async () => {
    expect(Object.keys(knownDeployments)).to.deep.equal(Object.keys(deployments));
    for (const [chainId, deployment] of Object.entries(deployments)) {
      expect(loadDeployment(chainId)).to.equal(deployment);
      expect(knownDeployments[Number(chainId)]?.inbox).to.equal(deployment.inbox);
    }
    expect(await codeOf(() => loadDeployment("4294967295"))).to.equal("BadDeployment");
    expect(() => loadDeployment("4294967295")).to.throw(CodedError);
  });

  it("let the SDK refuse a node that names another Bridge or Claims", async () => {
    const { deployment } = readRecord(JSON.parse(text));
    const { chainId, inbox, bridge, claims, stepVerifier, sequencer, feeRecipient } = deployment;
    const info = { chainId, inbox, bridge, claims, stepVerifier, sequencer, feeRecipient };
    const more = { mode: "sequencer", minFee: "0", version: "test" };
    const node = await serve(async (body) => {
      const { id } = JSON.parse(body) as { id: number };
      return JSON.stringify({ jsonrpc: "2.0", id, result: { ...info, ...more } });
    });
    const ask = (changed: object): Promise<string> =>
      codeOf(() => createLakhClient({ rpcUrl: node.url, expect: { ...expected, ...changed } }).chainInfo());
    const hex = (address: string): `0x${string}` => address as `0x${string}`;
    const expected = { chainId, inbox: hex(inbox), bridge: hex(bridge), claims: hex(claims) };
    try {
      expect(await ask({})).to.equal("none");
      expect(await ask({ bridge: hex(inbox) })).to.equal("LAKH_WRONG_CHAIN");
      expect(await ask({ claims: hex(inbox) })).to.equal("LAKH_WRONG_CHAIN");
    } finally {
      node.close();
    }
  });
});

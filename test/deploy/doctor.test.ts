import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Claims__factory, genesisMachine, readRecord } from "@lakh/bindings";
import { expect } from "chai";

import { lakh } from "../cli/run.ts";
import { type CutChain, deploy, openChain } from "./chain.ts";

interface Finding {
  readonly code: string;
  readonly grade: string;
  readonly data: { readonly what?: string };
}

type Json = Record<string, unknown>;

describe("lakh doctor, of what was deployed", () => {
  let folder: string;
  let chain: CutChain;
  let file: string;
  let record: string;
  const jsonOf = (name: string): Json => JSON.parse(readFileSync(name, "utf8")) as Json;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "lakh-doctor-"));
    chain = await openChain();
    [file, record] = [join(folder, "deployment.json"), join(folder, "31337.json")];
    expect((await deploy(chain.url, file, "--record", folder)).status).to.equal(0);
  });
  after(async () => {
    await chain.close();
    rmSync(folder, { recursive: true });
  });

  async function examine(deployment: Json, recordJson?: unknown): Promise<string[]> {
    const [altered, alteredRecord] = [join(folder, "altered.json"), join(folder, "record.json")];
    writeFileSync(altered, JSON.stringify(deployment));
    writeFileSync(alteredRecord, JSON.stringify(recordJson ?? {}));
    const more = recordJson === undefined ? [] : ["--record", alteredRecord];
    const { stdout } = await lakh(["doctor", "--l1-url", chain.url, "--deployment", altered, ...more, "--json"]);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    return findings
      .filter(({ code }) => /Wiring|Creation|Record$/.test(code))
      .map(({ code, grade, data }) => [grade, code, ...(data.what === undefined ? [] : [data.what])].join(" "));
  }

  it("finds it well, and misses a record", async () => {
    expect(await examine(jsonOf(file), jsonOf(record))).to.deep.equal(["ok Wiring", "ok Creation"]);
    expect(await examine(jsonOf(file))).to.deep.equal(["ok Wiring", "warn NoRecord"]);
  });

  it("finds a rule that is not the contract's", async () => {
    const deployment = jsonOf(file);
    const parameters = { ...(deployment.parameters as Json), replySeconds: 16 };
    expect(await examine({ ...deployment, parameters })).to.include("bad WrongWiring Claims.replySeconds");
  });

  it("finds Claims that serve another Inbox and start with another machine", async () => {
    const deployment = jsonOf(file);
    const signer = await chain.provider.getSigner(5);
    const actual = await Claims__factory.connect(String(deployment.claims), signer).params();
    const { verifier, fanout, challengeSeconds, defendSeconds, replySeconds } = actual;
    const { claimBond, challengeBond, defendBond } = actual;
    const windows = { challengeSeconds, defendSeconds, replySeconds };
    const bonds = { claimBond, challengeBond, defendBond };
    const rules = { inbox: signer.address, verifier, fanout, ...windows, ...bonds };
    const strange = await new Claims__factory(signer).deploy(rules, { ...genesisMachine(), fees: 1n });
    const found = await examine({ ...deployment, claims: await strange.getAddress() });
    expect(found).to.deep.equal([
      "bad WrongWiring Bridge.claims",
      "bad WrongWiring Claims.inbox",
      "bad WrongWiring Claims starts with the genesis machine",
      "warn NoRecord",
    ]);
  });

  it("finds other code, a code that was changed, and a family that is none", async () => {
    const deployment = jsonOf(file);
    const bridge = String(deployment.bridge);
    const code = await chain.provider.getCode(bridge);
    expect((await examine({ ...deployment, claims: bridge }))[0]).to.equal(`bad WrongWiring Claims code at ${bridge}`);
    await chain.provider.send("hardhat_setCode", [bridge, `${code.slice(0, -2)}00`]);
    expect((await examine(deployment))[0]).to.equal(`bad WrongWiring Bridge code at ${bridge}`);
    await chain.provider.send("hardhat_setCode", [bridge, code]);

    const walletOps = readRecord(jsonOf(record)).contracts[0]?.address;
    const walletCode = await chain.provider.getCode(walletOps ?? "");
    await chain.provider.send("hardhat_setCode", [walletOps, "0x00"]);
    expect(await examine(deployment)).to.include("bad WrongWiring verbs that strange code executes");
    await chain.provider.send("hardhat_setCode", [walletOps, walletCode]);
  });

  it("finds a contract that another transaction made, and the record of another deployment", async () => {
    const [deployment, json] = [jsonOf(file), jsonOf(record)];
    const contracts = json.contracts as Json[];
    const [first, second] = contracts;
    const swapped = [
      { ...first, transaction: second?.transaction },
      { ...second, transaction: first?.transaction },
      ...contracts.slice(2),
    ];
    const found = await examine(deployment, { ...json, contracts: swapped });
    expect(found.filter((finding) => finding.startsWith("bad WrongCreation"))).to.have.length(2);
    const other = { ...(json.deployment as Json), inbox: deployment.bridge };
    expect(await examine(deployment, { ...json, deployment: other })).to.include("bad OtherRecord");
  });
});

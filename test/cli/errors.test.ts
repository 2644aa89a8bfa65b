import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { failure, lakh } from "./run.ts";

const NOWHERE = "http://127.0.0.1:1";
const KEY = `0x${"a1".repeat(32)}`;
const DEV_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ADDRESS = `0x${"11".repeat(20)}`;

/** Answers JSON-RPC by method. */
async function serve(answers: Record<string, unknown>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] ?? null }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const chainInfo = (chainId: number) => ({
  chainId,
  inbox: ADDRESS,
  bridge: ADDRESS,
  claims: ADDRESS,
  stepVerifier: ADDRESS,
  feeRecipient: ADDRESS,
  sequencer: ADDRESS,
  mode: "sequencer",
  minFee: "0",
  version: "test",
});

describe("lakh", () => {
  let dir: string;
  const servers: Server[] = [];
  const at = async (answers: Record<string, unknown>): Promise<string> => {
    const { url, server } = await serve(answers);
    servers.push(server);
    return url;
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "lakh-cli-"));
  });
  after(() => {
    rmSync(dir, { recursive: true });
    for (const server of servers) server.close();
  });

  describe("command line", () => {
    it("shows help for all and for each command, from its table", async () => {
      const all = await lakh(["--help"]);
      expect(all.status).to.equal(0);
      for (const line of all.stdout.matchAll(/^ {2}([a-z ]+?)(?: [A-Z[]| {2})/gm)) {
        const one = await lakh([...(line[1] ?? "").trim().split(" "), "--help"]);
        expect(one.status, line[1]).to.equal(0);
        expect(one.stdout).to.match(/--config|--json/);
      }
    });

    const wrong: [string[], string][] = [
      [["fly"], "UnknownCommand"],
      [["inspect"], "UnknownCommand"],
      [["node", "--data-dir", "x"], "MissingOption"],
      [["transfer", "--to", "2", "--asset", "0x00", "--amount", "1", "--rpc-url", "http://a:b@localhost"], "BadOption"],
      [["swap", "--pol", "3"], "UnknownOption"],
      [["swap", "3"], "UnknownArgument"],
      [["exit", "status"], "MissingArgument"],
      [["exit", "status", "x"], "BadOption"],
      [["transfer", "--to", "0", "--asset", "ETH", "--amount", "1"], "BadOption"],
      [["transfer", "--asset", "ETH", "--amount", "1"], "MissingOption"],
      [["transfer", "--key", KEY], "SecretOnCommandLine"],
      [["transfer", "--to", "2", "--to", "3"], "BadOption"],
      [["transfer", "--to"], "BadOption"],
      [["batcher"], "MissingOption"],
      [["node", "--mode", "king"], "BadOption"],
      [["proposer", "--key", KEY], "SecretOnCommandLine"],
    ];
    for (const [argv, code] of wrong)
      it(`refuses ${argv.slice(0, 2).join(" ")} …: ${code}, status 2`, async () => {
        expect((await failure(argv)).slice(0, 2)).to.deep.equal([2, code]);
      });
  });

  describe("keys", () => {
    const send = ["transfer", "--to", "2", "--asset", "ETH", "--amount", "1"];

    it("need to be given, well-formed, readable", async () => {
      const url = await at({ lakh_chainInfo: chainInfo(31_337) });
      const argv = [...send, "--rpc-url", url];
      expect((await failure(argv)).slice(0, 2)).to.deep.equal([2, "MissingKey"]);
      expect((await failure(argv, { LAKH_KEY: "0x12" })).slice(0, 2)).to.deep.equal([2, "BadKey"]);
      expect((await failure([...argv, "--key-file", join(dir, "none")])).slice(0, 2)).to.deep.equal([2, "BadKey"]);
    });

    it("of development are refused on a chain that is not local", async () => {
      const argv = [...send, "--rpc-url", await at({ lakh_chainInfo: chainInfo(1) })];
      expect((await failure(argv, { LAKH_KEY: DEV_KEY })).slice(0, 2)).to.deep.equal([2, "DevelopmentKey"]);
    });

    it("never show in an error", async () => {
      const url = await at({ lakh_chainInfo: chainInfo(31_337) });
      const { stderr } = await lakh([...send, "--rpc-url", url], { LAKH_KEY: KEY.slice(0, -2) });
      expect(stderr).not.to.include(KEY.slice(2, 40));
    });
  });

  describe("amounts and assets", () => {
    const pay = async (asset: string, amount: string): Promise<unknown[]> => {
      const url = await at({ lakh_chainInfo: chainInfo(31_337), lakh_accountsOf: [2], lakh_listAssets: [] });
      const argv = ["transfer", "--to", "2", "--asset", asset, "--amount", amount, "--rpc-url", url];
      return (await failure(argv, { LAKH_KEY: KEY })).slice(0, 2);
    };

    it("are refused when malformed or too fine", async () => {
      for (const amount of ["-1", "1e3", "0x1", "1,5", ".5", "1.0000000001", "one"])
        expect(await pay("ETH", amount), amount).to.deep.equal([2, "BadAmount"]);
      expect(await pay("0x00", "1")).to.deep.equal([2, "BadAsset"]);
      expect(await pay("DOGE", "1")).to.deep.equal([2, "BadAsset"]);
    });
  });

  describe("inspect", () => {
    it("refuses a receipt that is no hash, is not known, or not in the file", async () => {
      const argv = ["inspect", "receipt", "--rpc-url", await at({})];
      expect((await failure([...argv, "0x12"])).slice(0, 2)).to.deep.equal([2, "BadOption"]);
      expect((await failure([...argv, `0x${"00".repeat(32)}`]))[1]).to.equal("NoSuchReceipt");
      expect((await failure([...argv, "--file", join(dir, "none")])).slice(0, 2)).to.deep.equal([2, "BadFile"]);
    });
  });

  describe("networks", () => {
    it("says that the node does not answer: status 5", async () => {
      const [status, code, error] = await failure(["pool", "--rpc-url", `${NOWHERE}/hush?key=hush`]);
      expect([status, code]).to.deep.equal([5, "LAKH_UNREACHABLE"]);
      expect(JSON.stringify(error)).not.to.include("hush");
    });

    it("says that L1 does not answer: status 5", async () => {
      const url = await at({ lakh_chainInfo: chainInfo(31_337) });
      const argv = ["exit", "status", "0", "--rpc-url", url, "--l1-url", NOWHERE];
      expect((await failure(argv))[0]).to.equal(5);
    });

    it("says that L1 is of another chain than the node", async () => {
      const url = await at({ lakh_chainInfo: chainInfo(31_337) });
      const l1 = await at({ eth_chainId: "0x1" });
      const [, code, error] = await failure(["exit", "status", "0", "--rpc-url", url, "--l1-url", l1]);
      expect(code).to.equal("LAKH_WRONG_CHAIN");
      expect([error.expected, error.actual]).to.deep.equal(["31337", "1"]);
    });
  });

  describe("devnet", () => {
    it("does not start over another L1, without one, or with bad rules", async () => {
      const taken = new URL(await at({ eth_chainId: "0x7a69" })).port;
      expect((await failure(["devnet", "--l1-port", taken])).slice(0, 2)).to.deep.equal([2, "PortTaken"]);
      expect((await failure(["devnet", "--l1", NOWHERE])).slice(0, 2)).to.deep.equal([5, "L1NotReady"]);
      const l1 = await at({ eth_chainId: "0x7a69" });
      const rules = join(dir, "rules.json");
      writeFileSync(rules, JSON.stringify({ fanout: 3 }));
      const argv = ["devnet", "--l1", l1, "--parameters", rules];
      expect((await failure(argv)).slice(0, 2)).to.deep.equal([2, "LAKH_BAD_PARAMETERS"]);
    });
  });

  describe("replay", () => {
    it("stays on development chains", async () => {
      const file = join(dir, "one.csv");
      const hash = `0x${"1".padStart(64, "0")}`;
      writeFileSync(
        file,
        `block_number,block_timestamp,protocol,event_type,pool_address,token0,token1,amount0,amount1,tx_hash,log_index\n` +
          `1,2023,uniswap_v3,swap,${ADDRESS},${ADDRESS},${ADDRESS},5,-6,${hash},2\n`,
      );
      const argv = ["replay", file, "--rpc-url", await at({ lakh_chainInfo: chainInfo(1) })];
      expect((await failure(argv, { LAKH_KEY: KEY })).slice(0, 2)).to.deep.equal([2, "NotLocalChain"]);
    });
  });

  describe("deploy", () => {
    it("refuses bad parameters, an unusable file, an L1 that does not answer or is another", async () => {
      const out = join(dir, "deployment.json");
      const base = ["deploy", "--out", out, "--l1-url", NOWHERE];
      const file = join(dir, "parameters.json");
      writeFileSync(file, "{}");
      expect((await failure([...base, "--network", file])).slice(0, 2)).to.deep.equal([2, "LAKH_BAD_PARAMETERS"]);
      expect((await failure([...base, "--network", join(dir, "no.json")])).slice(0, 2)).to.deep.equal([2, "BadFile"]);
      expect((await failure([...base, "--network", "mainnet"]))[2].field).to.equal("sequencer");
      expect((await failure(base)).slice(0, 2)).to.deep.equal([5, "LAKH_L1"]);
      const l1 = await at({ eth_chainId: "0x1" });
      const other = ["deploy", "--out", out, "--l1-url", l1, "--l1-chain-id", "5"];
      expect((await failure(other))[1]).to.equal("LAKH_WRONG_CHAIN");
      expect(existsSync(out)).to.equal(false);
      const nowhere = ["deploy", "--out", join(file, "deployment.json"), "--l1-url", NOWHERE];
      expect((await failure(nowhere)).slice(0, 2)).to.deep.equal([2, "BadFile"]);
    });
  });
});

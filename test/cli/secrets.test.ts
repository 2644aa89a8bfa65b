/** A URL's path may hold an API key: no command repeats it, whatever its endpoint answers. Nor does a log. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";

import { createLog, errorFields } from "@lakh/service";
import { expect } from "chai";
import { makeError } from "ethers";

import { developmentKey } from "../agents/wire.ts";
import { writeDeployment } from "./deployment.ts";
import { lakh } from "./run.ts";

const HUSH = "hush-0123456789abcdef";
const CHAIN = "0x7a69";

/** An endpoint that knows what it is asked first, and then answers 401. */
async function refusing(known: Record<string, unknown>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const calls = [body].flat() as { id: number; method: string }[];
      const answers = calls.map(({ id, method }) => ({ jsonrpc: "2.0", id, result: known[method] }));
      if (answers.every(({ result }) => result !== undefined))
        response.end(JSON.stringify(Array.isArray(body) ? answers : answers[0]));
      else response.writeHead(401, { "content-type": "text/plain" }).end("no");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/${HUSH}?key=${HUSH}`, server };
}

describe("An API key in a URL", () => {
  let folder: string;
  let deployment: string;
  const servers: Server[] = [];
  const at = async (known: Record<string, unknown>): Promise<string> => {
    const { url, server } = await refusing(known);
    servers.push(server);
    return url;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-secrets-"));
    deployment = join(folder, "deployment.json");
    writeDeployment(deployment);
  });
  after(() => {
    rmSync(folder, { recursive: true });
    for (const server of servers) server.close();
  });

  const hash = `0x${"22".repeat(32)}`;
  const miner = `0x${"33".repeat(20)}`;
  const amounts = { difficulty: "0x0", gasLimit: "0x1c9c380", gasUsed: "0x0", baseFeePerGas: "0x7" };
  const place = { number: "0x1", timestamp: "0x7fffffff", hash, parentHash: hash, nonce: "0x0000000000000000" };
  const block = { ...place, ...amounts, miner, extraData: "0x", stateRoot: hash, transactions: [] };
  /** What an endpoint still knows before it refuses. */
  const stages: readonly (readonly [string, Record<string, unknown>])[] = [
    ["nothing", {}],
    ["its chain", { eth_chainId: CHAIN, net_version: "31337" }],
    ["its head", { eth_chainId: CHAIN, eth_getBlockByNumber: block, eth_blockNumber: "0x1" }],
    ["its code", { eth_chainId: CHAIN, eth_getBlockByNumber: block, eth_blockNumber: "0x1", eth_getCode: "0x00" }],
  ];
  const roles = ["--sequencer", "--batcher", "--fee-recipient"].flatMap((flag) => [flag, `0x${"11".repeat(20)}`]);
  const commands: readonly (readonly [string, (url: string) => string[]])[] = [
    ["doctor", (url) => ["doctor", "--l1-url", url, "--deployment", deployment]],
    ["doctor of a node", (url) => ["doctor", "--l1-url", url, "--deployment", deployment, "--rpc-url", url]],
    ["account", (url) => ["account", "--rpc-url", url]],
    ["deposit", (url) => ["deposit", "--asset", "ETH", "--amount", "1", "--rpc-url", url, "--l1-url", url]],
    [
      "deploy",
      (url) => ["deploy", "--network", "devnet", "--l1-url", url, ...roles, "--out", join(folder, "out.json")],
    ],
  ];
  for (const [name, argv] of commands)
    for (const [stage, known] of stages)
      it(`is not repeated by lakh ${name}, when the endpoint knows ${stage} and then answers 401`, async function () {
        this.timeout(60_000);
        const { status, stdout, stderr } = await lakh(argv(await at(known)), { LAKH_KEY: developmentKey(3) });
        expect(status, stderr).to.be.oneOf([1, 5]);
        expect(stdout + stderr).not.to.include("Unexpected");
        expect(stdout + stderr).not.to.include(HUSH);
      });

  it("is not repeated by a log, in an error's words, its stack or its causes", () => {
    let logged = "";
    const log = createLog(
      { service: "test", level: "info", format: "json" },
      { write: (text) => void (logged += text) },
    );
    const info = { requestUrl: `https://l1.example/${HUSH}?key=${HUSH}` };
    const cause = makeError("no such thing", "UNSUPPORTED_OPERATION", { operation: "x", info });
    log.error(errorFields(cause), "Stopped");
    log.error(errorFields(new Error(`at wss://l1.example:8546/${HUSH}`, { cause })), "Stopped");
    expect(logged).to.include("l1.example");
    expect(logged).not.to.include(HUSH);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { MockToken__factory } from "@lakh/bindings";
import { mockTokenAbi } from "@lakh/bindings/abis";
import { type Stack, keyOf, person } from "@lakh/devnet";
import type { Hex } from "@lakh/protocol";
import { type ExitStatus, type Receipt, createLakhClient } from "@lakh/sdk";
import { expect } from "chai";
import { http, createPublicClient, createWalletClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { example } from "../../examples/integrator.ts";
import { failure, lakh } from "../cli/run.ts";
import { startDevnet } from "./stack.ts";

const HEADER =
  "block_number,block_timestamp,protocol,event_type,pool_address,token0,token1,amount0,amount1,tx_hash,log_index";
const TOKENS = `0x${"88".repeat(20)},0x${"a0".repeat(20)},0x${"c0".repeat(20)}`;

describe("devnet", function () {
  this.timeout(240_000);
  let stack: Stack;
  const alice = keyOf("alice");
  /** Runs a command as Alice; its JSON. */
  const run = async <T>(...argv: string[]): Promise<T> => {
    const env = { LAKH_KEY: alice, LAKH_RPC_URL: stack.rpcUrl, LAKH_L1_URL: stack.l1Url };
    const { status, stdout, stderr } = await lakh([...argv, "--json"], env);
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout) as T;
  };

  before(async () => {
    stack = await startDevnet();
  });
  after(() => stack.stop());

  it("takes deposits, pools, swaps, transfers and session keys from the command line", async () => {
    const deposit = await run<{ account: number }>("deposit", "--asset", "ETH", "--amount", "100");
    expect(await run<{ owner: string }>("account", String(deposit.account))).to.include({
      owner: privateKeyToAccount(alice).address.toLowerCase(),
    });
    const receipt = await run<Receipt>(
      "account",
      "open",
      "--owner",
      `0x${"12".repeat(20)}`,
      "--asset",
      "ETH",
      "--amount",
      "0.5",
    );
    const fate = await run<{ fate: string }>("inspect", "receipt", receipt.itemHash);
    expect(fate.fate).to.be.oneOf(["pending", "kept"]);
    await run(
      "account",
      "session",
      "set",
      "--session-key",
      `0x${"34".repeat(20)}`,
      "--expiry",
      "99999999999",
      "--verbs",
      "swapExactIn0",
      "--budget-gwei",
      "5",
    );
    await run("account", "session", "clear");
    await run("account", "cancel", "200");
  });

  it("lists a token, opens a pool, trades in it", async () => {
    const token = await deployToken(stack.l1Url, alice);
    const asset = await run<{ index: number }>("asset", "list", token);
    const [account] = await run<{ index: number }[]>("account");
    const usdc = String(asset.index);
    await run("deposit", "--asset", token, "--amount", "50000", "--to", String(account?.index));
    const balances = () => run<{ holdings: { object: number }[] }>("account", String(account?.index));
    await eventually(async () => (await balances()).holdings.some(({ object }) => object === asset.index));
    const amounts = ["--amount-a", "10", "--amount-b", "20000"];
    await run("pool", "create", "--asset-a", "ETH", "--asset-b", usdc, ...amounts);
    const [pool] = await run<{ index: number; reserve0: string }[]>("pool");
    const index = String(pool?.index);
    expect(pool?.reserve0).to.equal("10000000000");
    await run("swap", "--pool", index, "--pay", "ETH", "--amount-in", "0.1");
    await run("swap", "--pool", index, "--pay", usdc, "--amount-out", "0.05", "--slippage", "1");
    await run("pool", "add", index, "--max0", "1", "--max1", "2500");
    await run("pool", "remove", index, "--shares", "1000000");
    const [other] = await run<{ index: number }[]>("account", "--owner", `0x${"12".repeat(20)}`);
    await run("transfer", "--to", String(other?.index), "--asset", usdc, "--amount", "7.5");
    expect((await balances()).holdings).to.have.length(3);
  });

  it("refuses what would not take effect: status 3, with the outcome", async () => {
    const env = { LAKH_KEY: alice, LAKH_RPC_URL: stack.rpcUrl, LAKH_L1_URL: stack.l1Url };
    const [status, code, error] = await failure(["transfer", "--to", "3", "--asset", "ETH", "--amount", "5000"], env);
    expect([status, code, error.outcomeName]).to.deep.equal([3, "LAKH_REFUSED", "InsufficientBalance"]);
  });

  it("replays swaps of a file, confirms them, and compares all roots", async () => {
    const row = (amount0: string, amount1: string, tx: number): string =>
      `1,2023,uniswap_v3,swap,${TOKENS},${amount0},${amount1},0x${String(tx).padStart(64, "0")},2`;
    const rows = [
      row("1700000000", "-1000000000000000000", 1),
      row("-5", "3000000000000000", 2),
      row("2000000", "-1", 1),
    ];
    const file = join(stack.dir, "swaps.csv");
    writeFileSync(file, [HEADER, ...rows].join("\n"));
    const summary = await run<Record<string, unknown>>("replay", file, "--follower", stack.followerUrl, "--derive");
    expect(summary).to.include({ rows: 3, traders: 2, acceptedPercent: 100 });
    expect(summary.roots).to.include({ equal: true });
  });

  it("tells subscribers of changes, over a WebSocket", async () => {
    const client = createLakhClient({ rpcUrl: stack.rpcUrl, account: privateKeyToAccount(alice) });
    const { index } = await client.getAccount();
    const changed = new Promise<bigint>((resolve, reject) => {
      const onChange = ({ nextNonce }: { nextNonce: bigint }): void => resolve(nextNonce);
      client
        .subscribe({ account: { index, onChange }, onError: reject })
        .then(() => client.cancelNonces({ below: 400n }))
        .catch(reject);
    });
    expect((await changed) >= 400n).to.equal(true);
    client.close();
  });

  it("takes forced envelopes and calls from L1", async () => {
    const [account] = await run<{ index: number }[]>("account");
    const [other] = await run<{ index: number }[]>("account", "--owner", `0x${"12".repeat(20)}`);
    const balance = async (): Promise<bigint> => {
      const { holdings } = await run<{ holdings: { object: number; amount: string }[] }>(
        "account",
        String(other?.index),
      );
      return BigInt(holdings.find(({ object }) => object === 1)?.amount ?? 0);
    };
    const before = await balance();
    await run("transfer", "--to", String(other?.index), "--asset", "ETH", "--amount", "0.25", "--forced");
    await eventually(async () => (await balance()) === before + 250_000_000n);
    const { client } = person("alice", stack.l1Url, stack.rpcUrl);
    const op = { verb: "transfer", object: 1, object2: other?.index ?? 0, amount: 5n } as const;
    await client.enqueueCall({ account: account?.index ?? 0, ops: [op] });
    await eventually(async () => (await balance()) === before + 250_000_005n);
  });

  it("shows the same machine at the follower", async () => {
    const reader = createLakhClient({ rpcUrl: stack.followerUrl });
    const { entry } = (await reader.heads()).safe;
    const here = await run<{ stateRoot: string }>("inspect", "machine", String(entry));
    const there = await run<{ stateRoot: string }>("inspect", "machine", String(entry), "--rpc-url", stack.followerUrl);
    expect(here).to.deep.equal(there);
    expect((await run<{ stateRoot: string }>("inspect", "machine")).stateRoot).to.match(/^0x/);
  });

  it("runs the integrator's example to the money on L1", async () => {
    const { receipt, bought } = await example(stack.l1Url, stack.rpcUrl, keyOf("bob"));
    expect(bought > 0n).to.equal(true);
    expect(await createLakhClient({ rpcUrl: stack.rpcUrl }).verifyReceipt(receipt)).to.equal(true);
  });

  it("follows an exit to L1: status, assign, finalize, once", async () => {
    await run("withdraw", "--asset", "ETH", "--amount", "1");
    const listed = await run<ExitStatus[]>("exit");
    const number = String(listed.at(-1)?.exit.number);
    const to = `0x${"56".repeat(20)}`;
    await run("exit", "assign", number, "--to", to);
    expect(await run<ExitStatus>("exit", "status", number)).to.include({ holder: to });
    const { entry } = (await run<ExitStatus>("exit", "status", number)).exit;
    const reader = createLakhClient({ rpcUrl: stack.rpcUrl });
    await reader.waitForHead({ head: "safe", entry: BigInt(entry) });
    await run("inspect", "entry", String(entry));
    await waitUntilReady(number);
    await run("exit", "finalize", number);
    expect(await run<ExitStatus>("exit", "status", number)).to.include({ stage: "finalized" });
    const env = { LAKH_KEY: alice, LAKH_RPC_URL: stack.rpcUrl, LAKH_L1_URL: stack.l1Url };
    expect((await failure(["exit", "finalize", number], env)).slice(0, 2)).to.deep.equal([4, "LAKH_L1_REVERT"]);
    const claims = await run<{ id: string; status: string }[]>("inspect", "claim");
    expect(claims.some(({ status }) => status === "Confirmed")).to.equal(true);
    await run("inspect", "dispute", claims[0]?.id ?? "");
  });

  async function waitUntilReady(number: string): Promise<void> {
    await eventually(async () => (await run<ExitStatus>("exit", "status", number)).stage === "ready");
  }
});

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 240; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  expect.fail("it did not happen within a minute");
}

async function deployToken(l1Url: string, key: Hex): Promise<Hex> {
  const account = privateKeyToAccount(key);
  const transport = http(l1Url);
  const reader = createPublicClient({ transport, pollingInterval: 250 });
  const wallet = createWalletClient({ transport, account });
  const bytecode = MockToken__factory.bytecode as Hex;
  const hash = await wallet.deployContract({ abi: mockTokenAbi, bytecode, args: ["USD Coin", "USDC", 6], chain: null });
  const { contractAddress: address } = await reader.waitForTransactionReceipt({ hash });
  if (!address) throw new Error("no contract");
  const mint = { abi: mockTokenAbi, address, functionName: "mint", args: [account.address, 10n ** 12n] } as const;
  await reader.waitForTransactionReceipt({ hash: await wallet.writeContract({ ...mint, chain: null }) });
  return address;
}

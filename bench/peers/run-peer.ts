/** A plain chain under the same kind of load, through its RPC, on the same cores. */
import { Contract, ContractFactory, JsonRpcProvider } from "ethers";

import { type Chain, mineEvery } from "../stack/l1.ts";
import { cpuSeconds, rpc } from "../stack/processes.ts";
import type { PeerLoad } from "./transactions.ts";

const GROUP = 200;
/** Transactions of one JSON-RPC array, and arrays under way. */
const BATCH = 50;
const LANES = 4;
/** No block is full. */
const GAS_LIMIT = "0x2540be400";
const MOST_BLOCKS = 100;
/** Transactions of the first block whose receipts are looked at. */
const CHECKED = 50;
const WEALTH = `0x${(10n ** 24n).toString(16)}`;

export interface PeerFigures {
  readonly name: string;
  readonly mining: Mining;
  /** Transactions mined in a second. */
  readonly perSecond: number;
  readonly mined: number;
  readonly cpuMicroseconds: number;
}

/** How a chain mines: a block for each transaction, or one a second. */
export type Mining = "auto" | "interval";

export interface PeerRun {
  readonly mining: Mining;
  readonly seconds: number;
  readonly load: PeerLoad;
}

/** Sends transactions for at most `seconds`, waits until all that were sent are mined, and counts them. */
export async function runPeer(name: string, chain: Chain, run: PeerRun): Promise<PeerFigures> {
  const { url } = chain;
  const { mining, seconds, load } = run;
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 });
  try {
    await prepare(provider, url, load);
    if (mining === "interval") await mineEvery(url, 1);
    const from = await provider.getBlockNumber();
    const cpu = cpuSeconds(chain.process.pid);
    const begun = performance.now();
    await sendAll(url, load.raw, begun + 1000 * seconds);
    if (mining === "interval") await mineRest(url);
    const elapsed = (performance.now() - begun) / 1000;
    const used = cpuSeconds(chain.process.pid) - cpu;
    const mined = await countMined(url, from + 1, await provider.getBlockNumber());
    return { name, mining, perSecond: mined / elapsed, mined, cpuMicroseconds: (1e6 * used) / mined };
  } finally {
    provider.destroy();
  }
}

/** Deploys the pair and gives every signer what he needs. */
async function prepare(provider: JsonRpcProvider, url: string, { pair, signers }: PeerLoad): Promise<void> {
  await rpc(url, "evm_setBlockGasLimit", [GAS_LIMIT]);
  const deployer = await provider.getSigner(0);
  const contract = await new ContractFactory(pair.abi, pair.bytecode, deployer).deploy();
  await contract.waitForDeployment();
  const address = await contract.getAddress();
  if (address !== pair.address) throw new Error(`the pair is at ${address}, signed was for ${pair.address}`);
  const funding = new Contract(address, pair.abi, deployer);
  for (let at = 0; at < signers.length; at += GROUP) {
    const group = signers.slice(at, at + GROUP);
    const sent = (await funding.getFunction("fund").send(group, 10n ** 18n)) as { wait(): Promise<unknown> };
    await sent.wait();
    await post(
      url,
      group.map((signer) => ({ method: "hardhat_setBalance", params: [signer, WEALTH] })),
    );
  }
}

/** Each lane takes the next array when its last one is answered: a signer's nonces stay in order, since a round is longer than all arrays under way. */
async function sendAll(url: string, raw: readonly string[], until: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < raw.length && performance.now() < until) {
      const batch = raw.slice(next, (next += BATCH));
      await post(
        url,
        batch.map((one) => ({ method: "eth_sendRawTransaction", params: [one] })),
      );
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function post(url: string, calls: readonly { method: string; params: unknown[] }[]): Promise<void> {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const answers = (await response.json()) as { error?: { message: string } }[];
  const error = answers.find((answer) => answer.error !== undefined)?.error;
  if (error !== undefined) throw new Error(error.message);
}

/** Mines until nothing waits any more. */
async function mineRest(url: string): Promise<void> {
  for (let i = 0; i < MOST_BLOCKS; i++) {
    await rpc(url, "evm_mine");
    if ((await transactionsOf(url, "latest")) === 0) return;
  }
}

async function transactionsOf(url: string, block: string): Promise<number> {
  return Number(await rpc(url, "eth_getBlockTransactionCountByNumber", [block]));
}

/** Transactions of these blocks; @throws Error when one of the first was reverted */
async function countMined(url: string, from: number, to: number): Promise<number> {
  let mined = 0;
  for (let block = from; block <= to; block++) mined += await transactionsOf(url, `0x${block.toString(16)}`);
  const { transactions } = (await rpc(url, "eth_getBlockByNumber", [`0x${from.toString(16)}`, false])) as {
    transactions: string[];
  };
  for (const hash of transactions.slice(0, CHECKED)) {
    const { status } = (await rpc(url, "eth_getTransactionReceipt", [hash])) as { status: string };
    if (status !== "0x1") throw new Error(`a transaction of the load was reverted: ${hash}`);
  }
  return mined;
}

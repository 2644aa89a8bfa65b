/** A plain chain under the same kind of load, through its RPC, on the same cores. */
import { Contract, ContractFactory, JsonRpcProvider } from "ethers";

import { type Chain, mineEvery } from "../stack/l1.ts";
import { cpuSeconds, rpc } from "../stack/processes.ts";
import { type Mining, countSuccesses, post, waitUntilMined } from "./blocks.ts";
import type { PeerLoad } from "./transactions.ts";

const GROUP = 200;
/** Transactions of one JSON-RPC array. */
const BATCH = 50;
/** Arrays under way. Anvil that mines each transaction by itself stalls with more than one. */
const LANES = { each: 1, second: 4 } as const;
/** No block is full. */
const GAS_LIMIT = "0x2540be400";
const WEALTH = `0x${(10n ** 24n).toString(16)}`;

export interface PeerRunFigures {
  /** What the chain says of itself. */
  readonly version: string;
  readonly mining: Mining;
  /** From the first array sent until all that was sent was mined. */
  readonly seconds: number;
  readonly sent: number;
  /** Transactions with a receipt of success, in whatever block of the run. */
  readonly succeeded: number;
  /** Successful transactions in a second. */
  readonly perSecond: number;
  /** CPU time of the chain's process, a successful transaction. */
  readonly cpuMicroseconds: number;
}

export interface PeerRun {
  readonly mining: Mining;
  readonly seconds: number;
  readonly load: PeerLoad;
}

/** Sends transactions for at most `seconds`, waits until all that were sent are mined, and counts those that succeeded. */
export async function runPeer(chain: Chain, run: PeerRun): Promise<PeerRunFigures> {
  const { url } = chain;
  const { mining, seconds, load } = run;
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 });
  try {
    await prepare(provider, url, load);
    if (mining === "second") await mineEvery(url, 1);
    const from = await provider.getBlockNumber();
    const cpu = cpuSeconds(chain.process.pid);
    const begun = performance.now();
    const sent = await sendAll(url, load.raw, begun + 1000 * seconds, LANES[mining]);
    await waitUntilMined(url, from + 1, sent, mining);
    const elapsed = (performance.now() - begun) / 1000;
    const used = cpuSeconds(chain.process.pid) - cpu;
    const succeeded = await countSuccesses(url, from + 1, await provider.getBlockNumber());
    return {
      version: String(await rpc(url, "web3_clientVersion")),
      mining,
      seconds: elapsed,
      sent,
      succeeded,
      perSecond: succeeded / elapsed,
      cpuMicroseconds: (1e6 * used) / succeeded,
    };
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
async function sendAll(url: string, raw: readonly string[], until: number, lanes: number): Promise<number> {
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
  await Promise.all(Array.from({ length: lanes }, lane));
  return Math.min(next, raw.length);
}

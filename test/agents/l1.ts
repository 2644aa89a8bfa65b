/** An in-process L1 as the agents see it: an ethers provider, keys with money, and a clock that nobody sleeps by. */
import { KzgThread } from "@lakh/da";
import {
  createRegistry,
  createSender,
  memoryJournal,
  silentLog,
  type Clock,
  type FeePolicy,
  type L1,
  type Sender,
} from "@lakh/service";
import { BrowserProvider, id, Network, Wallet, type TransactionResponse } from "ethers";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

/** L1 mines at once, so nothing ever waits. */
export const noClock: Clock = {
  nowMilliseconds: () => 0,
  sleep: () => Promise.reject(new Error("an agent sleeps inside a step")),
};

/** Asks L1 at once: ethers itself gathers calls behind a timer, which one process has no use for. */
class DirectProvider extends BrowserProvider {
  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    const payload = { id: 1, jsonrpc: "2.0", method, params } as const;
    const [answer] = await this._send(payload);
    if (answer === undefined) throw new Error(`no answer to ${method}`);
    if ("error" in answer) throw this.getRpcError(payload, answer);
    return answer.result;
  }

  /** As ethers does it, but for working out the sender from the signature, which costs more than all else here. */
  override async broadcastTransaction(raw: string): Promise<TransactionResponse> {
    const hash = (await this.send("eth_sendRawTransaction", [raw])) as string;
    const sent = await this.getTransaction(hash);
    if (sent === null) throw new Error(`L1 took ${hash} and does not know it`);
    return sent;
  }
}

export async function openL1() {
  return actorsOn(await network.create());
}

export type TestL1 = Awaited<ReturnType<typeof openL1>>;

/** @param fees what senders offer, in place of the usual */
export async function actorsOn(
  { provider: rpc, ethers, networkHelpers }: NetworkConnection,
  fees: Partial<FeePolicy> = {},
) {
  const chainId = BigInt((await rpc.request({ method: "eth_chainId" })) as string);
  const chain = Network.from(chainId);
  const provider = new DirectProvider(rpc, chain, { staticNetwork: chain, cacheTimeout: -1 });
  const l1: L1 = { provider, chainId };
  /** The key of an actor, always the same for a name. */
  const walletOf = (name: string): Wallet => new Wallet(id(name));
  /** Gives an actor money and a sender. */
  const senderOf = async (name: string, ether = 1_000n): Promise<Sender> => {
    const wallet = walletOf(name);
    await networkHelpers.setBalance(wallet.address, ether * 10n ** 18n);
    return createSender({ fees }, { l1, wallet, journal: memoryJournal(), clock: noClock, log: silentLog() });
  };
  return { l1, provider, rpc, ethers, networkHelpers, walletOf, senderOf };
}

/** What every agent wants besides L1 and its sender; the thread starts with its first task, and ends with the process. */
export function quietDeps() {
  return { log: silentLog(), registry: createRegistry("test"), clock: noClock, kzg: new KzgThread() };
}

/** An in-process L1 as the agents see it: an ethers provider, keys with money, and a clock that nobody sleeps by. */
import {
  createRegistry,
  createSender,
  memoryJournal,
  silentLog,
  type Clock,
  type L1,
  type Sender,
} from "@lakh/service";
import { BrowserProvider, id, Wallet } from "ethers";
import { network } from "hardhat";

/** L1 mines at once, so nothing ever waits. */
export const noClock: Clock = {
  nowMilliseconds: () => 0,
  sleep: () => Promise.reject(new Error("an agent sleeps inside a step")),
};

export async function openL1() {
  const { provider: rpc, ethers, networkHelpers } = await network.create();
  const provider = new BrowserProvider(rpc, undefined, { cacheTimeout: -1 });
  const l1: L1 = { provider, chainId: (await provider.getNetwork()).chainId };
  /** The key of an actor, always the same for a name. */
  const walletOf = (name: string): Wallet => new Wallet(id(name));
  /** Gives an actor money and a sender. */
  const senderOf = async (name: string, ether = 1_000n): Promise<Sender> => {
    const wallet = walletOf(name);
    await networkHelpers.setBalance(wallet.address, ether * 10n ** 18n);
    return createSender({}, { l1, wallet, journal: memoryJournal(), clock: noClock, log: silentLog() });
  };
  return { l1, provider, rpc, ethers, networkHelpers, walletOf, senderOf };
}

export type TestL1 = Awaited<ReturnType<typeof openL1>>;

/** What every agent wants besides L1 and its sender. */
export function quietDeps() {
  return { log: silentLog(), registry: createRegistry("test"), clock: noClock };
}

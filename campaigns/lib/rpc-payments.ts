/** A sender behind a bad L1 endpoint: what arrives says which of its transactions were mined, and how often. */
import { hasCode } from "@lakh/service";
import { expect } from "chai";
import { network } from "hardhat";
import { Wallet } from "ethers";

import type { Random } from "../../test/support/random.ts";
import { type Part, endpointsOf } from "./rpc-lanes.ts";
import { openSender, resuming } from "./services.ts";
import type { Requester } from "./stale-l1.ts";

const RECOVERY_MILLISECONDS = 20_000;

/** Each payment is worth twice the last: the bits of the balance are those that were mined. */
export async function openPaymentsPart(foreign: Requester, random: Random): Promise<Part> {
  const { provider: chain, networkHelpers, ethers } = await network.create();
  const wallet = Wallet.createRandom();
  const to = Wallet.createRandom().address;
  await networkHelpers.setBalance(wallet.address, 10n ** 24n);
  const { l1, provider } = await endpointsOf(chain, foreign, random)();
  const sender = openSender(provider, wallet);
  let valueWei = 1n;
  const told = { mined: 0n, lost: 0n };
  const pay = async (signal: AbortSignal): Promise<{ did: string[] }> => {
    const value = valueWei;
    valueWei *= 2n;
    try {
      await sender.send({ label: "pay", to, data: "0x", valueWei: value, gasLimit: 30_000n }, signal);
      told.mined |= value;
    } catch (error) {
      if (hasCode(error, "NonceTaken")) told.lost |= value;
      throw error;
    }
    return { did: [] };
  };
  const stepper = resuming({ step: (signal = new AbortController().signal) => pay(signal) }, sender);
  return {
    lanes: [{ service: "sender", l1, step: (signal) => stepper.step(signal) }],
    disturb: async () => networkHelpers.mine(),
    check: async () => {
      await sender.resume(AbortSignal.timeout(RECOVERY_MILLISECONDS));
      const balance = await ethers.provider.getBalance(to);
      expect(balance & told.mined, "a transaction told mined is not").to.equal(told.mined);
      expect(balance & told.lost, "a transaction told lost was mined").to.equal(0n);
      expect(balance < valueWei, "a transaction was mined twice").to.equal(true);
      expect(await ethers.provider.getTransactionCount(wallet.address)).to.equal(bitsOf(balance));
    },
  };
}

function bitsOf(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

/** The step verifier with its families, over an Inbox that says what each case wants. */
import type { StepHarness, StepVerifier } from "@lakh/bindings";
import { domainSeparator, nextAcc, type Address, type Machine, type SigningDomain } from "@lakh/protocol";
import { network } from "hardhat";

import type { Place } from "./witness.ts";

export const { ethers } = await network.create();

/** Whose accounts may collect the fees. */
export const FEE_RECIPIENT: Address = "0xfee0000000000000000000000000000000000fee";

/** Families in the order in which a deployment names them. */
export const FAMILIES = ["WalletOps", "SessionOps", "PoolOps"] as const;

/** Deploys the families on the chain of `on`; their addresses as `StepVerifier`'s constructor takes them. */
export async function deployFamilies(on: typeof ethers): Promise<string[]> {
  const families: string[] = [];
  for (const name of FAMILIES) families.push(await (await on.deployContract(name)).getAddress());
  return families;
}

export async function deployStep() {
  const harness = (await ethers.deployContract("StepHarness")) as unknown as StepHarness;
  const families = await deployFamilies(ethers);
  const inbox = (await harness.getAddress()).toLowerCase() as Address;
  const verifier = (await ethers.deployContract("StepVerifier", [
    inbox,
    FEE_RECIPIENT,
    families,
  ])) as unknown as StepVerifier;
  const { chainId } = await ethers.provider.getNetwork();
  const domain: SigningDomain = { chainId, inbox };
  return { harness, verifier, families, domain, separator: domainSeparator(domain) };
}

export type Step = Awaited<ReturnType<typeof deployStep>>;

/** A case as `StepHarness` takes it. */
export function stepCase(pre: Machine, place: Place, witness: Uint8Array) {
  const { header, accBefore, queueBefore, queueAfter } = place;
  return { accBefore, accAfter: nextAcc(accBefore, header), queueBefore, queueAfter, pre, witness };
}

export type StepCase = ReturnType<typeof stepCase>;

/** The machine behind the item at `place`, if nothing else changes. */
export function moved(pre: Machine, place: Place): Machine {
  const last = place.next === place.size;
  const time = place.header.time;
  return last ? { ...pre, time, entry: pre.entry + 1n, cursor: 0 } : { ...pre, time, cursor: place.next };
}

/** A machine that a contract returned. */
export function machineOf(returned: {
  stateRoot: string;
  nextObject: bigint;
  nextExit: bigint;
  entry: bigint;
  cursor: bigint;
  time: bigint;
  fees: bigint;
}): Machine {
  const { nextExit, entry, time, fees } = returned;
  const stateRoot = returned.stateRoot as Machine["stateRoot"];
  const cursor = Number(returned.cursor);
  return { stateRoot, nextObject: Number(returned.nextObject), nextExit, entry, cursor, time, fees };
}

/** Runs many steps through the step verifier in few calls, on a chain inside this process. */
import type { StepHarness, StepVerifier } from "@lakh/bindings";
import { type WitnessEntry } from "@lakh/engine";
import { EntryKind, machineHash, type Hex, type Machine, type Outcome } from "@lakh/protocol";
import hre, { network } from "hardhat";

import { config } from "../engine/world.ts";
import { deployFamilies } from "../support/step/deploy.ts";
import { decodeAnswers, encodeRun } from "./wire.ts";

/** A step as the engine took it. */
export interface ParityCase {
  readonly entry: WitnessEntry;
  readonly item: Uint8Array | undefined;
  readonly pre: Machine;
  readonly witness: Uint8Array;
  readonly outcome: Outcome;
  readonly post: Machine;
}

export interface StepAnswer {
  readonly ok: boolean;
  readonly postHash: Hex;
  readonly outcome: number;
  readonly error: Hex;
}

/** Code instrumented for coverage takes several times the gas. */
const WEIGHT = hre.globalOptions.coverage ? 8n : 1n;
/** Gas of the steps of one call stays below the cap of EIP-7825. */
const CALL_GAS = 16_000_000n;
const CASE_GAS = 150_000n * WEIGHT;
const BYTE_GAS = 150n * WEIGHT;

/** An in-process chain with the verifier on it; its Inbox stands at the engine tests' address, so that their signatures hold. */
export async function openDriver() {
  const { ethers, networkHelpers, provider } = await network.create();
  const artifact = await ethers.getContractFactory("StepHarness");
  const deployed = await artifact.deploy();
  await networkHelpers.setCode(config.inbox, await ethers.provider.getCode(deployed));
  const harness = artifact.attach(config.inbox) as unknown as StepHarness;
  const families = await deployFamilies(ethers);
  const verifier = (await ethers.deployContract("StepVerifier", [
    config.inbox,
    config.feeRecipient,
    families,
  ])) as unknown as StepVerifier;
  const { selector } = harness.interface.getFunction("run") as { selector: Hex };
  const target = await verifier.getAddress();

  /** Answers for all cases, in order. */
  async function run(cases: readonly ParityCase[]): Promise<StepAnswer[]> {
    const answers: StepAnswer[] = [];
    for (let from = 0; from < cases.length;) {
      let end = from;
      for (let gas = 0n; end < cases.length; end++) {
        const { witness, entry } = cases[end] as ParityCase;
        // A point evaluation that fails takes all the gas there is: such a case must stand alone.
        gas += entry.header.kind === EntryKind.Blobs ? CALL_GAS : CASE_GAS + BYTE_GAS * BigInt(witness.length);
        if (gas > CALL_GAS && end > from) break;
      }
      answers.push(...(await runCall(cases.slice(from, end))));
      from = end;
    }
    return answers;
  }

  async function runCall(cases: readonly ParityCase[]): Promise<StepAnswer[]> {
    const call = { to: config.inbox, data: encodeRun(selector, target, cases), gas: "0x1000000" };
    return decodeAnswers((await provider.request({ method: "eth_call", params: [call, "latest"] })) as Hex);
  }

  return { run, harness, verifier, ethers };
}

export type Driver = Awaited<ReturnType<typeof openDriver>>;

/** What is wrong with the verifier's answer, or undefined. */
export function disagreement(one: ParityCase, answer: StepAnswer): string | undefined {
  if (!answer.ok) return `the step reverts with ${answer.error}`;
  if (answer.outcome !== one.outcome) return `outcome ${answer.outcome}, the engine says ${one.outcome}`;
  return answer.postHash === machineHash(one.post) ? undefined : "another machine with the same outcome";
}

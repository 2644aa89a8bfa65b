/** A deployment file as `lakh deploy` writes it, of contracts that stand nowhere. */
import { writeFileSync } from "node:fs";

import { deploymentText, readParameters } from "@lakh/bindings";

import devnet from "../../parameters/devnet.json" with { type: "json" };

export function writeDeployment(file: string): void {
  const parameters = readParameters(devnet);
  const { sequencer, batcher, feeRecipient } = parameters;
  const at = (digit: string): string => `0x${digit.repeat(40)}`;
  const contracts = { inbox: at("1"), bridge: at("2"), claims: at("3"), stepVerifier: at("4") };
  const roles = { sequencer, batcher, feeRecipient };
  writeFileSync(file, deploymentText({ chainId: 31_337, deployedAtBlock: 0, ...contracts, ...roles, parameters }));
}

/** Where a deployment stands: what every program and integrator needs to find it. */
import { Fields } from "./fields.js";
import { type Parameters, parametersJson, readParameters } from "./parameters.js";

export interface Deployment {
  readonly chainId: number;
  /** L1 block of the first contract: logs are read from here. */
  readonly deployedAtBlock: number;
  readonly inbox: string;
  readonly bridge: string;
  readonly claims: string;
  readonly stepVerifier: string;
  readonly sequencer: string;
  readonly batcher: string;
  readonly feeRecipient: string;
  readonly parameters: Parameters;
}

const CONTRACTS = ["inbox", "bridge", "claims", "stepVerifier"] as const;
const ROLES = ["sequencer", "batcher", "feeRecipient"] as const;

/** Checks a deployment file's JSON. @throws ConfigError naming the field */
export function readDeployment(json: unknown): Deployment {
  const fields = new Fields(json, "LAKH_BAD_DEPLOYMENT");
  fields.only(["chainId", "deployedAtBlock", ...CONTRACTS, ...ROLES, "parameters"]);
  const parameters = readParameters(fields.value("parameters"));
  for (const role of ROLES)
    if (fields.address(role) !== parameters[role])
      throw fields.error(role, `differs from the parameters' ${parameters[role]}`);
  return {
    chainId: fields.integer("chainId", 1, Number.MAX_SAFE_INTEGER),
    deployedAtBlock: fields.integer("deployedAtBlock", 0, Number.MAX_SAFE_INTEGER),
    inbox: fields.address("inbox"),
    bridge: fields.address("bridge"),
    claims: fields.address("claims"),
    stepVerifier: fields.address("stepVerifier"),
    sequencer: parameters.sequencer,
    batcher: parameters.batcher,
    feeRecipient: parameters.feeRecipient,
    parameters,
  };
}

/** A deployment as plain JSON: {@link readDeployment} takes it back. */
export function deploymentJson(deployment: Deployment): Record<string, unknown> {
  return { ...deployment, parameters: parametersJson(deployment.parameters) };
}

/** A deployment as the text of its file. */
export function deploymentText(deployment: Deployment): string {
  return JSON.stringify(deploymentJson(deployment), null, 2) + "\n";
}

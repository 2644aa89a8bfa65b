import { readFileSync } from "node:fs";

import { ConfigError, deployments, readDeployment, type Deployment } from "@lakh/bindings";

import { fatal } from "./errors.ts";
import { jsonComplaint } from "./json-complaint.ts";

/**
 * Reads a deployment's JSON file, or takes the recorded deployment of a chain.
 * @param file or a chain id, decimal
 * @throws CodedError fatal `BadDeployment` with the field at fault
 */
export function loadDeployment(file: string): Deployment {
  if (/^\d+$/.test(file)) {
    const known = deployments[Number(file)];
    if (known !== undefined) return known;
    throw fatal("BadDeployment", `no deployment is recorded for chain ${file}: name its JSON file`, { chainId: file });
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadDeployment", `cannot read ${file} as JSON: ${jsonComplaint(error)}`, { file });
  }
  try {
    return readDeployment(content);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw fatal("BadDeployment", `${file}: ${error.message}`, { file, field: error.field }, error);
  }
}

import { readFileSync } from "node:fs";

import { ConfigError, readDeployment, type Deployment } from "@lakh/bindings";

import { fatal } from "./errors.ts";
import { jsonComplaint } from "./json-complaint.ts";

/** Reads a deployment's JSON file. @throws CodedError fatal `BadDeployment` with the field at fault */
export function loadDeployment(file: string): Deployment {
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

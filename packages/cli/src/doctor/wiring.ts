/** The doctor's look at what was deployed. */
import { type Deployment, type DeploymentRecord, deploymentRecords, readRecord } from "@lakh/bindings";
import type { Provider } from "ethers";

import { readJson } from "../deploy/files.ts";
import { type Wire, examineCreation, examineWiring, isRight } from "../deploy/wiring.ts";
import { type Finding, bad, ok, warn } from "./finding.ts";

/** The record in the file, or the one that this version knows of the deployment. @throws CodedError `BadFile`; ConfigError */
export function findRecord(file: string | undefined, deployment: Deployment): DeploymentRecord | undefined {
  const record = file === undefined ? deploymentRecords[deployment.chainId] : readRecord(readJson(file));
  return file !== undefined || record?.deployment.inbox === deployment.inbox ? record : undefined;
}

/** Code, wiring and, with a record, how the contracts were made. */
export async function checkWiring(
  provider: Provider,
  deployment: Deployment,
  record: DeploymentRecord | undefined,
): Promise<Finding[]> {
  const wires = await examineWiring(provider, deployment);
  const findings = verdict("Wiring", "WrongWiring", "code and wiring are as the deployment says", wires);
  if (record === undefined)
    return [...findings, warn("NoRecord", "without --record nobody knows how the contracts were made", {})];
  if (record.deployment.inbox !== deployment.inbox) {
    const data = { recorded: record.deployment.inbox, inbox: deployment.inbox };
    return [...findings, bad("OtherRecord", `the record is of Inbox ${data.recorded}`, data)];
  }
  const made = await examineCreation(provider, { ...record, deployment });
  return [...findings, ...verdict("Creation", "WrongCreation", "all contracts were made by Lakh's init code", made)];
}

function verdict(code: string, wrongCode: string, praise: string, wires: readonly Wire[]): Finding[] {
  const wrong = wires.filter((wire) => !isRight(wire));
  if (wrong.length === 0) return [ok(code, `${praise} (${wires.length} comparisons)`, { comparisons: wires.length })];
  return wrong.map((wire) => bad(wrongCode, `${wire.what}: ${wire.actual}, not ${wire.expected}`, { ...wire }));
}

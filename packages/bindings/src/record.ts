/** A finished deployment with what verifying its source needs: one file a chain in `packages/bindings/deployments`. */
import { type Deployment, deploymentJson, readDeployment } from "./deployment.js";
import { Fields } from "./fields.js";
import { records } from "./generated/code.js";
import { CONTRACT_NAMES, type ContractName } from "./plan.js";

export interface ContractRecord {
  readonly name: ContractName;
  readonly address: string;
  /** Hash of the L1 transaction that made it. */
  readonly transaction: string;
  /** L1 block of that transaction. */
  readonly block: number;
  /** ABI-encoded, 0x and hex digits. */
  readonly constructorArguments: string;
}

export interface DeploymentRecord {
  readonly deployment: Deployment;
  /** In the order of their deployment. */
  readonly contracts: readonly ContractRecord[];
}

/** Checks a record's JSON. @throws ConfigError naming the field */
export function readRecord(json: unknown): DeploymentRecord {
  const fields = new Fields(json, "LAKH_BAD_DEPLOYMENT");
  fields.only(["deployment", "contracts"]);
  const contracts = fields.value("contracts");
  if (!Array.isArray(contracts) || contracts.length !== CONTRACT_NAMES.length)
    throw fields.error("contracts", `a list of ${CONTRACT_NAMES.length} is needed`);
  return {
    deployment: readDeployment(fields.value("deployment")),
    contracts: contracts.map((contract, i) => readContract(contract, CONTRACT_NAMES[i] as ContractName)),
  };
}

function readContract(json: unknown, name: ContractName): ContractRecord {
  const fields = new Fields(json, "LAKH_BAD_DEPLOYMENT");
  fields.only(["name", "address", "transaction", "block", "constructorArguments"]);
  if (fields.text("name") !== name) throw fields.error("name", `${name} is due here`);
  return {
    name,
    address: fields.address("address"),
    transaction: fields.hex("transaction", 32),
    block: fields.integer("block", 0, Number.MAX_SAFE_INTEGER),
    constructorArguments: fields.hex("constructorArguments"),
  };
}

/** A record as the text of its file. */
export function recordText({ deployment, contracts }: DeploymentRecord): string {
  return JSON.stringify({ deployment: deploymentJson(deployment), contracts }, null, 2) + "\n";
}

/** Deployments that are known with this version, by L1's chain id. */
export const deploymentRecords: Readonly<Record<number, DeploymentRecord>> = Object.fromEntries(
  Object.entries(records).map(([chainId, record]) => [chainId, readRecord(record)]),
);

/** Where Lakh stands, by L1's chain id. */
export const deployments: Readonly<Record<number, Deployment>> = Object.fromEntries(
  Object.entries(deploymentRecords).map(([chainId, { deployment }]) => [chainId, deployment]),
);

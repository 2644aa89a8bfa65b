/** What a block explorer needs to verify the source: the compiler's input, and each one's arguments. */
import { join } from "node:path";

import {
  type Argument,
  CONTRACT_NAMES,
  type ContractName,
  type DeploymentRecord,
  constructorArguments,
} from "@lakh/bindings";

import { readJson } from "./files.ts";

/** What `solc --standard-json` reads. */
export interface CompilerInput {
  readonly language: string;
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Verification {
  readonly name: ContractName;
  readonly address: string;
  /** As explorers name it: `project/contracts/Bridge.sol:Bridge`. */
  readonly contract: string;
  /** `v0.8.37+commit.f401782d`. */
  readonly compilerVersion: string;
  /** File with the compiler's input. */
  readonly input: string;
  readonly license: string;
  /** Hash of the L1 transaction that made it. */
  readonly transaction: string;
  /** ABI-encoded, hex digits without 0x: as explorers ask for them. */
  readonly constructorArguments: string;
}

interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: CompilerInput;
}

interface BuildOutput {
  readonly output: {
    readonly sources: Readonly<Record<string, { readonly ast: { readonly nodes: readonly AstNode[] } }>>;
  };
}

interface AstNode {
  readonly nodeType: string;
  readonly absolutePath?: string;
}

const SOURCES: Readonly<Record<ContractName, string>> = {
  WalletOps: "contracts/engine/ops/WalletOps.sol",
  PoolOps: "contracts/engine/ops/PoolOps.sol",
  SessionOps: "contracts/engine/ops/SessionOps.sol",
  Inbox: "contracts/Inbox.sol",
  StepVerifier: "contracts/engine/StepVerifier.sol",
  Claims: "contracts/Claims.sol",
  Bridge: "contracts/Bridge.sol",
};
const OUTPUTS = ["abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode.object"];

interface Built {
  readonly name: ContractName;
  readonly buildInfoId: string;
  readonly inputSourceName: string;
}

/**
 * Reads Hardhat's builds of this repository: one input for all contracts of one build, and after changes there are several.
 * @param artifacts folder of those builds
 * @returns inputs by file name, and the contracts in the order of their deployment
 * @throws CodedError fatal `BadFile`
 */
export function verificationOf(artifacts: string, { contracts }: DeploymentRecord) {
  const built = CONTRACT_NAMES.map((name): Built => ({ name, ...artifactOf(artifacts, name) }));
  const builds = [...new Set(built.map(({ buildInfoId }) => buildInfoId))].map((id, i) => ({
    file: i === 0 ? "input.json" : `input-${i + 1}.json`,
    id,
    ...readBuild(
      artifacts,
      id,
      built.filter(({ buildInfoId }) => buildInfoId === id),
    ),
  }));
  const list = contracts.map(({ name, address, transaction, constructorArguments: encoded }): Verification => {
    const { buildInfoId = "", inputSourceName = "" } = built.find((contract) => contract.name === name) ?? {};
    const build = builds.find(({ id }) => id === buildInfoId);
    return {
      name,
      address,
      contract: `${inputSourceName}:${name}`,
      compilerVersion: build?.compilerVersion ?? "",
      input: build?.file ?? "",
      license: "MIT",
      transaction,
      constructorArguments: encoded.slice(2),
    };
  });
  return { inputs: builds.map(({ file, input }) => ({ file, input })), contracts: list };
}

function readBuild(artifacts: string, id: string, built: readonly Built[]) {
  const { solcLongVersion, input } = readJson(join(artifacts, `build-info/${id}.json`)) as BuildInfo;
  const { output } = readJson(join(artifacts, `build-info/${id}.output.json`)) as BuildOutput;
  const roots = built.map(({ inputSourceName }) => inputSourceName);
  const reached = reachable(output.sources, roots);
  const sources = Object.fromEntries(Object.entries(input.sources).filter(([source]) => reached.has(source)));
  const outputSelection = Object.fromEntries(
    built.map(({ name, inputSourceName }) => [inputSourceName, { [name]: OUTPUTS }]),
  );
  const pruned: CompilerInput = { ...input, sources, settings: { ...input.settings, outputSelection } };
  return { compilerVersion: `v${solcLongVersion}`, input: pruned };
}

/** A module that `hardhat verify --constructor-args-path` takes. */
export function argumentsModule({ deployment, contracts }: DeploymentRecord, name: ContractName): string {
  const at = (other: ContractName): string => contracts.find((contract) => contract.name === other)?.address ?? "";
  return `export default ${literal(constructorArguments(deployment.parameters, at)[name])};\n`;
}

/** The command that submits one contract's source. */
export function submitCommand({ name, address, transaction }: Verification, folder: string): string {
  const args = join(folder, `${name}.args.mjs`);
  const where = `--contract ${SOURCES[name]}:${name} --constructor-args-path ${args}`;
  return `npx hardhat --network l1 verify ${where} --creation-tx-hash ${transaction} ${address}`;
}

/** JSON, with bigints as such. */
function literal(value: Argument): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const fields = Object.entries(value as Record<string, Argument>);
  return `{ ${fields.map(([name, field]) => `${name}: ${literal(field)}`).join(", ")} }`;
}

function artifactOf(artifacts: string, name: ContractName): Pick<Built, "buildInfoId" | "inputSourceName"> {
  const { buildInfoId, inputSourceName } = readJson(join(artifacts, SOURCES[name], `${name}.json`)) as Built;
  return { buildInfoId, inputSourceName };
}

/** The sources, what they import, what those import. */
function reachable(sources: BuildOutput["output"]["sources"], roots: readonly string[]): Set<string> {
  const reached = new Set(roots);
  for (const source of reached)
    for (const { nodeType, absolutePath } of sources[source]?.ast.nodes ?? [])
      if (nodeType === "ImportDirective" && absolutePath !== undefined) reached.add(absolutePath);
  return reached;
}

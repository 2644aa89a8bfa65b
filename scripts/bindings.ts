/**
 * After `hardhat build`: writes the `as const` ABIs, the hashes of the runtime code and the recorded deployments, and compiles
 * `@lakh/bindings` to `packages/bindings/dist`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { keccak256 } from "ethers";

const CONTRACTS = ["Inbox", "Bridge", "Claims", "StepVerifier", "test/MockToken"];
/** What a deployment consists of. */
const DEPLOYED = [
  "Inbox",
  "Bridge",
  "Claims",
  "engine/StepVerifier",
  ...["Wallet", "Pool", "Session"].map((name) => `engine/ops/${name}Ops`),
];
const root = join(import.meta.dirname, "..");

const lines = ["// Generated from the compiled contracts by scripts/bindings.ts: do not edit."];
for (const path of CONTRACTS) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = name === "StepVerifier" ? "engine/StepVerifier" : path;
  const file = join(root, `artifacts/contracts/${folder}.sol/${name}.json`);
  if (!existsSync(file)) continue;
  const { abi } = JSON.parse(readFileSync(file, "utf8")) as { abi: unknown };
  const constant = name.charAt(0).toLowerCase() + name.slice(1) + "Abi";
  lines.push(`export const ${constant} = ${JSON.stringify(abi)} as const;`);
}
writeFileSync(join(root, "packages/bindings/src/generated/abis.ts"), lines.join("\n") + "\n");

interface Artifact {
  readonly contractName: string;
  readonly deployedBytecode: string;
  readonly immutableReferences?: Record<string, readonly { readonly start: number; readonly length: number }[]>;
}

/** Runtime code before the constructor writes the immutables, which are zero in it: their places and its hash. */
const code = DEPLOYED.map((path) => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const artifact = JSON.parse(
    readFileSync(join(root, `artifacts/contracts/${path}.sol/${name}.json`), "utf8"),
  ) as Artifact;
  const immutables = Object.values(artifact.immutableReferences ?? {}).flat();
  const hash = keccak256(artifact.deployedBytecode);
  return [name, { hash, immutables: immutables.map(({ start, length }) => [start, length]) }] as const;
});
const folder = join(root, "packages/bindings/deployments");
const records = readdirSync(folder)
  // An empty one is that of a deployment under way.
  .filter((file) => /^\d+\.json$/.test(file) && statSync(join(folder, file)).size > 0)
  .map(
    (file) =>
      [file.slice(0, -".json".length), JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown] as const,
  );
writeFileSync(
  join(root, "packages/bindings/src/generated/code.ts"),
  `// Generated from the compiled contracts by scripts/bindings.ts: do not edit.
export const runtimeCode = ${JSON.stringify(Object.fromEntries(code))} as const;
// From packages/bindings/deployments/*.json.
export const records: Readonly<Record<string, unknown>> = ${JSON.stringify(Object.fromEntries(records))};
`,
);
const known = records.map(([chainId, record]) => {
  const { deployment } = record as { deployment: Record<string, unknown> };
  const { deployedAtBlock, inbox, bridge, claims, stepVerifier, sequencer, feeRecipient } = deployment;
  const addresses = { inbox, bridge, claims, stepVerifier, sequencer, feeRecipient };
  return [chainId, { chainId: Number(chainId), deployedAtBlock, ...addresses }] as const;
});
writeFileSync(
  join(root, "packages/bindings/src/generated/deployments.ts"),
  `// Generated from packages/bindings/deployments/*.json by scripts/bindings.ts: do not edit.
type Address = \`0x\${string}\`;

/** Where a deployment stands, for programs without ethers. */
export interface KnownDeployment {
  readonly chainId: number;
  readonly deployedAtBlock: number;
  readonly inbox: Address;
  readonly bridge: Address;
  readonly claims: Address;
  readonly stepVerifier: Address;
  readonly sequencer: Address;
  readonly feeRecipient: Address;
}

/** By L1's chain id. */
export const knownDeployments: Readonly<Record<number, KnownDeployment>> = ${JSON.stringify(Object.fromEntries(known))};
`,
);
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "packages/bindings")], {
  stdio: "inherit",
});

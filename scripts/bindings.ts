/** After `hardhat build`: writes the `as const` ABIs and compiles `@lakh/bindings` to `packages/bindings/dist`. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CONTRACTS = ["Inbox", "Bridge", "Claims", "StepVerifier", "test/MockToken"];
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
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "packages/bindings")], {
  stdio: "inherit",
});

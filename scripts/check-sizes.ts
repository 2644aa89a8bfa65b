/**
 * Fails when a contract's runtime code is over the limit of EIP-170, or its creation code over that of EIP-3860.
 * `node scripts/check-sizes.ts` reads the compiled artifacts; mocks and harnesses in `contracts/test` are left out. `--all` prints every size.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const RUNTIME_LIMIT = 24_576;
const CREATION_LIMIT = 49_152;
const folder = join(import.meta.dirname, "../artifacts/contracts");

interface Size {
  readonly name: string;
  readonly runtime: number;
  readonly creation: number;
}

const byteLength = (hex: string): number => Math.max(0, hex.length / 2 - 1);

function sizeOf(file: string): Size | undefined {
  const artifact: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof artifact !== "object" || artifact === null || !("deployedBytecode" in artifact)) return undefined;
  const { contractName, deployedBytecode, bytecode } = artifact as Record<string, string>;
  return {
    name: contractName ?? file,
    runtime: byteLength(deployedBytecode ?? ""),
    creation: byteLength(bytecode ?? ""),
  };
}

if (!existsSync(folder)) {
  console.error("No artifacts: run `npm run build` first.");
  process.exit(1);
}
const sizes = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json") && !path.startsWith("test/"))
  .map((path) => sizeOf(join(folder, path)))
  .filter((size) => size !== undefined)
  .filter((size) => size.runtime > 0)
  .sort((a, b) => b.runtime - a.runtime);
const tooLarge = sizes.filter(({ runtime, creation }) => runtime > RUNTIME_LIMIT || creation > CREATION_LIMIT);

for (const { name, runtime, creation } of process.argv.includes("--all") ? sizes : tooLarge) {
  console.log(
    `${name.padEnd(24)} runtime ${String(runtime).padStart(6)} of ${RUNTIME_LIMIT}, creation ${String(creation).padStart(6)} of ${CREATION_LIMIT}`,
  );
}
if (sizes.length === 0) {
  console.error("No contract found among the artifacts.");
  process.exit(1);
}
if (tooLarge.length > 0) {
  console.error(`${tooLarge.length} of ${sizes.length} contracts are too large to deploy.`);
  process.exit(1);
}
console.log(`${sizes.length} contracts, all within ${RUNTIME_LIMIT} bytes.`);

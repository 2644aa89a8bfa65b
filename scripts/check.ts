/** `npm run check`: every static check of the repo, one line each; ends with status 1 when one fails. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);
const script = (name: string, ...args: string[]): [string, string[]] => [
  process.execPath,
  [join(root, "scripts", name), ...args],
];

const CHECKS: { name: string; command: [string, string[]] }[] = [
  { name: "generated files are fresh", command: script("generate.ts", "--check") },
  { name: "vectors are fresh", command: script("vectors.ts", "--check") },
  { name: "types", command: [bin("tsc"), []] },
  { name: "ESLint (with import directions)", command: [bin("eslint"), [".", "--max-warnings", "0"]] },
  { name: "Prettier", command: [bin("prettier"), ["--check", "--log-level", "warn", "."]] },
  {
    name: "solhint",
    command: [bin("solhint"), ["--max-warnings", "0", "--disc", "--noPoster", "contracts/**/*.sol"]],
  },
  { name: "contract sizes (EIP-170)", command: script("check-sizes.ts") },
  { name: "every custom error is raised by its contract in a test", command: script("check-errors.ts") },
  { name: "goldens: ABI, storage layout, gas", command: script("goldens.ts", "--check") },
];

let failed = 0;
for (const { name, command } of CHECKS) {
  const started = performance.now();
  const run = spawnSync(command[0], command[1], { cwd: root, encoding: "utf8" });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (run.status === 0) {
    console.log(`  ok    ${name} (${seconds} s)`);
  } else {
    failed++;
    console.log(`  FAIL  ${name} (${seconds} s)`);
    console.log(`${run.stdout}${run.stderr}${run.error?.message ?? ""}`.replace(/^/gm, "        "));
  }
}
console.log(`check: ${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

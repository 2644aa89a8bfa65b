/** Fails when a custom error of a product contract is named by no test: each must be raised by one. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (pattern: string): string[] =>
  globSync(pattern, { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));

const sources = globSync("contracts/**/*.sol", { cwd: root }).filter((file) => !file.startsWith("contracts/test/"));
const errors = new Map<string, string>();
for (const file of sources) {
  for (const match of readFileSync(join(root, file), "utf8").matchAll(/^\s*error (\w+)\s*\(/gm))
    errors.set(match[1] as string, file);
}
const tests = [...read("test/**/*.ts"), ...read("packages/*/test/**/*.ts")].join("\n");
const missing = [...errors].filter(([name]) => !new RegExp(`["'\`]${name}["'\`]`).test(tests));
for (const [name, file] of missing) console.error(`${file}: no test raises ${name}`);
console.log(`${errors.size - missing.length} of ${errors.size} custom errors are raised by tests`);
process.exitCode = missing.length === 0 ? 0 : 1;

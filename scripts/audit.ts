/**
 * `npm run audit`: asks the npm registry for advisories on all installed packages, and judges them by audit-policy.json.
 * Status 0: nothing that the policy forbids · 1: something · 5: the registry has no audit endpoint, nothing was checked.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Advisory, type Policy, advisoriesOf, judge } from "./audit-policy.ts";

const root = join(import.meta.dirname, "..");
const policy = JSON.parse(readFileSync(join(root, "audit-policy.json"), "utf8")) as Policy;

function ask(...args: string[]): Advisory[] | string {
  const run = spawnSync("npm", ["audit", "--json", ...args], { cwd: root, encoding: "utf8", timeout: 120_000 });
  try {
    return advisoriesOf(JSON.parse(run.stdout));
  } catch (error) {
    return String(run.error?.message ?? (error as Error).message);
  }
}

const runtime = ask("--omit=dev");
const all = typeof runtime === "string" ? runtime : ask();
if (typeof runtime === "string" || typeof all === "string") {
  console.log(
    `audit: NOT CHECKED, the registry gives no advisories: ${typeof runtime === "string" ? runtime : String(all)}`,
  );
  console.log("       run it where the registry has an audit endpoint, as npm's public one has");
  process.exitCode = 5;
} else {
  const verdict = judge(runtime, all, policy, new Date().toISOString().slice(0, 10));
  for (const line of verdict.lines) console.log(line);
  console.log(`audit: ${all.length} advisories, ${verdict.failures} that the policy forbids`);
  process.exitCode = verdict.failures === 0 ? 0 : 1;
}

/** `npm test [-- HARDHAT-FLAGS FILES]`: installs what is missing, builds, runs the tests; its last line is `N passed, N failed`. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { bootstrap, root } from "./bootstrap.mjs";

function testFiles() {
  const all = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" });
  return all
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join("test", file));
}

const { node, env } = await bootstrap().catch((error) => {
  console.error(error.message);
  console.log("0 passed, 1 failed");
  process.exit(1);
});
const hardhat = join(root, "node_modules/hardhat/dist/src/cli.js");
const given = process.argv.slice(2);
const flags = given.filter((argument) => argument.startsWith("-"));
const chosen = given.filter((argument) => !argument.startsWith("-"));
const files = chosen.length > 0 ? chosen : testFiles();
const run = spawn(node, [hardhat, "test", "mocha", ...flags, ...files], {
  cwd: root,
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
let tail = "";
run.stdout.on("data", (chunk) => {
  process.stdout.write(chunk);
  tail = (tail + chunk).slice(-200_000);
});
run.on("close", (status) => {
  const count = (word) => Number(tail.match(new RegExp(`^\\s*(\\d+) ${word}`, "m"))?.[1] ?? 0);
  const passed = count("passing");
  const failed = count("failing");
  const failure = status !== 0 || passed === 0;
  console.log(`${passed} passed, ${failure ? Math.max(failed, 1) : 0} failed`);
  process.exitCode = failure ? 1 : 0;
});

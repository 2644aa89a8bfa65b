#!/usr/bin/env node
/** `lakh`: runs the program on a Node that can (22.18 or newer), which comes with the packages. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const main = join(here, "../src/main.ts");
const bundled = join(here, "../../../node_modules/.bin/node");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isRecent = major > 22 || (major === 22 && minor >= 18);

if (!isRecent && !existsSync(bundled)) {
  console.error(
    `error OldNode: Node ${process.versions.node} is too old and none is installed here: npm start installs one`,
  );
  process.exit(2);
}
// The channel closes when this process ends, however it ends: the program stops then, and no daemon is left without its parent.
const stdio = ["inherit", "inherit", "inherit", "ipc"];
const child = spawn(isRecent ? process.execPath : bundled, [main, ...process.argv.slice(2)], { stdio });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status) => process.exit(status ?? 1));

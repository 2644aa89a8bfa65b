/**
 * Makes a fresh clone ready: installs the packages that are missing and builds what is stale. Plain JavaScript for
 * Node 20, which may be all there is; everything after it runs on the Node 24 that comes with the packages.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the repo. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Hardhat needs at least this Node; its native part is skipped silently when installed under an older one. */
const LEAST_NODE = [22, 13];
const NODE_TO_INSTALL_WITH = "node@24.21.0";

const modules = join(root, "node_modules");
const marker = join(modules, ".installed-lock-sha256");

function isNodeRecent() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Runs a command with its output shown; rejects with what to do when it fails. */
function run(what, command, args, env = process.env) {
  console.error(`• ${what} …`);
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", (error) => reject(new Error(`${what}: cannot run ${command}: ${error.message}`)));
    child.on("close", (status) => {
      if (status !== 0) return reject(new Error(`${what} failed: ${command} ${args.join(" ")} ended with ${status}`));
      console.error(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
      resolve();
    });
  });
}

async function install() {
  if (existsSync(marker) && readFileSync(marker, "utf8") === lockHash()) return;
  const what = "Installing the packages of package-lock.json";
  if (isNodeRecent()) await run(what, "npm", ["ci", "--no-audit", "--no-fund"]);
  else
    await run(`${what} with Node 24`, "npx", ["-y", "-p", NODE_TO_INSTALL_WITH, "-c", "npm ci --no-audit --no-fund"]);
  writeFileSync(marker, lockHash());
}

/**
 * Installs and builds what is missing or stale.
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to run with, and an environment whose PATH finds the packages' tools
 */
export async function bootstrap() {
  await install();
  const bin = join(modules, ".bin");
  const node = join(bin, "node");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };
  await run("Building the contracts and their bindings", node, [join(root, "scripts/build.mjs")], env);
  return { node, env };
}

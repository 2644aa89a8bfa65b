/**
 * Compiles the WebAssembly of the portable kernels with npm's AssemblyScript compiler, when something changed:
 * `node packages/kernels/build-wasm.mjs`. The same sources give the same bytes on every machine.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import asc from "assemblyscript/asc";

const here = import.meta.dirname;
const sources = join(here, "wasm");
const out = join(here, "dist");
const built = join(out, "kernels.wasm");
const stampFile = join(out, "kernels.wasm.stamp");
const FLAGS = ["--optimizeLevel", "3", "--noAssert", "--runtime", "stub"];

/** Changes with everything that the module is made from. */
function stamp(files) {
  const { version } = createRequire(import.meta.url)("assemblyscript/package.json");
  const hash = createHash("sha256").update(version);
  for (const file of [import.meta.filename, ...files]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

const files = readdirSync(sources)
  .filter((name) => name.endsWith(".ts"))
  .sort()
  .map((name) => join(sources, name));
const now = stamp(files);
if (!existsSync(built) || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== now) {
  mkdirSync(out, { recursive: true });
  const unfinished = join(out, `kernels-${process.pid}.wasm`);
  const { error, stderr } = await asc.main(["index.ts", "--baseDir", sources, "--outFile", unfinished, ...FLAGS]);
  if (error !== null) throw new Error(`the WebAssembly of the portable kernels was not built: ${stderr.toString()}`);
  renameSync(unfinished, built);
  writeFileSync(stampFile, now);
}

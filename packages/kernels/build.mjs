/**
 * Compiles the native kernels with the machine's C compiler, when something changed: `node packages/kernels/build.mjs`.
 * Without a compiler, or when it fails, it says why and succeeds: the portable kernels give the same answers.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = import.meta.dirname;
const sources = join(here, "native");
const out = join(here, "dist");
const addon = join(out, "kernels.node");
const stampFile = join(out, "kernels.stamp");

const compiler = process.env.CC ?? "cc";
const BASE_FLAGS = ["-std=gnu11", "-O3", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-DNAPI_VERSION=8"];
/** For the files named *8.c, eight lanes; run only where the CPU has all of these. */
const LANE_FLAGS = ["-mavx512f", "-mavx512dq", "-mavx512vl", "-mavx512ifma"];
const LINK_FLAGS = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-pthread"];
const lanes = process.arch === "x64";

/** Runs the compiler; throws with its message when it fails. */
function compile(args) {
  const run = spawnSync(compiler, args, { encoding: "utf8" });
  if (run.error !== undefined) throw new Error(`cannot run "${compiler}": ${run.error.message}`);
  if (run.status !== 0) throw new Error(`${compiler} ${args.join(" ")}\n${run.stderr}`);
}

/** Changes with everything that the addon is made from. */
function stamp(files) {
  const hash = createHash("sha256").update([compiler, process.platform, process.arch].join());
  for (const file of [import.meta.filename, ...files]) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

function build(files) {
  const headers = join(dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")), "include");
  const work = join(out, `build-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const objects = files
      .filter((file) => file.endsWith(".c") && (lanes || !file.endsWith("8.c")))
      .map((file, i) => {
        const object = join(work, `${i}.o`);
        const flags = [...BASE_FLAGS, ...(lanes ? ["-DLAKH_LANES"] : []), ...(file.endsWith("8.c") ? LANE_FLAGS : [])];
        compile([...flags, "-I", headers, "-c", file, "-o", object]);
        return object;
      });
    const built = join(work, "kernels.node");
    compile(["-shared", "-o", built, ...objects, ...LINK_FLAGS]);
    renameSync(built, addon);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const files = readdirSync(sources)
  .sort()
  .map((name) => join(sources, name));
const now = stamp(files);
if (!existsSync(addon) || !existsSync(stampFile) || readFileSync(stampFile, "utf8") !== now) {
  try {
    rmSync(addon, { force: true });
    build(files);
    writeFileSync(stampFile, now);
  } catch (error) {
    console.error(`The native kernels were not built; Lakh runs on the portable ones, more slowly.\n${error.message}`);
  }
}

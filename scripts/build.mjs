/** Compiles the kernels, native and portable, and the contracts that changed, then the bindings: `npm run build`. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const run = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

run(join(root, "packages/kernels/build.mjs"));
run(join(root, "packages/kernels/build-wasm.mjs"));
run(join(root, "node_modules/hardhat/dist/src/cli.js"), "build", "--quiet");
run(join(root, "scripts/bindings.ts"));

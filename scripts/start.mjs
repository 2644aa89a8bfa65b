/** `npm start [-- ARGUMENTS]`: installs what is missing, builds, runs `lakh devnet ARGUMENTS`. */
import { spawn } from "node:child_process";
import { join } from "node:path";

import { bootstrap, root } from "./bootstrap.mjs";

const { node, env } = await bootstrap().catch((error) => {
  console.error(`error BOOTSTRAP: ${error.message}`);
  process.exit(1);
});
const main = join(root, "packages/cli/src/main.ts");
const child = spawn(node, [main, "devnet", ...process.argv.slice(2)], { cwd: root, env, stdio: "inherit" });
// The terminal sends its signals to both; a supervisor only to this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status) => process.exit(status ?? 1));

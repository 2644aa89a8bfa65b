/**
 * Runs the contracts' own tests with the record of custom errors (`test/security/errors.test.ts`): fails when one of a
 * deployed contract's errors is raised by none. As they measure gas too, the goldens that come next compare fresh figures.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const hardhat = join(root, "node_modules/.bin/hardhat");
const files = globSync(["test/security/errors.test.ts", "test/{bridge,claims,inbox,step}/*.test.ts"], { cwd: root });
const run = spawnSync(hardhat, ["test", "mocha", ...files], { cwd: root, stdio: "inherit" });
process.exitCode = run.status ?? 1;

/** Gas figures of L1 transactions, collected in `cache/gas.json` for the golden file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import hre from "hardhat";

const FILE = join(import.meta.dirname, "../../cache/gas.json");

/** Code instrumented for coverage says nothing about gas: use as `before(skipUnderCoverage)`. */
export function skipUnderCoverage(this: Mocha.Context): void {
  if (hre.globalOptions.coverage) this.skip();
}

/** Keeps `gasUsed` of a transaction under `name` (`Contract.function: case`) and prints it. The last measurement of a name stands. */
export function recordGas(name: string, gasUsed: bigint): void {
  const figures = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, number>) : {};
  figures[name] = Number(gasUsed);
  const sorted = Object.fromEntries(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(sorted, null, 2) + "\n");
  console.log(`      ${name.padEnd(44)} ${String(gasUsed).padStart(9)} gas`);
}

/** What EIP-7623 takes for calldata at least: 21,000 and 10 a zero byte, 40 another. */
export function calldataFloor(input: Uint8Array): bigint {
  const zeros = input.filter((byte) => byte === 0).length;
  return BigInt(21_000 + 10 * zeros + 40 * (input.length - zeros));
}

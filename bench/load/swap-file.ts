/** Swaps of a CSV of Uniswap events: columns event_type, amount0 (USDC, 6 decimals) and amount1 (WETH, 18 decimals). */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import type { FileSwap } from "./mixes.ts";

const WEI_A_UNIT = 10n ** 9n;
/**
 * The pool's asset 0 is ETH and asset 1 the token, so the sides are exchanged; what the trader pays is the positive amount.
 * @param mostUnits larger ones are left out: no account could pay them
 * @throws Error when a column is missing, or nothing can be used
 */
export function readSwaps(file: string, mostUnits: bigint): FileSwap[] {
  const raw = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(raw) : raw).toString("utf8").trim().split("\n");
  const header = (lines[0] ?? "").trim().split(",");
  const [kind, amount0, amount1] = ["event_type", "amount0", "amount1"].map((name) => {
    const at = header.indexOf(name);
    if (at < 0) throw new Error(`${file} has no column ${name}`);
    return at;
  }) as [number, number, number];
  const swaps = lines.slice(1).flatMap((line): FileSwap[] => {
    const fields = line.trim().split(",");
    if (fields[kind] !== "swap") return [];
    const [usdc, wei] = [BigInt(fields[amount0] ?? 0), BigInt(fields[amount1] ?? 0)];
    const units = usdc > 0n ? usdc : wei / WEI_A_UNIT;
    return units > 0n && units <= mostUnits ? [{ side: usdc > 0n ? 1 : 0, amount: Number(units) }] : [];
  });
  if (swaps.length === 0) throw new Error(`${file} has no swap that can be used`);
  return swaps;
}

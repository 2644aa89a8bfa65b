/** Invariant 2 of the design, as far as the engine sees it: units of an asset never come from nowhere nor get lost. */
import type { Engine } from "@lakh/engine";
import { ETH_ASSET, type Hex, assetTag, decodeQueueItem } from "@lakh/protocol";

/** Units by asset (token and shift). Several asset objects may be of one token and shift: they count together. */
export type Totals = Map<Hex, bigint>;

function add(totals: Totals, tag: Hex, units: bigint): void {
  totals.set(tag, (totals.get(tag) ?? 0n) + units);
}

/** Holdings + reserves + fees + exits. */
export function totals(engine: Engine): Totals {
  const sums: Totals = new Map();
  const { nextObject, nextExit, fees } = engine.machine();
  const tagOf = (asset: number): Hex => engine.tag(asset) ?? "0x";
  add(sums, tagOf(ETH_ASSET), fees);
  for (let i = 1; i < nextObject; i++) {
    for (const { key, amount } of engine.account(i)?.holdings ?? []) if (key < 2 ** 28) add(sums, tagOf(key), amount);
    const pool = engine.pool(i);
    if (pool === undefined) continue;
    add(sums, tagOf(pool.asset0), pool.reserve0);
    add(sums, tagOf(pool.asset1), pool.reserve1);
  }
  for (let n = 0n; n < nextExit; n++) {
    const exit = engine.exit(n);
    if (exit !== undefined) add(sums, assetTag(exit.token, exit.shift), exit.amount);
  }
  return sums;
}

/** What a queue item brings in, added to `brought`. */
export function bring(brought: Totals, item: Uint8Array): void {
  const decoded = decodeQueueItem(item);
  if (decoded?.kind === "deposit") add(brought, assetTag(decoded.token, decoded.shift), decoded.amount);
}

/** The sums as a plain value, without assets of which there is nothing. */
export function settled(sums: Totals): Record<Hex, bigint> {
  return Object.fromEntries([...sums].filter(([, units]) => units !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** For each pool: shares held + locked = total, or the first pool where that is wrong. */
export function wrongShares(engine: Engine): number | undefined {
  const { nextObject } = engine.machine();
  const held = new Map<number, bigint>();
  for (let i = 1; i < nextObject; i++)
    for (const { key, amount } of engine.account(i)?.holdings ?? []) held.set(key, (held.get(key) ?? 0n) + amount);
  for (let i = 1; i < nextObject; i++) {
    const pool = engine.pool(i);
    if (pool !== undefined && (held.get(2 ** 28 + i) ?? 0n) + 1000n !== pool.totalShares) return i;
  }
  return undefined;
}

/** The first object whose record is not canonical: holdings unsorted, empty or too many, scope too long or double. */
export function wrongRecord(engine: Engine): number | undefined {
  const { nextObject } = engine.machine();
  for (let i = 1; i < nextObject; i++) {
    const { holdings = [], session } = engine.account(i) ?? {};
    const ascending = holdings.every(({ key }, k) => k === 0 || (holdings[k - 1]?.key ?? 0) < key);
    const scope = session?.objects ?? [];
    const isScope = scope.length <= 8 && new Set(scope).size === scope.length && !scope.includes(0);
    if (!ascending || holdings.length > 64 || holdings.some(({ amount }) => amount === 0n) || !isScope) return i;
  }
  return undefined;
}

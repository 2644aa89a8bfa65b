import type { Op } from "@lakh/protocol";
import type { LakhClient, Pool } from "@lakh/sdk";
import { fatal, integer, text } from "@lakh/service";
import type { PublicClient } from "viem";

import { amountOption, assetOption, findAsset, parseAmount, showAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients, readingClient, signingClient, submit } from "../context.ts";
import { envelopeTable, nodeTable } from "../tables.ts";

const show = command({
  words: "pool",
  about: "Shows a pool, or all pools",
  arguments: [{ name: "INDEX", optional: true }],
  table: nodeTable,
  async run({ options, args, out }) {
    const client = readingClient(options);
    const l1 = l1Clients(options.l1Url).public;
    const pools =
      args[0] === undefined ? await client.listPools({ limit: 1_000 }) : [await client.getPool(poolIndex(args[0]))];
    const lines = await Promise.all(pools.map((pool) => poolText(client, l1, pool)));
    out.result(args[0] === undefined ? pools : pools[0], lines.join("\n") || "no pool");
  },
});

export function poolIndex(given: string | undefined): number {
  if (given === undefined || !/^\d{1,9}$/.test(given)) throw fatal("BadOption", `${given} is no pool index`, { given });
  return Number(given);
}

async function poolText(client: LakhClient, l1: PublicClient, pool: Pool): Promise<string> {
  const [one, two] = await Promise.all([
    findAsset(client, l1, String(pool.asset0)),
    findAsset(client, l1, String(pool.asset1)),
  ]);
  const reserves = `${showAmount(pool.reserve0, one)} and ${showAmount(pool.reserve1, two)}`;
  return `pool ${pool.index}: ${reserves}, fee ${pool.fee / 10_000} %, ${pool.totalShares} shares`;
}

const create = command({
  words: "pool create",
  about: "Creates a pool of two assets with its first liquidity",
  table: {
    ...envelopeTable,
    assetA: assetOption("one asset"),
    assetB: assetOption("the other asset"),
    amountA: amountOption("how much of the one"),
    amountB: amountOption("how much of the other"),
    fee: integer(0, 100_000, { help: "fee of a swap, millionths", fallback: 3_000 }),
    salt: integer(0, Number.MAX_SAFE_INTEGER, { help: "tells pools of one creator apart", fallback: 0 }),
  },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    const l1 = l1Clients(options.l1Url).public;
    const [a, b] = await Promise.all([findAsset(client, l1, options.assetA), findAsset(client, l1, options.assetB)]);
    const ofA = { asset: a, amount: parseAmount(options.amountA, a, options.units) };
    const ofB = { asset: b, amount: parseAmount(options.amountB, b, options.units) };
    const [one, two] = a.index < b.index ? [ofA, ofB] : [ofB, ofA];
    const op: Op = {
      verb: "createPool",
      object: one.asset.index,
      object2: two.asset.index,
      amount: one.amount,
      amount2: two.amount,
      amount3: BigInt(options.fee),
      amount4: BigInt(options.salt),
    };
    await submit(client, [op], options.forced, out);
  },
});

const add = command({
  words: "pool add",
  about: "Adds liquidity at the pool's ratio",
  arguments: [{ name: "INDEX" }],
  table: {
    ...envelopeTable,
    max0: amountOption("most of the pool's first asset"),
    max1: amountOption("most of its second asset"),
    minShares: text({ help: "least shares to get", fallback: "1" }),
  },
  async run({ options, args, out }) {
    const { client } = await signingClient(options);
    const { pool, one, two } = await poolAssets(client, options.l1Url, args[0]);
    const amount = parseAmount(options.max0, one, options.units);
    const amount2 = parseAmount(options.max1, two, options.units);
    const op: Op = { verb: "addLiquidity", object: pool.index, amount, amount2, amount3: units(options.minShares) };
    await submit(client, [op], options.forced, out);
  },
});

const remove = command({
  words: "pool remove",
  about: "Takes the part of a pool that shares stand for",
  arguments: [{ name: "INDEX" }],
  table: {
    ...envelopeTable,
    shares: text({ help: "how many shares" }),
    min0: text({ help: "least to get of the pool's first asset", fallback: "0" }),
    min1: text({ help: "least to get of its second asset", fallback: "0" }),
  },
  async run({ options, args, out }) {
    const { client } = await signingClient(options);
    const { pool, one, two } = await poolAssets(client, options.l1Url, args[0]);
    const amount2 = parseAmount(options.min0, one, options.units);
    const amount3 = parseAmount(options.min1, two, options.units);
    const op: Op = { verb: "removeLiquidity", object: pool.index, amount: units(options.shares), amount2, amount3 };
    await submit(client, [op], options.forced, out);
  },
});

function units(given: string): bigint {
  if (!/^\d{1,20}$/.test(given)) throw fatal("BadAmount", `${given}: expected a whole number of shares`, { given });
  return BigInt(given);
}

async function poolAssets(client: LakhClient, l1Url: string, given: string | undefined) {
  const l1 = l1Clients(l1Url).public;
  const pool = await client.getPool(poolIndex(given));
  const one = await findAsset(client, l1, String(pool.asset0));
  return { pool, one, two: await findAsset(client, l1, String(pool.asset1)) };
}

export const poolCommands = [show, create, add, remove];

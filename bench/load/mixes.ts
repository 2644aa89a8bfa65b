/** What the envelopes of a load do. */
import { Verb } from "@lakh/protocol";

import type { Random } from "../../test/support/random.ts";
import type { Packer } from "./packer.ts";
import { FILE_POOL, FIRST_ACCOUNT, FIRST_POOL, POOLS, poolOf } from "./world.ts";

/** A swap read from a file: what is paid, of which side of the pool. */
export interface FileSwap {
  readonly side: 0 | 1;
  readonly amount: number;
}

/** Writes the op of envelope `number`, sent by account `n` (from 0), behind the envelope's head. */
export type OpWriter = (out: Packer, random: Random, n: number, number: number) => void;

export const MIXES = ["transfers", "swaps", "mix"] as const;
export type MixName = (typeof MIXES)[number];

/** Amounts take 5 bytes. */
const someAmount = (random: Random): number => 2 ** 31 + random.below(2 ** 31);

export function transferOf(accounts: number): OpWriter {
  return (out, random, n) => {
    out.byte(Verb.transfer);
    out.varint(1 + random.below(3));
    out.varint(FIRST_ACCOUNT + ((n + 1 + random.below(accounts - 1)) % accounts));
    out.varint(someAmount(random));
  };
}

/** Pays an amount of either side of any pool; prices stay near one, so half of the amount is always there to get. */
const swap: OpWriter = (out, random) => {
  const amount = someAmount(random);
  out.byte(random.below(2) === 0 ? Verb.swapExactIn0 : Verb.swapExactIn1);
  out.varint(FIRST_POOL + random.below(POOLS));
  out.varint(amount);
  out.varint(Math.floor(amount / 2));
};

/** Adds to the account's own pool, or takes from what it has there. */
const liquidity: OpWriter = (out, random, n) => {
  const isAdding = random.below(2) === 0;
  const amount = isAdding ? someAmount(random) : 2 ** 20 + random.below(2 ** 20);
  out.byte(isAdding ? Verb.addLiquidity : Verb.removeLiquidity);
  out.varint(poolOf(n));
  out.varint(amount);
  out.varint(isAdding ? 2 * amount : 1);
  out.varint(1);
};

/** The writer of a mix. `mix` is 70 % transfers, 25 % swaps and 5 % liquidity. */
export function writerOf(mix: MixName, accounts: number): OpWriter {
  const transfer = transferOf(accounts);
  if (mix === "transfers") return transfer;
  if (mix === "swaps") return swap;
  return (out, random, n, number) => {
    const die = random.below(100);
    (die < 70 ? transfer : die < 95 ? swap : liquidity)(out, random, n, number);
  };
}

/** The swaps of a file in their order, again and again, every other time the other way: so the pool's price stays near. */
export function fileWriter(swaps: readonly FileSwap[]): OpWriter {
  return (out, _random, _n, number) => {
    const { side, amount } = swaps[number % swaps.length] as FileSwap;
    const isMirrored = Math.floor(number / swaps.length) % 2 === 1;
    out.byte((side === 0) === isMirrored ? Verb.swapExactIn1 : Verb.swapExactIn0);
    out.varint(FILE_POOL);
    out.varint(amount);
    out.varint(1);
  };
}

/** Uniswap v2's known numbers: what fits 64 bits comes out the same, what does not is refused with `Overflow`. */
import { type Engine, amountInUp, amountOutDown, mulDivDown } from "@lakh/engine";
import { type Op, type OutcomeName } from "@lakh/protocol";
import { expect } from "chai";

import { publicVectors } from "../support/public-vectors.ts";
import { apply, applySlice, deposit, envelope, listing, newEngine, person } from "./world.ts";
import copied from "../../vectors/uniswap-v2.json" with { type: "json" };

interface SwapVector {
  amountIn?: string;
  amountOut?: string;
  reserveIn: string;
  reserveOut: string;
  revert?: string;
}
interface Vectors {
  getAmountOut: SwapVector[];
  getAmountIn: SwapVector[];
  quote: { amountA: string; reserveA: string; reserveB: string; amountB?: string; revert?: string }[];
  optimisticSameToken: { outputAmount: string; inputAmount: string }[];
  mintInitial: { amount0: string; amount1: string; totalSupply: string; minterLiquidity: string };
  burnAll: {
    initial0: string;
    initial1: string;
    burnLiquidity: string;
    amount0: string;
    amount1: string;
    totalSupplyAfter: string;
  };
  feeToOff: { initial0: string; initial1: string };
  feeToOn?: { initial0: string; initial1: string };
}

/** Uniswap v2's 0.3 %, millionths. */
const FEE = 3000n;
const U64 = 2n ** 64n - 1n;
const [MAKER, TRADER, POOL] = [3, 4, 5];

/** An engine with a maker who has 2^64 − 1 units of both assets, and a trader with 10^19. */
function market(): Engine {
  const engine = newEngine();
  const [maker, trader] = [person(1).address, person(2).address];
  const people = [
    { owner: maker, units: U64 },
    { owner: trader, units: 10n ** 19n },
  ];
  applySlice(engine, 1n, listing(1), ...people.map(({ owner, units }) => deposit(engine, 1, units, { owner })));
  const fill = people.map(({ owner, units }, i) => deposit(engine, 2, units, { owner, account: MAKER + i }));
  applySlice(engine, 1n, ...fill);
  engine.openEntry(1n);
  return engine;
}

let nonce = 0n;
function play(engine: Engine, account: number, op: Op): OutcomeName {
  return apply(engine, envelope(account, nonce++ % 250n, [op]));
}

function createPool(engine: Engine, amount: bigint, amount2: bigint): OutcomeName {
  nonce = 0n;
  return play(engine, MAKER, { verb: "createPool", object: 1, object2: 2, amount, amount2, amount3: FEE });
}

/** Reserves beyond 64 bits: a pool is filled until the addition does not fit. */
function expectOverflow(): void {
  const engine = market();
  expect(createPool(engine, 10n ** 19n, 10n ** 19n)).to.equal("Ok");
  const add = { verb: "addLiquidity", object: POOL, amount: 10n ** 19n, amount2: 10n ** 19n, amount3: 0n } as const;
  expect(play(engine, TRADER, add)).to.equal("Overflow");
  const swap = { verb: "swapExactIn0", object: POOL, amount: 10n ** 19n, amount2: 0n } as const;
  expect(play(engine, TRADER, swap)).to.equal("Overflow");
}

/** Whether a pool with these reserves can be made here: beyond the locked shares, within what an account can hold. */
function isPool(reserveIn: bigint, reserveOut: bigint): boolean {
  return reserveIn * reserveOut > 1001n ** 2n && reserveIn < U64 && reserveOut < U64;
}

function checkAmountOut(vector: SwapVector): void {
  const [amountIn, reserveIn, reserveOut] = [vector.amountIn, vector.reserveIn, vector.reserveOut].map((x) =>
    BigInt(x ?? 0),
  ) as [bigint, bigint, bigint];
  if (reserveIn > U64 || reserveOut > U64) return expectOverflow();
  if (reserveIn === 0n || reserveOut === 0n) return expectNoEmptyPool(reserveIn, reserveOut);
  const amountOut = BigInt(vector.amountOut ?? 0); // none where Uniswap reverts for a zero input
  expect(amountOutDown(amountIn, reserveIn, reserveOut, FEE)).to.equal(amountOut);
  if (!isPool(reserveIn, reserveOut)) return;
  const engine = market();
  expect(createPool(engine, reserveIn, reserveOut)).to.equal("Ok");
  const swap = { verb: "swapExactIn0", object: POOL, amount: amountIn, amount2: amountOut } as const;
  expect(play(engine, TRADER, { ...swap, amount2: amountOut + 1n })).to.equal("LimitNotMet");
  expect(play(engine, TRADER, swap)).to.equal("Ok");
}

function expectNoEmptyPool(amount: bigint, amount2: bigint): void {
  expect(createPool(market(), amount, amount2)).to.equal("ZeroAmount");
}

function checkAmountIn(vector: SwapVector): void {
  const [amountOut, reserveIn, reserveOut] = [vector.amountOut, vector.reserveIn, vector.reserveOut].map((x) =>
    BigInt(x ?? 0),
  ) as [bigint, bigint, bigint];
  if (reserveIn === 0n || reserveOut === 0n) return expectNoEmptyPool(reserveIn, reserveOut);
  if (vector.amountIn !== undefined)
    return void expect(amountInUp(amountOut, reserveIn, reserveOut, FEE)).to.equal(BigInt(vector.amountIn));
  const engine = market();
  expect(createPool(engine, 10_000n, 10_000n)).to.equal("Ok");
  const swap = { verb: "swapExactOut0", object: POOL, amount: amountOut, amount2: U64 } as const;
  expect(play(engine, TRADER, swap)).to.equal("ZeroAmount");
}

function checkAll(vectors: Vectors): void {
  vectors.getAmountOut.forEach(checkAmountOut);
  vectors.getAmountIn.forEach(checkAmountIn);
  for (const { amountA, reserveA, reserveB, amountB } of vectors.quote) {
    const [a, b] = [BigInt(reserveA), BigInt(reserveB)];
    if (a === 0n || b === 0n) expectNoEmptyPool(a, b);
    else expect(mulDivDown(BigInt(amountA), b, a)).to.equal(BigInt(amountB ?? 0)); // what addLiquidity asks for
  }
  // Paying and getting the same asset is no op here; the numbers are the input after the fee, rounded down.
  for (const { inputAmount, outputAmount } of vectors.optimisticSameToken)
    expect(mulDivDown(BigInt(inputAmount), 10n ** 6n - FEE, 10n ** 6n)).to.equal(BigInt(outputAmount));
}

function checkShares({ mintInitial: mint, burnAll: burn, feeToOff, feeToOn }: Vectors): void {
  const minted = market();
  expect(createPool(minted, BigInt(mint.amount0), BigInt(mint.amount1))).to.equal("Ok");
  expect(minted.pool(POOL)?.totalShares).to.equal(BigInt(mint.totalSupply));
  expect(minted.account(MAKER)?.holdings.at(-1)?.amount).to.equal(BigInt(mint.minterLiquidity));

  const burnt = market();
  expect(createPool(burnt, BigInt(burn.initial0), BigInt(burn.initial1))).to.equal("Ok");
  const [amount, amount2, amount3] = [burn.burnLiquidity, burn.amount0, burn.amount1].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  const remove = { verb: "removeLiquidity", object: POOL, amount, amount2, amount3 } as const;
  expect(play(burnt, MAKER, { ...remove, amount2: amount2 + 1n })).to.equal("LimitNotMet");
  expect(play(burnt, MAKER, remove)).to.equal("Ok");
  expect(burnt.pool(POOL)?.totalShares).to.equal(BigInt(burn.totalSupplyAfter));

  for (const large of [feeToOff, feeToOn ?? feeToOff]) {
    expect(BigInt(large.initial0) > U64).to.equal(true);
    expectOverflow();
  }
}

describe("Uniswap v2's numbers", () => {
  it("swaps and quotes: the copied ones", () => checkAll(copied));
  it("shares: the copied ones", () => checkShares(copied));

  it("all of the published file (LAKH_DATA)", function () {
    const vectors = publicVectors<Vectors>("uniswap_v2_math.json");
    if (vectors === undefined) return this.skip();
    checkAll(vectors);
    checkShares(vectors);
  });
});

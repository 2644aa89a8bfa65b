/** Pools: numbers worked out by hand. */
import { createEngine } from "@lakh/engine";
import { accountTag, assetTag, poolTag, ZERO_ADDRESS } from "@lakh/protocol";
import { expect } from "chai";

import {
  ALICE,
  BOB,
  ETH,
  POOL,
  TIME,
  TOKEN,
  TREASURER,
  alice,
  alicePlays,
  balance,
  plays,
  shares,
  stage,
} from "./stage.ts";
import { applySlice, config, deposit, kernels, token } from "./world.ts";

const U64 = 2n ** 64n - 1n;

describe("createPool", () => {
  it("locks 1,000 shares and tags the pool", () => {
    const engine = stage();
    expect(engine.pool(POOL)).to.deep.equal({
      kind: "pool",
      asset0: ETH,
      asset1: TOKEN,
      fee: 3000,
      tag: poolTag(assetTag(ZERO_ADDRESS, 9), assetTag(token(1), 6), 3000, alice.address, 7n),
      reserve0: 1_000_000n,
      reserve1: 4_000_000n,
      totalShares: 2_000_000n, // √(10^6 · 4·10^6)
      lastTime: TIME,
      cumulative0: 0n,
      cumulative1: 0n,
    });
    expect(shares(engine, ALICE, POOL)).to.equal(1_999_000n);
    expect(balance(engine, ALICE, ETH)).to.equal(998_990_000n);
    expect(balance(engine, ALICE, TOKEN)).to.equal(996_000_000n);
    expect(engine.tag(POOL)).to.equal(engine.pool(POOL)?.tag);
    expect(engine.tag(ALICE)).to.equal(accountTag(alice.address));
  });

  it("checks kinds, pair, fee, amounts, liquidity and balances, in this order", () => {
    const engine = stage();
    const make = {
      verb: "createPool",
      object: ETH,
      object2: TOKEN,
      amount: 5000n,
      amount2: 5000n,
      amount3: 0n,
    } as const;
    alicePlays(engine, [{ ...make, object: TOKEN, object2: BOB }], "WrongKind");
    alicePlays(engine, [{ ...make, object: BOB }], "WrongKind");
    alicePlays(engine, [{ ...make, object: TOKEN, object2: ETH, amount3: U64 }], "BadPair");
    alicePlays(engine, [{ ...make, object: TOKEN, amount: 0n }], "BadPair");
    alicePlays(engine, [{ ...make, amount3: 100_001n, amount: 0n }], "BadPoolFee");
    alicePlays(engine, [{ ...make, amount2: 0n }], "ZeroAmount");
    // √(1000 · 1001) = 1000.4… → 1000, which is not above the locked shares; √(1001 · 1001) = 1001 is.
    alicePlays(engine, [{ ...make, amount: 1000n, amount2: 1001n }], "InsufficientLiquidity");
    alicePlays(engine, [{ ...make, amount: U64 }], "InsufficientBalance");
    alicePlays(engine, [{ ...make, amount2: U64 }], "InsufficientBalance");
    alicePlays(engine, [{ ...make, amount: 1001n, amount2: 1001n, amount3: 100_000n }], "Ok");
    expect(shares(engine, ALICE, 7)).to.equal(1n);
    alicePlays(engine, [make], "Ok"); // several pools of a pair may exist
  });
});

describe("addLiquidity", () => {
  const add = { verb: "addLiquidity", object: POOL, amount: 1000n, amount2: 5000n, amount3: 0n } as const;

  it("takes what the first maximum asks of the second", () => {
    const engine = stage();
    // y = 1,000 · 4·10^6 / 10^6 = 4,000 ≤ 5,000: (1,000, 4,000); shares = 1,000 · 2·10^6 / 10^6 = 2,000 both ways.
    plays(engine, BOB, [add], "Ok");
    expect(shares(engine, BOB, POOL)).to.equal(2000n);
    expect(balance(engine, BOB, ETH)).to.equal(999_000n);
    expect(balance(engine, BOB, TOKEN)).to.equal(996_000n);
    expect(engine.pool(POOL)).to.include({ reserve0: 1_001_000n, reserve1: 4_004_000n, totalShares: 2_002_000n });
  });

  it("takes what the second maximum asks of the first, all rounded down", () => {
    const engine = stage();
    // y = 4,000 > 3,999: a0 = 3,999 · 10^6 / 4·10^6 = 999.75 → 999, a1 = 3,999.
    // shares = min(999 · 2 = 1,998, 3,999 · 2·10^6 / 4·10^6 = 1,999.5 → 1,999) = 1,998.
    plays(engine, BOB, [{ ...add, amount2: 3999n, amount3: 1999n }], "LimitNotMet");
    plays(engine, BOB, [{ ...add, amount2: 3999n, amount3: 1998n }], "Ok");
    expect(shares(engine, BOB, POOL)).to.equal(1998n);
    expect(engine.pool(POOL)).to.include({ reserve0: 1_000_999n, reserve1: 4_003_999n, totalShares: 2_001_998n });
  });

  it("checks kind, amounts, shares, limit, overflow and balances, in this order", () => {
    const engine = stage();
    plays(engine, BOB, [{ ...add, object: TOKEN, amount: 0n }], "WrongKind");
    plays(engine, BOB, [{ ...add, amount: 0n }], "ZeroAmount");
    plays(engine, BOB, [{ ...add, amount2: 0n }], "ZeroAmount");
    plays(engine, BOB, [{ ...add, amount2: 1n, amount3: U64 }], "ZeroAmount"); // a0 = 0.25 → 0: no shares
    plays(engine, BOB, [{ ...add, amount3: 2001n }], "LimitNotMet");
    plays(engine, BOB, [{ ...add, amount: U64, amount2: U64 }], "Overflow"); // 4·10^6 + U64 does not fit
    plays(engine, BOB, [{ ...add, amount: 1_000_001n, amount2: U64 }], "InsufficientBalance");
    plays(engine, BOB, [{ ...add, amount: 300_000n, amount2: U64 }], "InsufficientBalance"); // 1.2·10^6 token units
  });
});

describe("addLiquidity to a pool that is nearly full on one side", () => {
  it("overflows neither reserve", () => {
    const engine = stage();
    engine.closeEntry();
    // Alice has 2^64 − 1 of both assets, and makes a pool of 18·10^18 ETH units and 10^6 token units: 1 for 18·10^12.
    const fill = (asset: number) =>
      deposit(engine, asset, U64 - balance(engine, ALICE, asset), { owner: alice.address, account: ALICE });
    expect(applySlice(engine, TIME, fill(ETH), fill(TOKEN))).to.deep.equal(["Ok", "Ok"]);
    engine.openEntry(TIME);
    const [most, few] = [18n * 10n ** 18n, 10n ** 6n];
    const pool = { verb: "createPool", object: ETH, object2: TOKEN, amount: most, amount2: few, amount3: 0n } as const;
    alicePlays(engine, [pool], "Ok");
    // 2^64 − 1 = 18.446…·10^18: 10^18 more do not fit; 10^17 do, but Bob has not so much.
    const add = { verb: "addLiquidity", object: 7, amount: 10n ** 18n, amount2: few, amount3: 0n } as const;
    plays(engine, BOB, [add], "Overflow");
    plays(engine, BOB, [{ ...add, amount: 10n ** 17n }], "InsufficientBalance");
    const reverse = { ...pool, amount: few, amount2: U64 - 10n ** 7n };
    alicePlays(engine, [reverse], "Ok");
    plays(engine, BOB, [{ ...add, object: 8, amount: few, amount2: U64 }], "Overflow");
  });
});

describe("removeLiquidity", () => {
  const remove = { verb: "removeLiquidity", object: POOL, amount: 999n, amount2: 0n, amount3: 0n } as const;

  it("gives both amounts rounded down", () => {
    const engine = stage();
    // a0 = 999 · 10^6 / 2·10^6 = 499.5 → 499; a1 = 999 · 4·10^6 / 2·10^6 = 1,998.
    alicePlays(engine, [{ ...remove, amount2: 500n }], "LimitNotMet");
    alicePlays(engine, [{ ...remove, amount3: 1999n }], "LimitNotMet");
    alicePlays(engine, [{ ...remove, amount2: 499n, amount3: 1998n }], "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 999_501n, reserve1: 3_998_002n, totalShares: 1_999_001n });
    expect(shares(engine, ALICE, POOL)).to.equal(1_998_001n);
    expect(balance(engine, ALICE, ETH)).to.equal(998_990_499n);
    expect(balance(engine, ALICE, TOKEN)).to.equal(996_001_998n);
  });

  it("leaves what the locked shares are worth", () => {
    const engine = stage();
    alicePlays(engine, [{ ...remove, amount: 1_999_000n }], "Ok");
    // a0 = 1,999,000 · 10^6 / 2·10^6 = 999,500; a1 = 3,998,000.
    expect(engine.pool(POOL)).to.include({ reserve0: 500n, reserve1: 2000n, totalShares: 1000n });
    expect(shares(engine, ALICE, POOL)).to.equal(0n);
  });

  it("checks kind, shares, holding and amounts, in this order", () => {
    const engine = stage();
    alicePlays(engine, [{ ...remove, object: ALICE, amount: 0n }], "WrongKind");
    alicePlays(engine, [{ ...remove, amount: 0n }], "ZeroAmount");
    alicePlays(engine, [{ ...remove, amount: 1_999_001n }], "InsufficientBalance");
    plays(engine, BOB, [remove], "InsufficientBalance");
    alicePlays(engine, [{ ...remove, amount: 1n, amount2: U64 }], "ZeroAmount"); // a0 = 0.5 → 0
  });
});

describe("swaps", () => {
  const swapIn = { verb: "swapExactIn0", object: POOL, amount: 1000n, amount2: 0n } as const;
  const swapOut = { verb: "swapExactOut0", object: POOL, amount: 1000n, amount2: U64 } as const;

  it("swapExactIn0 pays the first asset", () => {
    const engine = stage();
    // 1,000 · 997,000 · 4·10^6 / (10^6 · 10^6 + 1,000 · 997,000) = 3,988·10^12 / 1,000,997·10^6 = 3,984.02… → 3,984.
    plays(engine, BOB, [{ ...swapIn, amount2: 3985n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapIn, amount2: 3984n }], "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 1_001_000n, reserve1: 3_996_016n, totalShares: 2_000_000n });
    expect(balance(engine, BOB, ETH)).to.equal(999_000n);
    expect(balance(engine, BOB, TOKEN)).to.equal(1_003_984n);
  });

  it("swapExactIn1 pays the second asset", () => {
    const engine = stage();
    // 1,000 · 997,000 · 10^6 / (4·10^6 · 10^6 + 1,000 · 997,000) = 997·10^12 / 4,000,997·10^6 = 249.18… → 249.
    plays(engine, BOB, [{ ...swapIn, verb: "swapExactIn1", amount2: 250n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapIn, verb: "swapExactIn1", amount2: 249n }], "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 999_751n, reserve1: 4_001_000n });
    expect(balance(engine, BOB, ETH)).to.equal(1_000_249n);
    expect(balance(engine, BOB, TOKEN)).to.equal(999_000n);
  });

  it("swapExactOut0 pays the first asset", () => {
    const engine = stage();
    // 10^6 · 1,000 · 10^6 / (3,999,000 · 997,000) = 10^15 / 3,987,003·10^6 = 250.81… → 250, + 1 = 251.
    plays(engine, BOB, [{ ...swapOut, amount2: 250n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapOut, amount2: 251n }], "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 1_000_251n, reserve1: 3_999_000n });
    expect(balance(engine, BOB, ETH)).to.equal(999_749n);
    expect(balance(engine, BOB, TOKEN)).to.equal(1_001_000n);
  });

  it("swapExactOut1 pays the second asset", () => {
    const engine = stage();
    // 4·10^6 · 1,000 · 10^6 / (999,000 · 997,000) = 4·10^15 / 996,003·10^6 = 4,016.05… → 4,016, + 1 = 4,017.
    plays(engine, BOB, [{ ...swapOut, verb: "swapExactOut1", amount2: 4016n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapOut, verb: "swapExactOut1", amount2: 4017n }], "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 999_000n, reserve1: 4_004_017n });
  });

  it("swapExactIn checks kind, amounts, limit, overflow and balance, in this order", () => {
    const engine = stage();
    plays(engine, BOB, [{ ...swapIn, object: ETH, amount: 0n }], "WrongKind");
    plays(engine, BOB, [{ ...swapIn, amount: 0n }], "ZeroAmount");
    plays(engine, BOB, [{ ...swapIn, verb: "swapExactIn1", amount: 4n, amount2: 9n }], "ZeroAmount"); // 0.997 → 0
    plays(engine, BOB, [{ ...swapIn, amount: U64, amount2: 4_000_000n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapIn, amount: U64 }], "Overflow");
    plays(engine, BOB, [{ ...swapIn, amount: 1_000_001n }], "InsufficientBalance");
  });

  it("swapExactOut checks kind, amount, liquidity, limit and balance, in this order", () => {
    const engine = stage();
    plays(engine, BOB, [{ ...swapOut, object: ETH, amount: 0n }], "WrongKind");
    plays(engine, BOB, [{ ...swapOut, amount: 0n }], "ZeroAmount");
    plays(engine, BOB, [{ ...swapOut, amount: 4_000_000n, amount2: 0n }], "InsufficientLiquidity");
    plays(engine, BOB, [{ ...swapOut, amount2: 250n }], "LimitNotMet");
    plays(engine, BOB, [{ ...swapOut, amount: 3_000_000n }], "InsufficientBalance"); // 3,009,028 ETH units
  });

  it("agrees with the quotes", () => {
    const engine = stage();
    expect(engine.quoteExactIn(POOL, 0, 1000n)).to.deep.equal({ amountIn: 1000n, amountOut: 3984n });
    expect(engine.quoteExactIn(POOL, 1, 1000n)).to.deep.equal({ amountIn: 1000n, amountOut: 249n });
    expect(engine.quoteExactOut(POOL, 0, 1000n)).to.deep.equal({ amountIn: 251n, amountOut: 1000n });
    expect(engine.quoteExactOut(POOL, 1, 1000n)).to.deep.equal({ amountIn: 4017n, amountOut: 1000n });
    expect(engine.quoteExactIn(POOL, 1, 4n)).to.equal(undefined);
    expect(engine.quoteExactOut(POOL, 1, 1_000_000n)).to.equal(undefined);
    expect(engine.quoteExactIn(ALICE, 0, 1n)).to.equal(undefined);
  });

  it("does eight ops in one envelope or none", () => {
    const engine = stage();
    plays(engine, BOB, new Array(7).fill(swapIn).concat({ ...swapIn, amount2: U64 }), "LimitNotMet");
    expect(engine.pool(POOL)).to.include({ reserve0: 1_000_000n });
    plays(engine, BOB, new Array(8).fill(swapIn), "Ok");
    expect(engine.pool(POOL)).to.include({ reserve0: 1_008_000n });
  });
});

describe("accrual", () => {
  it("adds price times seconds since the last touch, before the trade", () => {
    const engine = stage();
    engine.closeEntry();
    engine.openEntry(TIME + 60n);
    plays(engine, BOB, [{ verb: "swapExactIn0", object: POOL, amount: 1000n, amount2: 0n }], "Ok");
    // price0 = 4·10^6 · 2^64 / 10^6 = 4 · 2^64; price1 = 10^6 · 2^64 / 4·10^6 = 2^62; both over 60 s.
    const first = { cumulative0: 240n << 64n, cumulative1: 60n << 62n };
    expect(engine.pool(POOL)).to.include({ ...first, lastTime: TIME + 60n });
    plays(engine, BOB, [{ verb: "swapExactIn0", object: POOL, amount: 1000n, amount2: 0n }], "Ok"); // same second
    expect(engine.pool(POOL)).to.include(first);
    engine.closeEntry();
    engine.openEntry(TIME + 63n);
    const { reserve0 = 0n, reserve1 = 0n } = engine.pool(POOL) ?? {};
    alicePlays(engine, [{ verb: "removeLiquidity", object: POOL, amount: 1000n, amount2: 0n, amount3: 0n }], "Ok");
    expect(engine.pool(POOL)).to.include({
      cumulative0: first.cumulative0 + ((reserve1 << 64n) / reserve0) * 3n, // each second's price is rounded down
      cumulative1: first.cumulative1 + ((reserve0 << 64n) / reserve1) * 3n,
    });
  });

  it("does not happen when the op fails", () => {
    const engine = stage();
    engine.closeEntry();
    engine.openEntry(TIME + 60n);
    plays(
      engine,
      TREASURER,
      [{ verb: "swapExactIn0", object: POOL, amount: 2000n, amount2: 0n }],
      "InsufficientBalance",
    );
    expect(engine.pool(POOL)).to.include({ cumulative0: 0n, lastTime: TIME });
  });
});

describe("createEngine", () => {
  it("begins at genesis with ETH as object 1", () => {
    const machine = createEngine(config, kernels).machine();
    expect(machine).to.deep.include({ nextObject: 2, nextExit: 0n, entry: 0n, cursor: 0, time: 0n, fees: 0n });
  });
});

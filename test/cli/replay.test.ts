import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { amountOut, planReplay, readSwaps } from "@lakh/cli";
import { amountOutDown } from "@lakh/engine";
import { CodedError } from "@lakh/service";
import { expect } from "chai";

import { SEED, Random } from "../support/random.ts";
import { failure } from "./run.ts";

const HEADER =
  "block_number,block_timestamp,protocol,event_type,pool_address,token0,token1,amount0,amount1,tx_hash,log_index";
const hash = (n: number): string => `0x${n.toString(16).padStart(64, "0")}`;
const TOKENS = `0x${"88".repeat(20)},0x${"a0".repeat(20)},0x${"c0".repeat(20)}`;
const row = (amount0: string, amount1: string, tx: number, kind = "uniswap_v3,swap"): string =>
  `1,2023-03-13T15:36:47Z,${kind},${TOKENS},${amount0},${amount1},${hash(tx)},2`;
const PAIR = [
  { shift: 0, decimals: 6 },
  { shift: 9, decimals: 18 },
] as const;

describe("lakh replay", () => {
  let dir: string;
  const file = (lines: readonly string[], name = "swaps.csv"): string => {
    const path = join(dir, name);
    const text = [HEADER, ...lines].join("\n") + "\n";
    writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
    return path;
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "lakh-replay-"));
  });
  after(() => rmSync(dir, { recursive: true }));

  describe("readSwaps", () => {
    it("takes swaps, counts other rows, plain or gzipped", async () => {
      const lines = [row("-10", "20", 1), row("5", "0", 2, "aave_v3,supply"), row("30", "-4", 2)];
      for (const name of ["a.csv", "a.csv.gz"]) {
        const { swaps, skipped } = await readSwaps(file(lines, name));
        expect(swaps.map(({ line, amount0, amount1 }) => [line, amount0, amount1])).to.deep.equal([
          [2, -10n, 20n],
          [4, 30n, -4n],
        ]);
        expect(skipped).to.deep.equal({ "aave_v3 supply": 1 });
      }
    });

    const broken: [string, string[], number][] = [
      ["an amount that is no integer", [row("-10", "20", 1), row("1.5", "-4", 2)], 3],
      ["both amounts into the pool", [row("10", "20", 1)], 2],
      ["neither amount into the pool", [row("-10", "0", 1)], 2],
      ["a hash of another length", [row("-10", "20", 1).replace(hash(1), "0x12")], 2],
      ["a missing column", [row("-10", "20", 1), "1,2,uniswap_v3,swap"], 3],
      ["another pair", [row("-10", "20", 1), row("-10", "20", 2).replaceAll("c0", "c1")], 3],
    ];
    for (const [what, lines, line] of broken)
      it(`names the line of ${what}`, async () => {
        try {
          await readSwaps(file(lines));
          expect.fail("it was taken");
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          expect([error.code, error.data.line]).to.deep.equal(["BadCsv", line]);
        }
      });

    it("refuses a file that is not there, no gzip, without the columns, without swaps: status 2", async () => {
      const notGzip = join(dir, "b.csv.gz");
      writeFileSync(notGzip, "plain");
      const noColumns = join(dir, "c.csv");
      writeFileSync(noColumns, "a,b\n1,2\n");
      for (const [path, code] of [
        [join(dir, "none.csv"), "BadFile"],
        [notGzip, "BadFile"],
        [noColumns, "BadCsv"],
        [file([], "d.csv"), "BadCsv"],
      ] as const)
        expect((await failure(["replay", path])).slice(0, 2)).to.deep.equal([2, code]);
    });
  });

  describe("planReplay", () => {
    it("gives each hash one account, rounds down, seeds the pool at the first row's price", async () => {
      // 3 USDC for 2 WETH: in units 3,000,000 and 2,000,000,000.
      const lines = [
        row("3000000", "-2000000000000000000", 1),
        row("-1", "1999999999", 2),
        row("7", "-1", 1),
        row("-1", "999999999", 3),
      ];
      const { swaps } = await readSwaps(file(lines));
      const plan = planReplay(swaps, PAIR);
      expect(plan.traders.map(({ swaps: count, needs }) => [count, ...needs])).to.deep.equal([
        [2, 3_000_007n, 0n],
        [1, 0n, 1n],
        [1, 0n, 0n],
      ]);
      expect(plan.swaps.map(({ trader, tokenIn, amountIn }) => [trader, tokenIn, amountIn])).to.deep.equal([
        [0, 0, 3_000_000n],
        [1, 1, 1n],
        [0, 0, 7n],
        [2, 1, 0n],
      ]);
      const [seed0, seed1] = plan.seed;
      expect(seed1 / (seed0 / 3n)).to.equal(2_000n); // 2e9 units a 3e6 units
    });
  });

  it(`quotes as the engine does (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (let i = 0; i < 500; i++) {
      const [r, q, amount] = [random.u32() + 1, random.u32() + 1, random.u32()].map(BigInt) as [bigint, bigint, bigint];
      const fee = random.below(100_001);
      expect(amountOut(r, q, fee, amount)).to.equal(amountOutDown(amount, r, q, BigInt(fee)));
    }
  });
});

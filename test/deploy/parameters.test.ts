import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ConfigError, chainIdsOf } from "@lakh/bindings";
import { expect } from "chai";
import { parseEther } from "ethers";

import gas from "../../goldens/gas.json" with { type: "json" };

const ROOT = join(import.meta.dirname, "../../parameters");
const NAMES = ["devnet", "testnet", "mainnet"] as const;
const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, `${name}.json`), "utf8")) as Record<string, unknown>;

/** The bounds that `bondArithmetic` names, gas; `test/step/gas` holds the item's. */
const MOST = { prove: 5_000_000n, pick: 100_000n, trace: 1_370_000n };
const LEVELS = 3n;
const DISPUTE_GAS = MOST.prove + LEVELS * (MOST.pick + MOST.trace);

describe("parameters", () => {
  for (const name of NAMES) {
    it(`of ${name} have a reason beside each value`, () => {
      const { network, about, assumption, bondArithmetic, ...values } = read(name);
      expect(network).to.equal(name);
      for (const note of [about, assumption, bondArithmetic]) expect(note).to.be.a("string").and.not.equal("");
      for (const [field, annotated] of Object.entries(values)) {
        expect(annotated, field).to.have.all.keys("value", "why");
        expect((annotated as { why: string }).why, field).to.not.equal("");
      }
    });

    it(`of ${name} have bonds of twice a dispute's gas, as their arithmetic says`, () => {
      const json = read(name);
      const arithmetic = String(json.bondArithmetic);
      const gwei = BigInt(/At (\d+) gwei/.exec(arithmetic)?.[1] ?? "0");
      const least = 2n * DISPUTE_GAS * gwei * 10n ** 9n;
      expect(parseEther(/twice it is ([\d.]+) ETH/.exec(arithmetic)?.[1] ?? "0")).to.equal(least);
      expect(arithmetic).to.include(DISPUTE_GAS.toLocaleString("en"));
      for (const bond of ["claimBondWei", "challengeBondWei", "defendBondWei"])
        expect(BigInt((json[bond] as { value: string }).value) >= least, bond).to.equal(true);
    });
  }

  it("count with no less gas than was measured", () => {
    const { prove, pick, trace } = MOST;
    expect(BigInt(gas["Claims.pick: F = 1,024"])).to.be.lessThanOrEqual(pick);
    expect(BigInt(gas["Claims.answer: F = 1,024"])).to.be.lessThanOrEqual(trace);
    expect(BigInt(gas["Claims.defend: F = 1,024"])).to.be.lessThanOrEqual(trace);
    for (const [what, used] of Object.entries(gas))
      if (what.startsWith("Claims.prove")) expect(BigInt(used), what).to.be.lessThanOrEqual(prove);
  });

  it("name the chains that they are for", () => {
    expect(chainIdsOf(read("mainnet"))).to.deep.equal([1, 31_337]);
    expect(chainIdsOf({ network: "own" })).to.equal(undefined);
    expect(() => chainIdsOf({ chainIds: ["1"] })).to.throw(ConfigError);
  });
});

import { buildTrace, climb, proveElement, type Hex } from "@lakh/protocol";
import type { TraceTreeHarness } from "@lakh/bindings";
import { expect } from "chai";
import { keccak256, toBeHex } from "ethers";
import { network } from "hardhat";

/** `count` different hashes. */
function hashes(count: number): Hex[] {
  return Array.from({ length: count }, (_, i) => keccak256(toBeHex(i + 1, 32)) as Hex);
}

describe("TraceTree", () => {
  let tree: TraceTreeHarness;
  before(async () => {
    const { ethers } = await network.create();
    tree = (await ethers.deployContract("TraceTreeHarness")) as unknown as TraceTreeHarness;
  });

  for (const fanout of [2, 4, 8, 16, 64, 1024]) {
    it(`gives the root of the plain version and of the protocol package, F = ${fanout}`, async () => {
      const counts = new Set([1, 2, 3, 5, 7, fanout / 2, fanout / 2 + 1, fanout - 1, fanout]);
      for (const count of [...counts].filter((n) => 1 <= n && n <= fanout)) {
        const elements = hashes(count);
        const root = await tree.root(elements, fanout);
        expect(root, `${count} elements`).to.equal(await tree.rootPlain(elements, fanout));
        expect(root).to.equal(buildTrace(elements[0] as Hex, elements, fanout).root);
      }
    });
  }

  it("climbs from every element to the root", async () => {
    const elements = hashes(11);
    const trace = buildTrace(elements[0] as Hex, elements, 16);
    for (let index = 1; index <= 16; index++) {
      const element = elements[Math.min(index, 11) - 1] as Hex;
      const proof = proveElement(trace, index);
      expect(climb(proof, index, element)).to.equal(trace.root);
      expect(await tree.climb(proof, index - 1, element)).to.equal(trace.root);
    }
  });
});

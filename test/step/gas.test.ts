/** What a one-step proof costs in a real dispute: a swap among a million objects, and the worst items. */
import { MAX_ITEM, fromHex, machineHash } from "@lakh/protocol";
import { expect } from "chai";

import { calldataFloor, recordGas, skipUnderCoverage } from "../support/gas.ts";
import { moved } from "../support/step/deploy.ts";
import { deployDispute, disprove } from "../support/step/dispute.ts";
import { SparseTree } from "../support/step/sparse-tree.ts";
import { ALICE, NOW, POOL, signed, swap, swapped, tree } from "../support/step/world.ts";
import { NEXT_EXIT, NEXT_OBJECT, WORST_ITEMS } from "../support/step/worst.ts";

const SWAP_LIMIT = 220_000n;
const BLOB_SWAP_LIMIT = 420_000n;
const WORST_LIMIT = 5_000_000n;

function show(name: string, { gasUsed, input, witness }: Awaited<ReturnType<typeof disprove>>): void {
  recordGas(`Claims.prove: ${name}`, gasUsed);
  const data = fromHex(input);
  console.log(`        ${data.length} bytes of calldata (floor ${calldataFloor(data)}), witness ${witness.length}`);
}

describe("Gas of a one-step proof, osaka", () => {
  before(skipUnderCoverage);

  it("a swap among 1,050,000 objects costs at most 220,000 with everything", async () => {
    const state = tree();
    const dispute = await deployDispute(state, NOW);
    const item = signed(state, dispute.separator, swap, "alice");
    const result = await disprove(dispute, item, [POOL, ALICE]);
    const { pre, place } = result;
    const post = { ...moved(pre, place), stateRoot: state.with(swapped).root(), fees: pre.fees + swap.fee };
    expect(result.actual).to.equal(machineHash(post));
    show("swap among 1M objects", result);
    expect(result.gasUsed <= SWAP_LIMIT, `${result.gasUsed} of ${SWAP_LIMIT}`).to.equal(true);
  });

  it("a swap in the midst of a blob costs at most 420,000 with everything", async () => {
    const state = tree();
    const dispute = await deployDispute(state, NOW);
    const item = signed(state, dispute.separator, swap, "alice");
    const result = await disprove(dispute, item, [POOL, ALICE], "blobs");
    const { pre, place } = result;
    const post = { ...moved(pre, place), stateRoot: state.with(swapped).root(), fees: pre.fees + swap.fee };
    expect(result.actual).to.equal(machineHash(post));
    show("swap in blobs", result);
    expect(result.gasUsed <= BLOB_SWAP_LIMIT, `${result.gasUsed} of ${BLOB_SWAP_LIMIT}`).to.equal(true);
  });

  it("the longest rubbish in blobs stays below 5,000,000", async () => {
    const dispute = await deployDispute(tree(), NOW);
    const result = await disprove(dispute, new Uint8Array(MAX_ITEM).fill(255), [], "blobs");
    expect(result.actual).to.equal(machineHash(moved(result.pre, result.place)));
    show("1,024 bytes of rubbish in blobs", result);
    expect(result.gasUsed <= WORST_LIMIT, `${result.gasUsed} of ${WORST_LIMIT}`).to.equal(true);
  });

  for (const mode of ["calldata", "blobs"] as const)
    for (const { title, fails, signer, ops, records } of WORST_ITEMS) {
      it(`the worst items stay below 5,000,000: ${title}, ${mode}`, async () => {
        const state = new SparseTree(records, NEXT_OBJECT, NEXT_EXIT);
        const dispute = await deployDispute(state, NOW);
        const validUntil = 2n ** 64n - 1n;
        const envelope = { account: signer, nonce: 2n ** 63n + 0x0101n + 511n, validUntil, fee: 2n ** 28n + 7n, ops };
        const item = signed(state, dispute.separator, envelope, "alice");
        const result = await disprove(
          dispute,
          item,
          records.map(([index]) => index),
          mode,
        );
        const without = machineHash(moved(result.pre, result.place));
        expect(result.actual === without, "nothing but the cursor moves").to.equal(fails);
        show(mode === "blobs" ? `worst in blobs, ${title}` : `worst, ${title}`, result);
        expect(result.gasUsed <= WORST_LIMIT, `${result.gasUsed} of ${WORST_LIMIT}`).to.equal(true);
      });
    }
});

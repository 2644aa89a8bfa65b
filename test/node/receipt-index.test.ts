import { loadKernels } from "@lakh/kernels";
import { toHex } from "@lakh/protocol";
import { expect } from "chai";

import { ReceiptIndex } from "../../packages/node/src/sequencer/receipt-index.ts";
import { Random, SEED } from "../support/random.ts";

const CAPACITY = 1000;

describe("node > ReceiptIndex", () => {
  it(`keeps the latest places, at least half of its capacity and never more than all of it (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    const index = new ReceiptIndex(CAPACITY, await loadKernels("portable"));
    const hashes = Array.from({ length: 5 * CAPACITY + 7 }, () => toHex(random.bytes(32)));
    for (const [position, hash] of hashes.entries()) index.put(hash, { entry: 1, position });
    const kept = hashes.flatMap((hash, position) => (index.find(hash)?.position === position ? [position] : []));
    expect(kept.length).to.be.within(CAPACITY / 2, CAPACITY);
    expect(kept).to.deep.equal(kept.map((_, i) => hashes.length - kept.length + i)); // the latest, without a gap
  });
});

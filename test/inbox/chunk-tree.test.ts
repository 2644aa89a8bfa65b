import type { PlainChunkTree } from "@lakh/bindings";
import { MAX_BATCH, dataHash } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";
import { ethers } from "./fixture.ts";

const SEED = "chunk tree 1";
/** Around every border: a word, a chunk, an odd level at each height. */
const SIZES = [1, 31, 32, 33, 127, 128, 129, 255, 256, 257, 384, 385, 512, 640, 641, 1023, 1025, 1409, 4097, 6401];

describe(`ChunkTree, seed "${SEED}"`, () => {
  it("equals plain Solidity and the protocol's dataHash, whatever stands in memory and behind the data", async () => {
    const tree = (await ethers.deployContract("PlainChunkTree")) as unknown as PlainChunkTree;
    for (const size of SIZES) {
      const data = seededBytes(`${SEED} ${size}`, size);
      const expected = dataHash(data);
      expect(await tree.fast(data, new Uint8Array(200).fill(0xee)), `fast, ${size} bytes`).to.equal(expected);
      expect(await tree.plain(data), `plain, ${size} bytes`).to.equal(expected);
    }
  });

  it("does so for a full batch and for one byte less", async () => {
    const tree = (await ethers.deployContract("PlainChunkTree")) as unknown as PlainChunkTree;
    for (const size of [MAX_BATCH, MAX_BATCH - 1]) {
      const data = seededBytes(SEED, size);
      expect(await tree.fast(data, "0x"), `${size} bytes`).to.equal(dataHash(data));
    }
  });
});

import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { all, reference } from "./implementations.ts";
import { exceptional } from "./exceptional.ts";
import { expectSame, independentAddresses, recover, sliceRecovered } from "./recover.ts";
import { type Numbers, N, P, honestBlock, join, numbersFor, packNumbers, slice } from "./signatures.ts";

const HALF = (N - 1n) / 2n;
/** Whether the slower implementations take every size too: a minute each. */
const EVERY_SIZE = process.env.KERNELS_EVERY_SIZE === "1";

/** Sizes around those at which kernels begin a new block or a new round of shared inversions. */
const ENDS = [48, 96, 512, 560, 1_024].flatMap((size) => [size - 1, size, size + 1]);

/** Every `step`th size from 0 to 1,025, all small ones, and those around the ends of blocks. */
function sizes(step: number): number[] {
  const some = Array.from({ length: 1_026 }, (_, count) => count);
  return some.filter((count) => count % step === 0 || count <= 35 || ENDS.includes(count));
}

describe("kernels: recoverBatch", () => {
  before(() => console.log(`    seed ${SEED}; implementations: ${all.map((kernels) => kernels.name).join(", ")}`));

  it("recovers honest signers as independent libraries do", () => {
    const block = honestBlock(new Random(SEED), 96);
    const expected = recover(reference, block);
    expect(expected.addresses).to.equal(independentAddresses(block));
    for (const kernels of all) expectSame(recover(kernels, block), expected, block.count);
  });

  it("gives the same for every block size from 1 to 1,025, and for no signature", () => {
    const block = honestBlock(new Random(SEED + 1), 1_025);
    block.signatures.fill(0xff, 64 * 700, 64 * 700 + 32); // one that is out of range
    const expected = recover(reference, block);
    for (const kernels of all) {
      for (const count of sizes(kernels.name === "native-avx512" || EVERY_SIZE ? 1 : 97)) {
        const start = block.count - count;
        const same = recover(kernels, slice(block, start, count));
        expectSame(same, sliceRecovered(expected, start, count), count);
      }
    }
  }).timeout(EVERY_SIZE ? 600_000 : 60_000);

  it("agrees on random bytes", () => {
    const random = new Random(SEED + 2);
    const block = { count: 512, digests: random.bytes(32 * 512), signatures: random.bytes(64 * 512) };
    const expected = recover(reference, block);
    for (const kernels of all) expectSame(recover(kernels, block), expected, block.count);
  });

  it("agrees at every boundary of r, s, z and the parity", () => {
    const top = 2n ** 256n - 1n;
    const numbers: Numbers[] = [];
    for (const r of [
      0n,
      1n,
      2n,
      3n,
      4n,
      5n,
      6n,
      P - N - 1n,
      P - N,
      P - N + 1n,
      N - 2n,
      N - 1n,
      N,
      N + 1n,
      P - 1n,
      P,
      top,
    ])
      for (const s of [0n, 1n, 2n, HALF - 1n, HALF, HALF + 1n, N - 1n, N, 2n ** 255n - 1n].filter(
        (s) => s < 2n ** 255n,
      ))
        for (const z of [0n, 1n, HALF, N - 1n, N, N + 1n, P, top])
          for (const parity of [0, 1] as const) numbers.push({ z, r, s, parity });
    const block = packNumbers(numbers);
    const expected = recover(reference, block);
    expect(expected.addresses).to.equal(independentAddresses(block));
    for (const kernels of all) expectSame(recover(kernels, block), expected, block.count);
  });

  it("is right for small multiples of G and −G as R", () => {
    const random = new Random(SEED + 3);
    const numbers: Numbers[] = [];
    for (let k = 1n; k <= 300n; k++)
      for (const parity of [0, 1] as const) {
        const made = numbersFor(k, 1n, 1n) ?? numbersFor(k, 1n, -1n);
        const z = BigInt(`0x${Buffer.from(random.bytes(32)).toString("hex")}`);
        if (made !== undefined) numbers.push({ ...made, z: k % 3n === 0n ? made.z : z, parity });
      }
    const block = packNumbers(numbers);
    const expected = recover(reference, block);
    for (const kernels of all) expectSame(recover(kernels, block), expected, block.count);
  });

  it("is right where the additions of the lanes are not, and leaves their neighbours alone", () => {
    const random = new Random(SEED + 4);
    const crafted = exceptional(random);
    const honest = honestBlock(random, 1_000);
    const bad = packNumbers(crafted);
    const mixed = join(
      Array.from({ length: bad.count }, (_, i) =>
        join([slice(bad, i, 1), slice(honest, (3 * i) % 990, random.below(9))]),
      ),
    );
    const expected = recover(reference, mixed);
    const alone = recover(reference, bad);
    const some = slice(bad, 0, 60);
    expect(sliceRecovered(alone, 0, 60).addresses).to.equal(independentAddresses(some));
    expect(alone.addresses).to.include("0".repeat(40)); // the key at infinity is among them
    for (const kernels of all) {
      expectSame(recover(kernels, bad), alone, bad.count);
      expectSame(recover(kernels, mixed), expected, mixed.count);
    }
  });

  it("takes buffers at any offset, over shared memory too", () => {
    const block = honestBlock(new Random(SEED + 5), 70);
    const expected = recover(reference, block);
    for (const kernels of all)
      for (let offset = 0; offset < 8; offset++) {
        const moved = (bytes: Uint8Array, shift: number): Uint8Array => {
          const out = new Uint8Array(new SharedArrayBuffer(bytes.length + 16), shift, bytes.length);
          out.set(bytes);
          return out;
        };
        const addresses = moved(new Uint8Array(20 * 70), (offset + 1) % 8);
        kernels.recoverBatch(moved(block.digests, offset), moved(block.signatures, 7 - offset), 70, addresses);
        expect(Buffer.from(addresses).toString("hex")).to.equal(expected.addresses);
      }
  });
});

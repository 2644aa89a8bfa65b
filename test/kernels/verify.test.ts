import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concat, uintBytes } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { exceptional } from "./exceptional.ts";
import { all, reference } from "./implementations.ts";
import { type Block, N, P, honestBlock, join, numbersFor, packNumbers, slice } from "./signatures.ts";

interface Signed extends Block {
  readonly keys: Uint8Array;
}

/** The block with the keys that its signatures recover to. */
function withKeys(block: Block): Signed {
  const keys = new Uint8Array(64 * block.count);
  reference.recoverBatch(block.digests, block.signatures, block.count, new Uint8Array(20 * block.count), keys);
  return { ...block, keys };
}

function first(block: Signed, count: number): Signed {
  return { ...slice(block, 0, count), keys: block.keys.subarray(0, 64 * count) };
}

/** A copy in which one byte of one field is changed. */
function changed(block: Signed, field: "digests" | "signatures" | "keys", at: number, bit: number): Signed {
  const bytes = Uint8Array.from(block[field]);
  bytes[at] = (bytes[at] as number) ^ bit;
  return { ...block, [field]: bytes };
}

describe("kernels: verifyBatch", () => {
  const honest = withKeys(honestBlock(new Random(SEED), 2_100));

  for (const kernels of all) {
    const verify = (block: Signed): boolean =>
      kernels.verifyBatch(block.digests, block.signatures, block.keys, block.count);
    const most = kernels.name === "native-scalar" ? 200 : honest.count;

    it(`${kernels.name}: accepts honest blocks of many sizes (seed ${SEED})`, () => {
      for (const count of [
        0, 1, 2, 31, 47, 48, 49, 159, 160, 161, 191, 200, 256, 511, 512, 513, 1_025, 2_047, 2_048, 2_049, 2_100,
      ])
        if (count <= most) expect(verify(first(honest, count)), `${count} signatures`).to.equal(true);
    });

    it(`${kernels.name}: refuses one wrong bit anywhere`, () => {
      const random = new Random(SEED + 1);
      const block = first(honest, 200);
      for (let i = 0; i < (most > 200 ? 150 : 12); i++) {
        const field = random.pick(["digests", "signatures", "keys"] as const);
        const at = i < 4 ? [0, block[field].length - 1][i % 2] : random.below(block[field].length);
        expect(verify(changed(block, field, at as number, 1 << random.below(8))), `${field}[${at}]`).to.equal(false);
      }
    });

    it(`${kernels.name}: refuses two errors that cancel in a plain sum`, () => {
      const block = first(honest, 200);
      const swapped = { ...block, keys: Uint8Array.from(block.keys), digests: Uint8Array.from(block.digests) };
      swapped.keys.set(block.keys.subarray(0, 64), 64);
      swapped.keys.set(block.keys.subarray(64, 128), 0);
      expect(verify(swapped)).to.equal(false);
      swapped.keys.set(block.keys);
      swapped.digests.set(block.digests.subarray(0, 32), 32);
      swapped.digests.set(block.digests.subarray(32, 64), 0);
      expect(verify(swapped)).to.equal(false);
    });

    it(`${kernels.name}: accepts the same signature and the same signer many times`, () => {
      const one = slice(honest, 0, 1);
      expect(verify(withKeys(join(Array.from({ length: 200 }, () => one))))).to.equal(true);
      const few = withKeys(honestBlock(new Random(SEED + 2), 200, 7));
      expect(verify(few)).to.equal(true);
      expect(verify(changed(few, "keys", 64 * 199, 1))).to.equal(false);
      const two = join(Array.from({ length: 100 }, () => slice(honest, 5, 2)));
      expect(verify(withKeys(two))).to.equal(true);
      expect(verify(changed(withKeys(two), "digests", 32 * 77, 1))).to.equal(false);
    });

    it(`${kernels.name}: accepts small multiples of G as R and as keys`, () => {
      const numbers = Array.from({ length: 500 }, (_, i) => BigInt(1 + (i % 250))).flatMap(
        (k, i) => numbersFor(k, BigInt(i % 7) - 3n, BigInt(1 + (i % 5))) ?? [],
      );
      const block = withKeys(packNumbers(numbers));
      const valid = Array.from({ length: block.count }, (_, i) => i).filter((i) =>
        block.keys.subarray(64 * i, 64 * i + 64).some((byte) => byte !== 0),
      );
      const some = withKeys(join(valid.slice(0, most).map((i) => slice(block, i, 1))));
      expect(some.count).to.be.greaterThan(160);
      expect(verify(some)).to.equal(true);
      expect(verify(changed(some, "digests", 31, 1))).to.equal(false);
    });

    it(`${kernels.name}: is right where incomplete additions are not, between honest signatures (seed ${SEED})`, () => {
      const crafted = withKeys(packNumbers(exceptional(new Random(SEED + 3))));
      const isValid = (i: number): boolean => crafted.keys.subarray(64 * i, 64 * i + 64).some((byte) => byte !== 0);
      const valid = Array.from({ length: crafted.count }, (_, i) => i).filter(isValid);
      const mixed = valid.flatMap((i, k) => [slice(crafted, i, 1), slice(honest, k, 2)]);
      const block = withKeys(join(mixed.slice(0, most)));
      expect(block.count).to.be.greaterThan(160);
      expect(verify(block)).to.equal(true);
      expect(verify(changed(block, "digests", 32 * 100, 1))).to.equal(false);
    });

    it(`${kernels.name}: takes buffers at any offset, over shared memory too`, () => {
      const block = first(honest, 170);
      const moved = (bytes: Uint8Array, offset: number): Uint8Array => {
        const out = new Uint8Array(new SharedArrayBuffer(bytes.length + 8), offset, bytes.length);
        out.set(bytes);
        return out;
      };
      for (const offset of [1, 4, 7]) {
        const digests = moved(block.digests, offset);
        const signatures = moved(block.signatures, (offset + 2) % 8);
        expect(kernels.verifyBatch(digests, signatures, moved(block.keys, (offset + 5) % 8), 170)).to.equal(true);
      }
    });

    it(`${kernels.name}: refuses keys that are no points, not reduced or zero, and signatures out of range`, () => {
      const block = first(honest, 170);
      const small = smallKey();
      const withSmall = withKeys(join([block, small]));
      expect(verify(withSmall)).to.equal(true);
      const x = BigInt(`0x${Buffer.from(withSmall.keys.subarray(64 * 170, 64 * 170 + 32)).toString("hex")}`);
      const unreduced = { ...withSmall, keys: Uint8Array.from(withSmall.keys) };
      unreduced.keys.set(uintBytes(x + P, 32), 64 * 170);
      expect(verify(unreduced)).to.equal(false);

      const set = (field: "keys" | "signatures", at: number, bytes: Uint8Array): Signed => {
        const out = { ...block, [field]: Uint8Array.from(block[field]) };
        out[field].set(bytes, at);
        return out;
      };
      expect(verify(set("keys", 64 * 3, new Uint8Array(64)))).to.equal(false);
      expect(verify(set("keys", 64 * 3, concat(uintBytes(1n, 32), uintBytes(1n, 32))))).to.equal(false);
      for (const r of [0n, 5n, N, 2n ** 256n - 1n])
        expect(verify(set("signatures", 64 * 9, uintBytes(r, 32)))).to.equal(false);
      for (const s of [0n, (N + 1n) / 2n])
        expect(verify(set("signatures", 64 * 9 + 32, uintBytes(s, 32)))).to.equal(false);
      const none = { ...set("signatures", 64 * 9, new Uint8Array(64)), keys: Uint8Array.from(block.keys) };
      none.keys.fill(0, 64 * 9, 64 * 10);
      expect(verify(none)).to.equal(false);
    });
  }
});

/**
 * A signature whose key has a small x, so that x + p is below 2^256 too. The key is any point P with that x: with R = a G +
 * b P, r = x(R), s = r / b and z = r a / b it recovers to P.
 */
function smallKey(): Block {
  for (let x = 1n; ; x++) {
    const compressed = concat(Uint8Array.of(2), uintBytes(x, 32));
    if (!isPoint(compressed)) continue;
    const key = secp256k1.Point.fromBytes(compressed);
    for (let b = 1n; ; b++) {
      const point = secp256k1.Point.BASE.add(key.multiply(b)).toAffine();
      const inverse = secp256k1.Point.Fn.inv(b);
      const s = (point.x * inverse) % N;
      const parity = (point.y & 1n) === 0n ? 0 : 1;
      if (s <= (N - 1n) / 2n) return packNumbers([{ r: point.x, s, z: s, parity }]);
    }
  }
}

function isPoint(compressed: Uint8Array): boolean {
  try {
    secp256k1.Point.fromBytes(compressed).assertValidity();
    return true;
  } catch {
    return false;
  }
}

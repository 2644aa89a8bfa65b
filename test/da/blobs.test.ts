/** Packing, commitments and proofs of blobs; both implementations of KZG against each other. */
import {
  BLOB_BYTES,
  BLOB_CAPACITY,
  blobsFor,
  elementPoint,
  elementProver,
  isPacked,
  loadKzg,
  loadNative,
  loadPortable,
  makeSidecar,
  packBlobs,
  unpackBlobs,
  versionedHash,
} from "@lakh/da";
import {
  BLOB_ELEMENTS,
  BLOB_MODULUS,
  BLOB_ROOT,
  ELEMENT_BYTES,
  MAX_BLOBS,
  MAX_BLOB_BATCH,
  fromHex,
  readUint,
  toHex,
} from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";

const SIZES = [1, 30, 31, 32, BLOB_CAPACITY - 1, BLOB_CAPACITY, BLOB_CAPACITY + 1, MAX_BLOB_BATCH];

/** A blob with every top byte set, as somebody else may make one. */
function loudBlob(): Uint8Array {
  const blob = new Uint8Array(BLOB_BYTES);
  blob.set(seededBytes("loud", BLOB_BYTES));
  for (let at = 0; at < BLOB_BYTES; at += 32) blob[at] = (blob[at] ?? 0) % 0x73;
  return blob;
}

describe("Packing of blobs", () => {
  for (const size of SIZES)
    it(`gives ${size} bytes back from as few blobs as hold them`, () => {
      const data = seededBytes("pack", size);
      const blobs = packBlobs(data);
      expect(blobs.length).to.equal(blobsFor(size));
      expect(Buffer.from(unpackBlobs(blobs, size)).equals(data)).to.equal(true);
      for (const blob of blobs)
        for (let at = 0; at < BLOB_BYTES; at += 32) if (blob[at] !== 0) throw new Error(`top byte ${at} is set`);
    });

  it("puts byte i of the data into byte i mod 31 + 1 of element i div 31", () => {
    const data = seededBytes("place", 100);
    const [blob] = packBlobs(data) as [Uint8Array];
    for (const [i, byte] of data.entries())
      expect(blob[32 * Math.floor(i / ELEMENT_BYTES) + 1 + (i % ELEMENT_BYTES)]).to.equal(byte);
  });

  it("ignores top bytes and what stands behind the data, and tells that they are not its own", () => {
    const blob = loudBlob();
    const data = unpackBlobs([blob], 40);
    expect(toHex(data.subarray(0, 31))).to.equal(toHex(blob.subarray(1, 32)));
    expect(toHex(data.subarray(31))).to.equal(toHex(blob.subarray(33, 42)));
    expect(isPacked([blob], data)).to.equal(false);
    expect(isPacked(packBlobs(data), data)).to.equal(true);
    expect(isPacked([], data)).to.equal(false);
  });

  it("throws when there are too few blobs", () => {
    expect(() => unpackBlobs(packBlobs(new Uint8Array(5)), BLOB_CAPACITY + 1)).to.throw(RangeError);
  });

  it("fits the constants", () => {
    expect(MAX_BLOB_BATCH).to.equal(MAX_BLOBS * BLOB_CAPACITY);
    expect(BLOB_CAPACITY).to.equal(126_976);
  });
});

describe("KZG", () => {
  it("evaluates at the 4,096th roots of unity: their generator has exactly this order, and is 7^((r − 1) / 4096)", () => {
    const power = (base: bigint, exponent: bigint): bigint => {
      let result = 1n;
      for (let square = base; exponent > 0n; exponent >>= 1n, square = (square * square) % BLOB_MODULUS)
        if (exponent & 1n) result = (result * square) % BLOB_MODULUS;
      return result;
    };
    expect(power(7n, (BLOB_MODULUS - 1n) / BigInt(BLOB_ELEMENTS))).to.equal(BLOB_ROOT);
    expect(power(BLOB_ROOT, BigInt(BLOB_ELEMENTS / 2))).to.equal(BLOB_MODULUS - 1n);
    // Bits in reverse: element 1 (000…01) stands at ω^2048, element 2,048 (100…00) at ω.
    const points = [0, 1, 2048, 3].map((index) => readUint(elementPoint(index), 0, 32));
    expect(points).to.deep.equal([1n, BLOB_MODULUS - 1n, BLOB_ROOT, power(BLOB_ROOT, 0b1100_0000_0000n)]);
  });

  it("proves each element to be what stands in the blob", async () => {
    const kzg = await loadKzg();
    const blobs = [loudBlob(), ...packBlobs(seededBytes("second", 62))];
    const { elements, proofs, commitments, hashes } = elementProver(kzg, blobs)(4094, 4097);
    const expected = [blobs[0]?.subarray(-64, -32), blobs[0]?.subarray(-32), blobs[1]?.subarray(0, 32)];
    expect(elements.slice(0, 3).map(toHex)).to.deep.equal(expected.map((element) => toHex(element as Uint8Array)));
    expect([elements.length, proofs.length, commitments.length, hashes.length]).to.deep.equal([4, 4, 2, 2]);
    expect(() => elementProver(kzg, blobs)(8191, 8192)).to.throw(RangeError);
  });

  it("gives the same bytes natively and in JavaScript", async function () {
    this.timeout(120_000);
    const native = await loadNative();
    if (native === undefined) return this.skip();
    const portable = await loadPortable();
    const blob = loudBlob();
    const commitment = native.commit(blob);
    expect(toHex(portable.commit(blob))).to.equal(toHex(commitment));
    expect(toHex(portable.blobProof(blob, commitment))).to.equal(toHex(native.blobProof(blob, commitment)));
    for (const index of [0, 77]) {
      const [a, b] = [native, portable].map((kzg) => kzg.prove(blob, elementPoint(index)));
      expect(toHex(b?.proof as Uint8Array)).to.equal(toHex(a?.proof as Uint8Array));
      expect(toHex(b?.y as Uint8Array)).to.equal(toHex(blob.subarray(32 * index, 32 * index + 32)));
    }
  });

  it("knows the versioned hash of a blob of zeros", async () => {
    // The commitment to zero is the point at infinity, c0 and 47 zero bytes; its hash is public (EIP-4844's empty blob).
    const kzg = await loadKzg();
    const commitment = kzg.commit(new Uint8Array(BLOB_BYTES));
    expect(toHex(commitment)).to.equal(`0xc0${"00".repeat(47)}`);
    expect(versionedHash(commitment)).to.equal("0x010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014");
  });

  it("makes sidecars in both forms", async () => {
    const kzg = await loadKzg();
    const blobs = packBlobs(seededBytes("sidecar", 50));
    const old = makeSidecar(kzg, blobs, "eip4844");
    const cells = makeSidecar(kzg, blobs, "eip7594");
    expect(old.versionedHashes).to.deep.equal(cells.versionedHashes);
    expect(fromHex(old.blobs[0]?.proof ?? "0x").length).to.equal(48);
    expect(fromHex(cells.blobs[0]?.proof ?? "0x").length).to.equal(48 * 128);
  });
});

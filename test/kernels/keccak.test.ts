import { keccak256 } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { all } from "./implementations.ts";
import { readVectors } from "./vectors.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

interface KnownAnswers {
  readonly kats: { readonly msg: string; readonly keccak256: string }[];
}

describe("kernels: keccak256", () => {
  for (const kernels of all) {
    it(`${kernels.name}: hashes every length from 0 to 600 as @noble/hashes does, alone and in batches (seed ${SEED})`, () => {
      const random = new Random(SEED);
      const lengths = Array.from({ length: 601 }, (_, i) => i);
      for (let i = lengths.length - 1; i > 0; i--) {
        const other = random.below(i + 1); // so that one batch of lanes holds many lengths
        [lengths[i], lengths[other]] = [lengths[other] as number, lengths[i] as number];
      }
      const data = random.bytes(lengths.reduce((sum, length) => sum + length, 0));
      const ends = new Uint32Array(lengths.length);
      const out = new Uint8Array(32 * lengths.length);
      let end = 0;
      lengths.forEach((length, i) => (ends[i] = end += length));
      kernels.keccakBatch(data, ends, lengths.length, out);
      lengths.forEach((length, i) => {
        const expected = hex(keccak256(data.subarray((ends[i] as number) - length, ends[i])));
        expect(hex(out.subarray(32 * i, 32 * i + 32)), `length ${length}`).to.equal(expected);
        if (i % 7 === 0)
          expect(hex(kernels.keccak256(data.subarray((ends[i] as number) - length, ends[i])))).to.equal(expected);
      });
    });

    it(`${kernels.name}: hashes long messages, alone and between short ones (seed ${SEED})`, () => {
      const random = new Random(SEED + 3);
      const lengths = [0, 69_631, 1, 69_632, 69_633, 135, 139_264, 139_265, 30_000, 30_000, 30_000, 136, 300_000, 7];
      const messages = lengths.map((length) => random.bytes(length));
      let end = 0;
      const ends = Uint32Array.from(lengths, (length) => (end += length));
      const out = new Uint8Array(32 * lengths.length);
      kernels.keccakBatch(Buffer.concat(messages), ends, lengths.length, out);
      messages.forEach((message, i) => {
        const expected = hex(keccak256(message));
        expect(hex(out.subarray(32 * i, 32 * i + 32)), `length ${message.length}`).to.equal(expected);
        expect(hex(kernels.keccak256(message)), `length ${message.length}`).to.equal(expected);
      });
    });

    it(`${kernels.name}: hashes batches of 0 to 20 messages, and writes nothing behind them`, () => {
      const data = new Random(SEED + 1).bytes(20 * 50);
      const ends = Uint32Array.from({ length: 20 }, (_, i) => 50 * (i + 1));
      for (let count = 0; count <= 20; count++) {
        const out = new Uint8Array(32 * 21).fill(0xaa);
        kernels.keccakBatch(data, ends, count, out);
        for (let i = 0; i < 21; i++) {
          const expected = i < count ? hex(keccak256(data.subarray(50 * i, 50 * i + 50))) : "aa".repeat(32);
          expect(hex(out.subarray(32 * i, 32 * i + 32))).to.equal(expected);
        }
      }
    });

    it(`${kernels.name}: hashes spans in any order to any places, and writes nowhere else (seed ${SEED})`, () => {
      const random = new Random(SEED);
      const data = random.bytes(2000);
      for (let count = 0; count <= 40; count++) {
        const spans = new Uint32Array(2 * count);
        for (let i = 0; i < count; i++) {
          const start = random.below(2001);
          spans.set([start, start + random.below(Math.min(400, 2001 - start))], 2 * i);
        }
        const places = Uint32Array.from({ length: count }, (_, i) => 1 + 2 * ((i * 7) % 41));
        const out = new Uint8Array(32 * 83).fill(0xaa);
        kernels.keccakSpans(data, spans, places, count, out);
        const expected = new Uint8Array(32 * 83).fill(0xaa);
        for (let i = 0; i < count; i++)
          expected.set(keccak256(data.subarray(spans[2 * i], spans[2 * i + 1])), 32 * (places[i] as number));
        expect(hex(out)).to.equal(hex(expected));
      }
    });

    it(`${kernels.name}: gives the known answers`, function () {
      const { kats } = readVectors<KnownAnswers>(this, "keccak256_kat.json");
      const messages = kats.map(({ msg }) => Buffer.from(msg, "hex"));
      const ends = new Uint32Array(kats.length);
      messages.reduce((end, message, i) => (ends[i] = end + message.length), 0);
      const out = new Uint8Array(32 * kats.length);
      kernels.keccakBatch(Buffer.concat(messages), ends, kats.length, out);
      expect(kats.length).to.be.greaterThan(300);
      kats.forEach(({ keccak256: answer }, i) => expect(hex(out.subarray(32 * i, 32 * i + 32))).to.equal(answer));
    });
  }
});

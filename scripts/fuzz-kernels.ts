/**
 * `npm run fuzz:kernels -- --seconds N --seed S [--only plain]`: plays random blocks through every implementation of the
 * kernels and compares. Recovery is compared with libsecp256k1 (tiny-secp256k1): honest signatures, random ones, ones that incomplete
 * additions get wrong, all with edge values and mutations, in blocks of random size; hashes, digests and trees with the
 * portable kernels; plain envelopes with the engine, on states full of edge values. `--only plain`: these alone.
 * Prints what was compared; ends with status 1 at the first difference, whose seed and block it prints.
 */
import { parseArgs } from "node:util";

import { duel, newCounts } from "../test/engine/plain-duel.ts";
import { all, natives, portable, reference } from "../test/kernels/implementations.ts";
import { exceptional } from "../test/kernels/exceptional.ts";
import { expectSame, recover } from "../test/kernels/recover.ts";
import { type Block, N, P, honestBlock, join, packNumbers, slice } from "../test/kernels/signatures.ts";
import { Random } from "../test/support/random.ts";
import { uintBytes } from "@lakh/protocol";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const onlyPlain = values.only === "plain";
if (!(seconds > 0) || !Number.isInteger(seed) || (values.only !== undefined && !onlyPlain))
  throw new RangeError("usage: --seconds N --seed INTEGER [--only plain]");

const EDGES = [0n, 1n, 2n, 3n, 7n, N - 1n, N, N + 1n, P - N, P - 1n, P, 2n ** 256n - 1n, (N - 1n) / 2n, (N + 1n) / 2n];
/** The best implementation that this machine has. */
const fast = natives.at(-1) ?? portable;
const counts = { recoveries: 0, valid: 0, verified: 0, hashes: 0, leaves: 0 };
const plain = newCounts();
/** Runs of envelopes in one life of a state: in long ones old records fill more than a chunk. */
const RUNS = [40, 60, 60, 60, 400];

/** Changes some of the signatures: edge values, single bits, random bytes. */
function mutate(random: Random, block: Block): void {
  for (let i = 0; i < block.count; i++) {
    const where = random.pick([
      block.signatures.subarray(64 * i, 64 * i + 64),
      block.digests.subarray(32 * i, 32 * i + 32),
    ]);
    switch (random.below(12)) {
      case 0:
        where.set(uintBytes(random.pick(EDGES), 32), 32 * random.below(where.length / 32));
        break;
      case 1: {
        const at = random.below(where.length);
        where[at] = (where[at] as number) ^ (1 << random.below(8));
        break;
      }
      case 2:
        where.set(random.bytes(where.length));
        break;
    }
  }
}

/** Random bytes: about every second r is the x of a point, so about every second signature is valid. */
function randomBlock(random: Random, count: number): Block {
  return { count, digests: random.bytes(32 * count), signatures: random.bytes(64 * count) };
}

/** Honest signatures; random ones; or some that incomplete additions get wrong, honest ones between them. */
function randomOrHonest(random: Random, count: number): Block {
  const kind = random.below(16);
  if (kind >= 5) return randomBlock(random, count);
  const honest = honestBlock(random, count);
  if (kind > 0) return honest;
  const crafted = packNumbers(exceptional(random));
  const parts = Array.from({ length: count }, (_, i) =>
    random.chance(0.5) ? slice(crafted, random.below(crafted.count), 1) : slice(honest, i, 1),
  );
  return join(parts);
}

function fuzzRecovery(random: Random): void {
  const count = 1 + random.below(random.pick([8, 40, 600, 1_100]));
  const block = randomOrHonest(random, count);
  if (random.chance(0.25)) mutate(random, block);
  const expected = recover(reference, block);
  for (const kernels of all) {
    if (kernels.name === "native-scalar" && !random.chance(0.1)) continue; // slow: a sample
    expectSame(recover(kernels, block), expected, block.count);
  }
  fuzzVerification(random, block);
  counts.recoveries += block.count;
  counts.valid += (expected.addresses.match(/.{40}/g) ?? []).filter((address) => !/^0+$/.test(address)).length;
}

/** The valid signatures of a block hold together; with one bit changed they do not. */
function fuzzVerification(random: Random, block: Block): void {
  const keys = new Uint8Array(64 * block.count);
  fast.recoverBatch(block.digests, block.signatures, block.count, new Uint8Array(20 * block.count), keys);
  const valid = Array.from({ length: block.count }, (_, i) => i).filter((i) =>
    keys.subarray(64 * i, 64 * i + 64).some((byte) => byte !== 0),
  );
  const pick = (bytes: Uint8Array, size: number): Uint8Array =>
    Uint8Array.from(Buffer.concat(valid.map((i) => bytes.subarray(size * i, size * (i + 1)))));
  const parts = [pick(block.digests, 32), pick(block.signatures, 64), pick(keys, 64)] as const;
  const verifiers = all.filter(({ name }) => name !== "native-scalar");
  for (const kernels of verifiers)
    if (!kernels.verifyBatch(...parts, valid.length)) throw new Error(`${kernels.name} refuses valid signatures`);
  counts.verified += valid.length;
  if (valid.length === 0) return;
  const changed = random.pick(parts);
  const at = random.below(changed.length);
  changed[at] = (changed[at] as number) ^ (1 << random.below(8));
  for (const kernels of verifiers)
    if (kernels.verifyBatch(...parts, valid.length)) throw new Error(`${kernels.name} accepts a changed bit`);
}

function fuzzHashes(random: Random): void {
  const lengths = Array.from({ length: random.below(60) }, () => random.below(500));
  const data = random.bytes(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  const ends = Uint32Array.from(lengths, (length) => (end += length));
  const outs = all.map((kernels) => {
    const out = new Uint8Array(32 * lengths.length);
    kernels.keccakBatch(data, ends, lengths.length, out);
    return Buffer.from(out).toString("hex");
  });
  if (new Set(outs).size !== 1) throw new Error("keccakBatch differs");
  counts.hashes += lengths.length;
}

function fuzzTree(random: Random): void {
  const sizes = [4_096, 1_024, 256, 64, 16, 4, 1];
  const leaves = random.bytes(sizes.length).map((byte) => byte & 1);
  const dirty = Array.from({ length: 4_096 }, (_, i) => i).filter(() => random.chance(0.05));
  const content = random.bytes(32 * dirty.length);
  const outs = all.map((kernels) => {
    const levels = sizes.map((size) => new Uint8Array(32 * size));
    dirty.forEach((leaf, i) => {
      if (leaves[i % leaves.length] === 1) levels[0]?.set(content.subarray(32 * i, 32 * i + 32), 32 * leaf);
    });
    kernels.treeUpdate(levels, Uint32Array.from(dirty), dirty.length);
    return Buffer.concat(levels).toString("hex");
  });
  if (new Set(outs).size !== 1) throw new Error("treeUpdate differs");
  counts.leaves += dirty.length;
}

/** Nothing to compare where there are no native kernels: the portable ones leave every envelope to the engine. */
function fuzzPlain(random: Random): void {
  if (natives.length > 0) duel(random.pick(natives), random, random.pick(RUNS), plain);
}

const plainSummary = (): string => {
  const byKernels = [...plain.plain.values()].reduce((sum, times) => sum + times, 0);
  return `${plain.envelopes} envelopes (${plain.ok} Ok, ${byKernels} counted as executed by the kernels; ${plain.undone} times undone)`;
};

const summary = (): string =>
  `${counts.recoveries} recoveries (${counts.valid} valid), ${counts.verified} verified in batches, ${counts.hashes} hashes, ${counts.leaves} dirty leaves, ${plainSummary()} compared`;

console.log(`seed ${seed}; ${all.map((kernels) => kernels.name).join(", ")}`);
const end = performance.now() + seconds * 1_000;
let nextReport = performance.now() + 60_000;
for (let round = 0; performance.now() < end; round++) {
  const roundSeed = (seed + Math.imul(round, 0x9e3779b1)) >>> 0;
  try {
    const random = new Random(roundSeed);
    if (!onlyPlain) fuzzRecovery(random);
    if (onlyPlain || round % 64 === 0) fuzzPlain(random);
    if (!onlyPlain && round % 8 === 0) {
      fuzzHashes(random);
      fuzzTree(random);
    }
  } catch (error) {
    console.error(`DIFFERENCE in round ${round}, seed of the round ${roundSeed}; so far ${summary()}`);
    throw error;
  }
  if (performance.now() > nextReport) {
    nextReport += 60_000;
    console.log(`  round ${round}: ${summary()}`);
  }
}
console.log(`no difference: ${summary()}`);

/**
 * The kernels alone, every implementation in one run: `npm run bench:kernels [-- --rounds N]`. Prints ns of this thread's
 * CPU time, the median of some rounds, per recovered signer, per signature of a batch verification, per keccak256, per
 * digest of a one-op envelope, per dirty leaf of a tree update.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";

import type { Kernels } from "@lakh/kernels";
import { ZERO_ADDRESS, domainSeparator, encodeEnvelope, toHex } from "@lakh/protocol";

import { all } from "../test/kernels/implementations.ts";
import { type Block, honestBlock, slice } from "../test/kernels/signatures.ts";
import { Random } from "../test/support/random.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const ROUNDS = Number(values.rounds);
const SEED = 1;
/** Least time of a round: the clock ticks every few milliseconds. */
const ROUND_NS = 1e8;
const SIGNATURES = 2_048;
const HASHES = 10_000;
const TREE_LEAVES = 4 ** 10;
const DIRTY_LEAVES = 100_000;

/** Time that this thread has had a core, ns: neighbours on the machine do not count. */
function threadNs(): number {
  const { user, system } = process.threadCpuUsage();
  return 1000 * (user + system);
}

/** Median over the rounds of the time of `work`, ns for each of `count`; a round lasts long enough for the clock. */
function measure(count: number, work: () => void): number {
  work();
  const times = Array.from({ length: ROUNDS }, () => {
    const begun = threadNs();
    let done = 0;
    while (done === 0 || threadNs() - begun < ROUND_NS) {
      work();
      done += count;
    }
    return (threadNs() - begun) / done;
  });
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}

const random = new Random(SEED);
const honest = honestBlock(random, SIGNATURES);
const few = honestBlock(random, 1_024, 64);

function recovery(kernels: Kernels, count: number, block: number): number {
  const out = new Uint8Array(20 * block);
  const parts = Array.from({ length: count / block }, (_, i) => slice(honest, i * block, block));
  return measure(count, () =>
    parts.forEach(({ digests, signatures }) => kernels.recoverBatch(digests, signatures, block, out)),
  );
}

function verification(kernels: Kernels, block: Block): number {
  const keys = new Uint8Array(64 * block.count);
  kernels.recoverBatch(block.digests, block.signatures, block.count, new Uint8Array(20 * block.count), keys);
  return measure(block.count, () => {
    if (!kernels.verifyBatch(block.digests, block.signatures, keys, block.count))
      throw new Error("honest signatures were refused");
  });
}

function hashes(kernels: Kernels, bytes: number): number {
  const data = random.bytes(HASHES * bytes);
  const ends = Uint32Array.from({ length: HASHES }, (_, i) => (i + 1) * bytes);
  const out = new Uint8Array(32 * HASHES);
  return measure(HASHES, () => kernels.keccakBatch(data, ends, HASHES, out));
}

function singleHash(kernels: Kernels): number {
  const data = random.bytes(100);
  return measure(HASHES, () => {
    for (let i = 0; i < HASHES; i++) kernels.keccak256(data);
  });
}

function digests(kernels: Kernels): number {
  const items = Array.from({ length: SIGNATURES }, (_, i) =>
    encodeEnvelope({
      account: 1 + (i % 999),
      nonce: BigInt(i),
      validUntil: 1_800_000_000n,
      fee: 2_500n,
      ops: [{ verb: "transfer", object: 2, object2: 1 + (i % 998), amount: 1_000_000n }],
      signature: toHex(honest.signatures.subarray(64 * i, 64 * i + 64)),
    }),
  );
  const data = Buffer.concat(items);
  const spans = new Uint32Array(2 * items.length);
  items.reduce((at, item, i) => (spans.set([at, at + item.length], 2 * i), at + item.length), 0);
  const block = {
    data,
    spans,
    count: items.length,
    tags: random.bytes(32 * 1_000),
    objectCount: 1_000,
    domain: domainSeparator({ chainId: 1n, inbox: ZERO_ADDRESS }),
  };
  const out = new Uint8Array(32 * SIGNATURES);
  const signatures = new Uint8Array(64 * SIGNATURES);
  const status = new Uint8Array(SIGNATURES);
  return measure(SIGNATURES, () => kernels.digestBatch(block, out, signatures, status));
}

function tree(kernels: Kernels): number {
  const levels = Array.from({ length: 11 }, (_, level) => new Uint8Array((32 * TREE_LEAVES) / 4 ** level));
  const leaves = new Uint32Array((levels[0] as Uint8Array).buffer);
  for (let i = 0; i < leaves.length; i++) leaves[i] = i;
  const everyLeaf = Uint32Array.from({ length: TREE_LEAVES }, (_, i) => i);
  kernels.treeUpdate(levels, everyLeaf, TREE_LEAVES);
  const chosen = new Set<number>();
  while (chosen.size < DIRTY_LEAVES) chosen.add(random.below(TREE_LEAVES));
  const sorted = Uint32Array.from(chosen).sort();
  const dirty = new Uint32Array(DIRTY_LEAVES);
  return measure(DIRTY_LEAVES, () => {
    dirty.set(sorted); // the last call has overwritten it
    kernels.treeUpdate(levels, dirty, DIRTY_LEAVES);
  });
}

const revision = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`revision ${revision}, node ${process.version}, ${cpus()[0]?.model ?? "unknown CPU"}, seed ${SEED}`);
console.log(`ns of CPU time on one thread, median of ${ROUNDS} rounds`);

const ROWS: [string, (kernels: Kernels) => number][] = [
  ["recover, blocks of 512", (kernels) => recovery(kernels, isLanes(kernels) ? SIGNATURES : 512, 512)],
  ["recover, blocks of 32", (kernels) => recovery(kernels, isLanes(kernels) ? SIGNATURES : 256, 32)],
  ["recover, one at a time", (kernels) => recovery(kernels, 128, 1)],
  [
    "verify, 1,024 of 1,024 signers",
    (kernels) => verification(kernels, slice(honest, 0, isLanes(kernels) ? 1_024 : 256)),
  ],
  ["verify, 1,024 of 64 signers", (kernels) => verification(kernels, slice(few, 0, isLanes(kernels) ? 1_024 : 256))],
  [`keccak256, 100 bytes, one call each`, singleHash],
  [`keccak256, 100 bytes`, (kernels) => hashes(kernels, 100)],
  [`keccak256, 200 bytes`, (kernels) => hashes(kernels, 200)],
  [`digest of an envelope with one op`, digests],
  [`tree leaf, ${DIRTY_LEAVES / 1000}k dirty of 1M`, tree],
];
function isLanes(kernels: Kernels): boolean {
  return kernels.name === "native-avx512";
}

console.log("".padEnd(36) + all.map(({ name }) => name.padStart(16)).join(""));
for (const [name, run] of ROWS) {
  const cells = all.map((kernels) => run(kernels).toFixed(0).padStart(16));
  console.log(name.padEnd(36) + cells.join(""));
}

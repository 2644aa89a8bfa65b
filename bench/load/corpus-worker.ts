/** A thread that signs parts of a corpus. */
import { renameSync, writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { DigestStatus, type Kernels, loadKernels } from "@lakh/kernels";

import { Random } from "../../test/support/random.ts";
import { PART_ENVELOPES, type PartWork, partFile } from "./corpus.ts";
import { FIRST_KEY, scalarOf } from "./keys.ts";
import { type OpWriter, fileWriter, writerOf } from "./mixes.ts";
import { MOST_BYTES, Packer } from "./packer.ts";
import { BulkSigner } from "./sign.ts";
import { FIRST_ACCOUNT } from "./world.ts";

const BLOCK = 1024;
const FEE_GWEI = 2500;
const SIGNATURE = 64;

const { folder, parts, accounts, mix, domain, tags } = workerData as PartWork;
const kernels = await loadKernels();
const write = typeof mix === "string" ? writerOf(mix, accounts) : fileWriter(mix.file);
const stride = strideOf(accounts);
for (const part of parts) {
  const file = partFile(folder, part);
  writeFileSync(`${file}.new`, makePart(part, write, kernels));
  renameSync(`${file}.new`, file);
  parentPort?.postMessage(part);
}

/** Near the golden section of `count`, without a common divisor: consecutive accounts lie far apart, each comes once a round. */
function strideOf(count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.max(1, Math.floor(count * 0.6180339887));
  while (divisor(count, stride) !== 1) stride++;
  return stride;
}

function makePart(part: number, writeOp: OpWriter, { digestBatch }: Kernels): Uint8Array {
  const random = new Random(part + 1);
  const signer = new BulkSigner(scalarOf(`nonces of part ${part}`));
  const packer = new Packer(PART_ENVELOPES * MOST_BYTES);
  const spans = new Uint32Array(2 * BLOCK);
  const owners = new Uint32Array(BLOCK);
  const digests = new Uint8Array(32 * BLOCK);
  const signatures = new Uint8Array(SIGNATURE * BLOCK);
  const status = new Uint8Array(BLOCK);
  const objectCount = tags.length / 32;
  for (let start = 0; start < PART_ENVELOPES; start += BLOCK) {
    for (let i = 0; i < BLOCK; i++) {
      const number = part * PART_ENVELOPES + start + i;
      const n = (number * stride) % accounts;
      owners[i] = n;
      const prefix = packer.skip(1);
      packer.head(FIRST_ACCOUNT + n, Math.floor(number / accounts), FEE_GWEI);
      writeOp(packer, random, n, number);
      packer.skip(SIGNATURE);
      const length = packer.at - prefix - 1;
      if (length >= 0x80) throw new RangeError(`envelope ${number} has ${length} bytes: its length takes two`);
      packer.bytes[prefix] = length;
      spans[2 * i] = prefix + 1;
      spans[2 * i + 1] = packer.at;
    }
    const block = { data: packer.bytes, spans, count: BLOCK, tags, objectCount, domain };
    digestBatch(block, digests, new Uint8Array(SIGNATURE * BLOCK), status);
    if (status.some((one) => one !== DigestStatus.Ok))
      throw new Error(`part ${part} has an envelope that cannot be read`);
    signer.sign(digests, BLOCK, (i) => FIRST_KEY + BigInt(owners[i] as number), signatures);
    for (let i = 0; i < BLOCK; i++) {
      const end = spans[2 * i + 1] as number;
      packer.bytes.set(signatures.subarray(SIGNATURE * i, SIGNATURE * (i + 1)), end - SIGNATURE);
    }
  }
  return packer.bytes.subarray(0, packer.at);
}

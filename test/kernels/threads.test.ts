import { Worker } from "node:worker_threads";

import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { all, reference } from "./implementations.ts";
import { recover } from "./recover.ts";
import { honestBlock } from "./signatures.ts";

const THREADS = 4;

/** Recovers the block ten times in a worker of its own; resolves to the addresses of each time. */
function recoverElsewhere(mode: string, block: ReturnType<typeof honestBlock>): Promise<string[]> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { mode, block } });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

describe("kernels: threads", () => {
  for (const { name } of all)
    it(`${name}: ${THREADS} workers at once give the same answers`, async () => {
      const blocks = Array.from({ length: THREADS }, (_, i) => honestBlock(new Random(SEED + i), 100 + i));
      const results = await Promise.all(blocks.map((block) => recoverElsewhere(name, block)));
      results.forEach((addresses, i) => {
        const expected = recover(reference, blocks[i] as ReturnType<typeof honestBlock>).addresses;
        expect(addresses).to.deep.equal(Array.from({ length: 10 }, () => expected));
      });
    });
});

/** A thread that recovers signers for some seconds. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { loadKernels } from "@lakh/kernels";

import type { RecoveryAnswer, RecoveryWork } from "./recovery.ts";

const BLOCK = 512;
const { part, tags, domain, seconds, kernels: name } = workerData as RecoveryWork;
const kernels = await loadKernels(name);
const data = readFileSync(part);
const spans = new Uint32Array(2 * BLOCK);
const digests = new Uint8Array(32 * BLOCK);
const signatures = new Uint8Array(64 * BLOCK);
const status = new Uint8Array(BLOCK);
const addresses = new Uint8Array(20 * BLOCK);
let at = 0;

/** Recovers the next block of the part; behind the end it starts again: recovery remembers nothing. */
function oneBlock(): void {
  for (let i = 0; i < BLOCK; i++) {
    if (at >= data.length) at = 0;
    spans[2 * i] = at + 1;
    at += 1 + (data[at] as number);
    spans[2 * i + 1] = at;
  }
  const block = { data, spans, count: BLOCK, tags, objectCount: tags.length / 32, domain };
  kernels.digestBatch(block, digests, signatures, status);
  kernels.recoverBatch(digests, signatures, BLOCK, addresses);
}

oneBlock();
const begun = performance.now();
const cpu = process.threadCpuUsage();
let recovered = 0;
for (; performance.now() - begun < 1000 * seconds; recovered += BLOCK) oneBlock();
const { user, system } = process.threadCpuUsage(cpu);
const answer: RecoveryAnswer = {
  recovered,
  seconds: (performance.now() - begun) / 1000,
  cpuMicroseconds: user + system,
};
parentPort?.postMessage(answer);

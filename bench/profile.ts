/**
 * Where the node's threads spend their time: `node bench/profile.ts FOLDER [--last SECONDS --cpu MICROSECONDS --functions]` sums
 * the CPU profiles that `npm run bench -- --profile FOLDER` leaves there, by stage, over their last seconds.
 * With `--cpu`, the node's CPU time an envelope as the bench says it, each stage is given in microseconds an envelope.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { REPO } from "./stack/processes.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** First match counts: what stage a function belongs to, by its place and name. */
const STAGES: readonly (readonly [string, RegExp])[] = [
  ["waiting", /^\(idle\)/],
  ["garbage collection", /^\(garbage/],
  ["signatures: recover", / recoverBatch|verifyBatch/],
  ["signatures: digest", / digestBatch/],
  ["root: tree update", / treeUpdate/],
  ["root: hashing of records", /keccakSpans|engine\/src\/tree\.ts/],
  ["other hashing: items, receipts, batches", /keccak/],
  ["decoding", /item-view|varint|pipeline\/verify/],
  ["execution", /packages\/engine\//],
  ["receipts and places", /receipt|place-table/],
  ["log: write and fdatasync", /record-file|sequencer-log|fdatasync|writeBuffer|node:internal\/fs|fs\/promises|crc32/],
  ["threads: messages", /postMessage|node:internal\/(worker|event_target)|Atomics/],
  [
    "sockets",
    /node_modules\/ws|node:(net|http|_http|internal\/streams|internal\/stream_base|buffer)|writev|readStop|readStart/,
  ],
  ["sequencing: blocks, queues, seals", /packages\/(node|kernels|protocol)\//],
];
const REST = "the rest of Node.js";
const SHOWN = 25;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { last: { type: "string" }, cpu: { type: "string" }, functions: { type: "boolean", default: false } },
});
const folder = positionals[0];
if (folder === undefined) throw new Error("name the folder of the profiles");
const last = 1e6 * Number(values.last ?? Infinity);

const stages = new Map<string, number>();
const functions = new Map<string, number>();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile")))
  add(JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile);

function add({ nodes, samples, timeDeltas }: Profile): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame.functionName, callFrame.url)]));
  let left = last;
  for (let i = samples.length - 1; i >= 0 && left > 0; i--) {
    const microseconds = timeDeltas[i] ?? 0;
    left -= microseconds;
    const name = names.get(samples[i] as number) ?? "?";
    const stage = STAGES.find(([, pattern]) => pattern.test(name))?.[0] ?? REST;
    stages.set(stage, (stages.get(stage) ?? 0) + microseconds);
    functions.set(name, (functions.get(name) ?? 0) + microseconds);
  }
}

function nameOf(functionName: string, url: string): string {
  const place = url.replace(`file://${REPO}/`, "");
  return functionName.startsWith("(") ? functionName : `${place} ${functionName || "(anonymous)"}`;
}

const waiting = stages.get("waiting") ?? 0;
stages.delete("waiting");
functions.delete("(idle)");
const busy = [...stages.values()].reduce((sum, value) => sum + value, 0);
console.log(`busy ${(busy / 1e6).toFixed(1)} s, waiting ${(waiting / 1e6).toFixed(1)} s, all threads together`);
const cpu = Number(values.cpu ?? NaN);
for (const [name, microseconds] of [...stages].sort((a, b) => b[1] - a[1])) {
  const share = microseconds / busy;
  const each = Number.isNaN(cpu) ? "" : `${(share * cpu).toFixed(2).padStart(8)} µs`;
  console.log(`${(100 * share).toFixed(1).padStart(6)} %${each}  ${name}`);
}
if (values.functions)
  for (const [name, microseconds] of [...functions].sort((a, b) => b[1] - a[1]).slice(0, SHOWN))
    console.log(`${((100 * microseconds) / busy).toFixed(1).padStart(6)} %  ${name}`);

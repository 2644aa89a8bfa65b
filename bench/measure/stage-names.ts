/** What stage of the node's work a function belongs to, by its place and its name. */

/** First match counts. */
const STAGES: readonly (readonly [string, RegExp])[] = [
  ["garbage collection", /^\(garbage/],
  ["signatures: recovery, batch equation for known keys", / (recover|verify)Batch/],
  ["signatures: EIP-712 digests", / digestBatch/],
  ["root: tree update", / treeUpdate/],
  ["root: hashing of records", /keccakSpans|engine\/src\/tree\.ts/],
  ["other hashing: items, receipts, batches", / keccak/],
  ["decoding, and looking up signers' keys", /item-view|varint|pipeline\/(verify|signer-keys)/],
  ["execution", / applyPlain|packages\/engine\//],
  ["receipts and places", /receipt|place-table/],
  ["log: write and fdatasync", /record-file|sequencer-log|fdatasync|writeBuffer|node:internal\/fs|fs\/promises|crc32/],
  [
    "messages between threads",
    /postMessage|node:internal\/(worker|event_target|per_context\/messageport)|Atomics|pipeline\/board/,
  ],
  [
    "sockets",
    /node_modules\/ws\/|node:(net|http|_http|internal\/streams|internal\/stream_base|buffer)|writev|readStop|readStart|packages\/node\/src\/stream\//,
  ],
  ["sequencing: blocks, queues, seals", /packages\/(node|kernels|protocol|service|da)\//],
  ["the rest of Node.js", /^\((program|root)|node:|^ (run|tick|now|consume|get|set|has|push)\b|^\(anonymous\)$/],
];
export const OTHER = "other";
/** Where a thread sleeps; a profiler sees a verifier that waits for a block inside of the function that waits. */
const WAITING = /^\(idle\)|pipeline\/board\.ts take$/;

/** A function as a CPU profile names it; `place` is relative to the repository. */
export function functionText(functionName: string, place: string): string {
  return functionName.startsWith("(") ? functionName : `${place} ${functionName || "(anonymous)"}`;
}

/** Time in it is no work. */
export function isWaiting(text: string): boolean {
  return WAITING.test(text);
}

export function stageOf(text: string): string {
  return STAGES.find(([, pattern]) => pattern.test(text))?.[0] ?? OTHER;
}

/** Calldata and answers of `StepHarness.run`, packed here: the general codec takes longer for a step than the step itself. */
import {
  EntryKind,
  type Hex,
  addressWord,
  concat,
  encodeMachine,
  fromHex,
  nextAcc,
  nextQueueHash,
  word,
} from "@lakh/protocol";

import type { ParityCase, StepAnswer } from "./driver.ts";

const WORD = 32;
const QUEUE_BEFORE = 0x0123456789abcdefn;

/** `run(verifier, cases, queueIndices)`. */
export function encodeRun(selector: Hex, verifier: string, cases: readonly ParityCase[]): Hex {
  const encoded = cases.map(encodeCase);
  const heads: Uint8Array[] = [];
  let at = cases.length * WORD;
  for (const one of encoded) {
    heads.push(word(at));
    at += one.length;
  }
  const indices = cases.map((one) => word(queueIndex(one)));
  const [casesAt, indicesAt] = [3 * WORD, 4 * WORD + at];
  const parameters = concat(addressWord(verifier), word(casesAt), word(indicesAt));
  const count = word(cases.length);
  return hexOf(Buffer.concat([fromHex(selector), parameters, count, ...heads, ...encoded, count, ...indices]));
}

const hexOf = (bytes: Buffer): Hex => `0x${bytes.toString("hex")}`;

/** A `StepCase`: eleven words and where the witness stands, then the witness behind its length. */
function encodeCase({ entry, item, pre, witness }: ParityCase): Uint8Array {
  const { header, accBefore } = entry;
  const queueAfter = item === undefined ? 0n : nextQueueHash(QUEUE_BEFORE, item);
  const padding = new Uint8Array(-witness.length & (WORD - 1));
  const words = [fromHex(accBefore), fromHex(nextAcc(accBefore, header)), word(QUEUE_BEFORE), word(queueAfter)];
  return concat(...words, encodeMachine(pre), word(12 * WORD), word(witness.length), witness, padding);
}

function queueIndex({ entry, pre }: ParityCase): bigint {
  return entry.header.kind === EntryKind.Queue ? entry.header.a + BigInt(pre.cursor) : 0n;
}

/** `StepResult[]`. @throws RangeError when it is none */
export function decodeAnswers(returned: Hex): StepAnswer[] {
  const bytes = Buffer.from(returned.slice(2), "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  /** The number in a word; those here fit its last four bytes. */
  const numberAt = (at: number): number => view.getUint32(at + WORD - 4);
  const base = numberAt(0) + WORD;
  return Array.from({ length: numberAt(base - WORD) }, (_, i) => {
    const at = base + numberAt(base + i * WORD);
    const errorAt = at + numberAt(at + 3 * WORD);
    const error = bytes.subarray(errorAt + WORD, errorAt + WORD + numberAt(errorAt));
    const postHash = hexOf(bytes.subarray(at + WORD, at + 2 * WORD));
    return { ok: numberAt(at) === 1, postHash, outcome: numberAt(at + 2 * WORD), error: hexOf(error) };
  });
}

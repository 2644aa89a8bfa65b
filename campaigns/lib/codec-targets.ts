/** Everything that decodes in memory: what decodes has one form only. */
import {
  concat,
  decodeCall,
  decodeEnvelope,
  decodeQueueItem,
  decodeRecord,
  encodeBatch,
  encodeCall,
  encodeEnvelope,
  encodeVarint,
  fromHex,
  newVarintCursor,
  readBatchItem,
  readVarint,
  toHex,
  uintBytes,
} from "@lakh/protocol";

import { FrameType, readSubmit } from "../../packages/node/src/stream/frames.ts";
import { tagOf, randomEnvelope, randomQueueItem } from "../../test/engine/random-items.ts";
import { randomEngine } from "../../test/parity/states.ts";
import { type SeededTarget, many, sameBytes } from "./targets.ts";

const envelopes: SeededTarget = {
  name: "envelope",
  inputs: 18_000,
  seed: (random) => {
    const engine = randomEngine(random);
    const good = many(40, () => encodeEnvelope(randomEnvelope(engine, random)));
    const check = (bytes: Uint8Array): string => {
      const envelope = decodeEnvelope(bytes);
      // A looked-up digest needs the state; it must not mind what the bytes are.
      if (envelope === undefined) return engine.digestOf(bytes) === undefined ? "refused" : "digest of nothing";
      return sameBytes(bytes, encodeEnvelope(envelope));
    };
    return { good, check };
  },
};

const calls: SeededTarget = {
  name: "call",
  inputs: 12_000,
  seed: (random) => {
    const engine = randomEngine(random);
    const opsHash = tagOf(engine)(1);
    const good = many(40, () => {
      const { account, ops } = randomEnvelope(engine, random);
      return encodeCall({ account, ops, opsHash });
    });
    const check = (bytes: Uint8Array): string => {
      const call = decodeCall(bytes);
      return call === undefined ? "refused" : sameBytes(bytes, encodeCall(call));
    };
    return { good, check };
  },
};

const queueItems: SeededTarget = {
  name: "queue item",
  inputs: 12_000,
  seed: (random) => {
    const engine = randomEngine(random);
    const good = many(20, () => randomQueueItem(engine, random));
    return { good, check: (bytes) => decodeQueueItem(bytes)?.kind ?? "refused" };
  },
};

const batches: SeededTarget = {
  name: "batch",
  inputs: 12_000,
  seed: (random) => {
    const good = many(20, () => encodeBatch(many(random.below(9), () => random.bytes(1 + random.below(300)))));
    const check = (bytes: Uint8Array): string => {
      const parts: Uint8Array[] = [];
      let ended = false;
      for (let at = 0, steps = 0; at < bytes.length; steps++) {
        const { item, next } = readBatchItem(bytes, at);
        if (next <= at || steps > bytes.length) throw new Error(`no progress at ${at} of ${toHex(bytes)}`);
        if (item !== undefined) parts.push(item);
        ended ||= item === undefined;
        at = next;
      }
      return ended ? "ended early" : sameBytes(bytes, encodeBatch(parts));
    };
    return { good, check };
  },
};

const cursor = newVarintCursor();

const varints: SeededTarget = {
  name: "variable integer",
  inputs: 10_000,
  seed: (random) => {
    const good = many(40, () => encodeVarint(random.u64()));
    const check = (bytes: Uint8Array): string => {
      if (!readVarint(bytes, 0, bytes.length, cursor)) return "refused";
      const value = (BigInt(cursor.high) << 32n) | BigInt(cursor.low);
      return sameBytes(bytes.subarray(0, cursor.next), encodeVarint(value));
    };
    return { good, check };
  },
};

const records: SeededTarget = {
  name: "record",
  inputs: 10_000,
  seed: (random) => {
    const { state } = randomEngine(random);
    const good = many(30, () => state.record(1 + random.below(state.nextObject - 1)).slice());
    const check = (bytes: Uint8Array): string => {
      // Records come from nodes and proofs that were checked: no bytes may do worse than to be refused.
      try {
        return decodeRecord(bytes).kind;
      } catch (error) {
        if (error instanceof RangeError) return "refused";
        throw error;
      }
    };
    return { good, check };
  },
};

/** Most envelopes of a submission, here. */
const MOST_ITEMS = 6;

/** What a client of the stream sends. */
const submissions: SeededTarget = {
  name: "frame of the stream",
  inputs: 20_000,
  seed: (random) => {
    const good = many(20, () => {
      const items = many(1 + random.below(8), () => random.bytes(1 + random.below(300)));
      const head = concat(Uint8Array.of(FrameType.Submit), random.bytes(4), Uint8Array.of(random.below(2)));
      return concat(head, uintBytes(items.length, 2), encodeBatch(items));
    });
    const check = (bytes: Uint8Array): string => {
      const frame = readSubmit(bytes, MOST_ITEMS);
      if ("error" in frame) return frame.error;
      let at = frame.at;
      let items = 0;
      // What the frame's reader finds whole, the batch's reader must find whole too.
      for (; at < bytes.length; items++) {
        const { item, next } = readBatchItem(bytes, at);
        if (item === undefined) throw new Error(`the frame ${toHex(bytes)} is no batch at ${at}`);
        at = next;
      }
      if (items !== frame.count) throw new Error(`the frame ${toHex(bytes)} says ${frame.count} items, has ${items}`);
      return "read";
    };
    return { good, check };
  },
};

/** Nothing but bytes of hex, and back. */
const hex: SeededTarget = {
  name: "hex",
  inputs: 1000,
  seed: (random) => {
    const good = many(10, () => random.bytes(random.below(40)));
    return { good, check: (bytes) => sameBytes(bytes, fromHex(toHex(concat(bytes)))) };
  },
};

export const CODEC_TARGETS: readonly SeededTarget[] = [
  envelopes,
  calls,
  queueItems,
  batches,
  varints,
  records,
  submissions,
  hex,
];

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
} from "@lakh/protocol";

import { tagOf, randomEnvelope, randomQueueItem } from "../../test/engine/random-items.ts";
import { randomEngine } from "../../test/parity/states.ts";
import { type ByteTarget, many, mutating, sameBytes } from "./targets.ts";

const envelopes: ByteTarget = {
  name: "envelope",
  inputs: 9000,
  prepare: (random) => {
    const engine = randomEngine(random);
    const good = many(40, () => encodeEnvelope(randomEnvelope(engine, random)));
    return mutating(good, (bytes) => {
      const envelope = decodeEnvelope(bytes);
      // A looked-up digest needs the state; it must not mind what the bytes are.
      if (envelope === undefined) return engine.digestOf(bytes) === undefined ? "refused" : "digest of nothing";
      return sameBytes(bytes, encodeEnvelope(envelope));
    });
  },
};

const calls: ByteTarget = {
  name: "call",
  inputs: 6000,
  prepare: (random) => {
    const engine = randomEngine(random);
    const opsHash = tagOf(engine)(1);
    const good = many(40, () => {
      const { account, ops } = randomEnvelope(engine, random);
      return encodeCall({ account, ops, opsHash });
    });
    return mutating(good, (bytes) => {
      const call = decodeCall(bytes);
      return call === undefined ? "refused" : sameBytes(bytes, encodeCall(call));
    });
  },
};

const queueItems: ByteTarget = {
  name: "queue item",
  inputs: 6000,
  prepare: (random) => {
    const engine = randomEngine(random);
    const good = many(20, () => randomQueueItem(engine, random));
    return mutating(good, (bytes) => decodeQueueItem(bytes)?.kind ?? "refused");
  },
};

const batches: ByteTarget = {
  name: "batch",
  inputs: 6000,
  prepare: (random) => {
    const good = many(20, () => encodeBatch(many(random.below(9), () => random.bytes(1 + random.below(300)))));
    return mutating(good, (bytes) => {
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
    });
  },
};

const cursor = newVarintCursor();

const varints: ByteTarget = {
  name: "variable integer",
  inputs: 5000,
  prepare: (random) => {
    const good = many(40, () => encodeVarint(random.u64()));
    return mutating(good, (bytes) => {
      if (!readVarint(bytes, 0, bytes.length, cursor)) return "refused";
      const value = (BigInt(cursor.high) << 32n) | BigInt(cursor.low);
      return sameBytes(bytes.subarray(0, cursor.next), encodeVarint(value));
    });
  },
};

const records: ByteTarget = {
  name: "record",
  inputs: 5000,
  prepare: (random) => {
    const { state } = randomEngine(random);
    const good = many(30, () => state.record(1 + random.below(state.nextObject - 1)).slice());
    return mutating(good, (bytes) => {
      // Records come from nodes and proofs that were checked: no bytes may do worse than to be refused.
      try {
        return decodeRecord(bytes).kind;
      } catch (error) {
        if (error instanceof RangeError) return "refused";
        throw error;
      }
    });
  },
};

/** Nothing but bytes of hex, and back. */
const hex: ByteTarget = {
  name: "hex",
  inputs: 500,
  prepare: (random) => {
    const good = many(10, () => random.bytes(random.below(40)));
    return mutating(good, (bytes) => sameBytes(bytes, fromHex(toHex(concat(bytes)))));
  },
};

export const CODEC_TARGETS: readonly ByteTarget[] = [envelopes, calls, queueItems, batches, varints, records, hex];

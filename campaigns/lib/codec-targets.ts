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

/** Nothing but bytes of hex, and back. */
const hex: SeededTarget = {
  name: "hex",
  inputs: 1000,
  seed: (random) => {
    const good = many(10, () => random.bytes(random.below(40)));
    return { good, check: (bytes) => sameBytes(bytes, fromHex(toHex(concat(bytes)))) };
  },
};

export const CODEC_TARGETS: readonly SeededTarget[] = [envelopes, calls, queueItems, batches, varints, records, hex];

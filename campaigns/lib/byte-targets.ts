/** Everything that parses bytes in memory: good inputs, and what must hold for bad ones. */
import { EngineError, restoreEngine, snapshotChecksum, takeSnapshot } from "@lakh/engine";
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
import { expect } from "chai";

import { FrameType, readSubmit } from "../../packages/node/src/stream/frames.ts";
import { tagOf, randomBatchItem, randomEnvelope, randomQueueItem } from "../../test/engine/random-items.ts";
import { config, kernels, rawBatch } from "../../test/engine/world.ts";
import { randomEntry } from "../../test/parity/entries.ts";
import { randomEngine } from "../../test/parity/states.ts";
import type { Random } from "../../test/support/random.ts";
import { mutateBytes } from "./mutate.ts";

/** One parser: tries so many inputs of a round. */
export interface ByteTarget {
  readonly name: string;
  /** Inputs a round. */
  readonly inputs: number;
  /** Makes good inputs to start from; then `try` is called for many bad ones. */
  prepare(random: Random): (random: Random) => string;
}

/** Tries bad forms of some good inputs. @param check says what came of it, and throws when that must not be */
function mutating(good: readonly Uint8Array[], check: (bytes: Uint8Array) => string): (random: Random) => string {
  return (random) => {
    const bytes = random.chance(0.05)
      ? random.bytes(random.below(200))
      : mutateBytes(random.pick(good), random, random.pick(good));
    return check(bytes);
  };
}

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** What decodes encodes to the same bytes. */
function sameBytes(bytes: Uint8Array, again: Uint8Array): string {
  if (Buffer.compare(bytes, again) !== 0) throw new Error(`two forms of one value: ${toHex(bytes)}, ${toHex(again)}`);
  return "decoded";
}

const envelopes: ByteTarget = {
  name: "envelope",
  inputs: 4000,
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
  inputs: 3000,
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
  inputs: 3000,
  prepare: (random) => {
    const engine = randomEngine(random);
    const good = many(20, () => randomQueueItem(engine, random));
    return mutating(good, (bytes) => decodeQueueItem(bytes)?.kind ?? "refused");
  },
};

const batches: ByteTarget = {
  name: "batch",
  inputs: 2000,
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
  inputs: 4000,
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
  inputs: 2000,
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

const snapshots: ByteTarget = {
  name: "snapshot",
  inputs: 20,
  prepare: (random) => {
    const engine = randomEngine(random);
    const good = takeSnapshot(engine);
    return (next) => {
      const bytes = mutateBytes(good, next);
      // Half of them with a good checksum, so that what is behind it is reached.
      const end = bytes.length - 32;
      if (next.chance(0.5) && end > 0) bytes.set(snapshotChecksum(bytes.subarray(0, end), kernels), end);
      try {
        const restored = restoreEngine(bytes, config, kernels);
        return sameBytes(bytes, takeSnapshot(restored));
      } catch (error) {
        if (error instanceof EngineError) return error.code;
        throw error;
      }
    };
  },
};

const execution: ByteTarget = {
  name: "executed batch",
  inputs: 60,
  prepare: (random) => {
    const engine = randomEngine(random);
    const items = many(6, () => randomBatchItem(engine, random));
    return (next) => {
      const payload = mutateBytes(encodeBatch(items), next);
      if (payload.length === 0) return "empty";
      const { entry, time } = engine.state;
      const { header } = rawBatch(time, payload);
      const outcomes = engine.applyEntry(header, payload);
      expect(engine.machine()).to.include({ entry: entry + 1n, cursor: 0 });
      return outcomes.every((outcome) => outcome === 0) ? "all took effect" : "some refused";
    };
  },
};

const entries: ByteTarget = {
  name: "executed entry of edge cases",
  inputs: 8,
  prepare: (random) => {
    const engine = randomEngine(random);
    return (next) => {
      const { header, payload } = randomEntry(engine, next);
      const before = engine.state.entry;
      engine.applyEntry(header, payload);
      expect(engine.state.entry).to.equal(before + 1n);
      return "executed";
    };
  },
};

/** Most envelopes of a submission, here. */
const MOST_ITEMS = 6;

const frames: ByteTarget = {
  name: "frame of the stream",
  inputs: 3000,
  prepare: (random) => {
    const good = many(20, () => {
      const items = many(1 + random.below(8), () => random.bytes(1 + random.below(300)));
      const head = concat(Uint8Array.of(FrameType.Submit), random.bytes(4), Uint8Array.of(random.below(2)));
      return concat(head, Uint8Array.of(0, items.length), encodeBatch(items));
    });
    return mutating(good, (bytes) => {
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

export const BYTE_TARGETS: readonly ByteTarget[] = [
  envelopes,
  calls,
  queueItems,
  batches,
  varints,
  records,
  snapshots,
  execution,
  entries,
  frames,
  hex,
];

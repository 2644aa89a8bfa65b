/** Seeded random entries over an engine's state: batches with prefixes of every kind, slices of queue items. */
import type { Engine, WitnessEntry } from "@lakh/engine";
import { concat, encodeBatch, toHex } from "@lakh/protocol";

import { randomBatchItem, randomQueueItem } from "../engine/random-items.ts";
import { rawBatch, sliceEntry } from "../engine/world.ts";
import { blobEntry } from "../support/blobs.ts";
import type { Random } from "../support/random.ts";
import { edgeBatchItem, edgeQueueItem } from "./edges.ts";

/** Few entries are in blobs: each of their steps takes a fifth of a second to prove. */
const BLOBS = 0.0005;

/** An entry that the engine may take up next. Its items are made for the state before it. */
export function randomEntry(engine: Engine, random: Random): WitnessEntry {
  const accBefore = toHex(random.bytes(32));
  const before = engine.state.time;
  const later = before + BigInt(random.below(200));
  const time = later < 2n ** 64n ? later : before;
  if (random.chance(BLOBS)) return { ...blobEntry(time, randomBatch(engine, random, time)), accBefore };
  if (random.chance(0.7)) return { ...rawBatch(time, randomBatch(engine, random, time)), accBefore };
  const items = Array.from({ length: 1 + random.below(6) }, () =>
    random.chance(0.7) ? randomQueueItem(engine, random) : edgeQueueItem(engine, random, time),
  );
  return { ...sliceEntry(time, items, random.u64() >> 1n), accBefore };
}

function randomBatch(engine: Engine, random: Random, time: bigint): Uint8Array {
  const items = Array.from({ length: random.below(7) }, () => {
    if (random.chance(0.1)) return random.bytes(1 + random.below(1024));
    return random.chance(0.6) ? randomBatchItem(engine, random) : edgeBatchItem(engine, random, time);
  });
  const tail = items.length === 0 || random.chance(0.3) ? badPrefix(random) : new Uint8Array(0);
  const batch = concat(encodeBatch(items), tail);
  // The whole batch is sometimes long, so that its proof is.
  return random.chance(0.05) ? concat(batch, new Uint8Array(random.below(20_000))) : batch;
}

/** Bytes that are no item: each a way to fail. */
function badPrefix(random: Random): Uint8Array {
  const more = random.bytes(random.below(30));
  switch (random.below(9)) {
    case 0:
      return Uint8Array.of(0); // a heartbeat
    case 1:
      return concat(Uint8Array.of(0), more); // no bytes
    case 2:
      return concat(Uint8Array.of(0x80, random.below(128)), random.bytes(128)); // not the shortest form
    case 3:
      return concat(Uint8Array.of(0x84, 0x01), random.bytes(1100)); // 1,025
    case 4:
      return concat(Uint8Array.of(0x84, 0x00), random.bytes(random.below(1023))); // 1,024, cut short
    case 5:
      return Uint8Array.of(0x80 + random.below(64)); // half a prefix
    case 6:
      return Uint8Array.of(2 + random.below(126), random.below(256)); // an item cut short
    case 7:
      return concat(Uint8Array.of(0xc0 + random.below(64)), more); // a longer form, whole or cut short
    default:
      return concat(new Uint8Array(random.below(9)).fill(0xff), Uint8Array.of(0xff), more);
  }
}

/** The node's files of checksummed records: torn, mixed up, or with content that nobody wrote. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { type Hex, EntryKind, ZERO_HASH, concat, toHex } from "@lakh/protocol";

import type { ExecutedEntry } from "../../packages/node/src/chain.ts";
import { SequencerLog } from "../../packages/node/src/log/sequencer-log.ts";
import { Archive } from "../../packages/node/src/store/archive.ts";
import { RecordFile } from "../../packages/node/src/store/record-file.ts";
import { Results } from "../../packages/node/src/store/results.ts";
import type { Random } from "../../test/support/random.ts";
import { mutateBytes } from "./mutate.ts";
import { type WireTarget, codeOf, many } from "./targets.ts";

/** A file of whole records, as `RecordFile` writes them. */
function fileOf(records: readonly Uint8Array[]): Uint8Array {
  const heads = records.map((record) => {
    const head = new Uint8Array(8);
    const view = new DataView(head.buffer);
    view.setUint32(0, record.length, true);
    view.setUint32(4, crc32(record), true);
    return head;
  });
  return concat(...records.flatMap((record, i) => [heads[i] as Uint8Array, record]));
}

async function recordsOf(path: string): Promise<Uint8Array[]> {
  const records: Uint8Array[] = [];
  const { file } = await RecordFile.open(path, (record) => records.push(record.slice()));
  await file.close();
  return records;
}

function recordFile(folder: string): WireTarget {
  const path = join(folder, "records");
  return {
    name: "record file",
    inputs: 60,
    try: async (random) => {
      const written = many(1 + random.below(8), () => random.bytes(random.below(60)));
      writeFileSync(path, mutateBytes(fileOf(written), random));
      const known = new Set<Hex>(written.map(toHex));
      let strange: Hex | undefined;
      const { file, cutBytes } = await RecordFile.open(path, (record) => {
        if (!known.has(toHex(record))) strange = toHex(record);
      });
      await file.close();
      // What is read is what was written: whole records from the start, but for twins that were copied whole.
      if (strange !== undefined) throw new Error(`a record that nobody wrote: ${strange}`);
      return cutBytes > 0 ? "cut" : "whole";
    },
  };
}

/** Good checksums around other records: what a mixed-up folder or a bug would hold. */
function mixedUp(good: readonly Uint8Array[], random: Random): Uint8Array {
  const records = good.slice(0, 1 + random.below(good.length));
  for (let i = random.below(3); i > 0; i--) {
    const at = random.below(records.length);
    const record = records[at] as Uint8Array;
    if (random.chance(0.2)) records.splice(at, random.below(2), random.pick(good));
    else records[at] = mutateBytes(record, random, random.pick(good));
  }
  return fileOf(records);
}

/** A record as the log may hold it next: an entry opened, an item, a seal. */
function nextRecord(isOpen: boolean, random: Random): Uint8Array {
  if (random.chance(0.1)) return concat(Uint8Array.of(random.below(7)), random.bytes(random.below(70)));
  if (!isOpen) return concat(Uint8Array.of(1), random.bytes(8), Uint8Array.of(random.below(2)));
  return random.chance(0.5)
    ? concat(Uint8Array.of(2), random.bytes(random.below(70)))
    : concat(Uint8Array.of(3), random.bytes(32));
}

function sequencerLog(folder: string): WireTarget {
  const path = join(folder, "log");
  return {
    name: "sequencer's log",
    inputs: 60,
    try: async (random) => {
      let isOpen = false;
      const records = many(1 + random.below(9), () => {
        const record = nextRecord(isOpen, random);
        isOpen = record[0] === 1 || record[0] === 2;
        return record;
      });
      writeFileSync(path, random.chance(0.2) ? mutateBytes(fileOf(records), random) : fileOf(records));
      return codeOf(async () => (await SequencerLog.open(path)).log.close());
    },
  };
}

const l1 = { block: 5, blockHash: ZERO_HASH, transaction: ZERO_HASH };
const MOST_READ = 12;

/** What a follower's archive holds after three passes, the second of which a fork took back. */
async function archived(path: string): Promise<Uint8Array[]> {
  const archive = await Archive.open(path);
  const batch = (number: number) => {
    const header = { kind: EntryKind.Calldata, time: 7n, a: 3n, b: 0n, hash: ZERO_HASH };
    return { number, header, accBefore: ZERO_HASH, acc: ZERO_HASH, payload: Uint8Array.of(1, 2, 3), l1 };
  };
  const item = (index: number) => ({ index, time: 7n, item: Uint8Array.of(4, 5), l1 });
  const slice = {
    ...batch(1),
    header: { ...batch(1).header, kind: EntryKind.Queue, a: 0n, b: 1n },
    payload: [item(0).item],
  };
  const first = { block: 5, hash: ZERO_HASH, entries: 2, queue: 1 };
  archive.append([item(0)], [batch(0), slice], first);
  archive.append([], [batch(2)], { ...first, block: 6, entries: 3 });
  archive.rollback(first);
  archive.append([item(1)], [batch(2), batch(3)], { ...first, block: 7, entries: 4, queue: 2 });
  await archive.close();
  return recordsOf(path);
}

async function archiveFile(folder: string): Promise<WireTarget> {
  const good = await archived(join(folder, "l1.good"));
  const path = join(folder, "l1");
  return {
    name: "archive of L1",
    inputs: 60,
    try: async (random) => {
      writeFileSync(path, mixedUp(good, random));
      return codeOf(async () => {
        const archive = await Archive.open(path);
        try {
          archive.archived();
          for (let i = 0; i < Math.min(archive.length, MOST_READ); i++) {
            archive.info(i);
            archive.includedBefore(i);
            await archive.entry(i);
          }
        } finally {
          await archive.close();
        }
      });
    },
  };
}

async function resultsFile(folder: string): Promise<WireTarget> {
  const path = join(folder, "results");
  const results = await Results.open(path);
  const before = { stateRoot: ZERO_HASH, nextObject: 2, nextExit: 0n, entry: 0n, cursor: 0, time: 0n, fees: 0n };
  const executed = many(5, () => 0).map((_, number) => ({ entry: { number }, before, outcomes: Uint8Array.of(0, 7) }));
  results.append(executed as unknown as ExecutedEntry[]);
  await results.close();
  const good = await recordsOf(path);
  return {
    name: "results of entries",
    inputs: 60,
    try: async (random) => {
      writeFileSync(path, mixedUp(good, random));
      return codeOf(async () => {
        const found = await Results.open(path);
        try {
          for (let i = 0; i < MOST_READ; i++) await found.of((found.from ?? 0) + i);
        } finally {
          await found.close();
        }
      });
    },
  };
}

export async function recordTargets(folder: string): Promise<WireTarget[]> {
  return [recordFile(folder), sequencerLog(folder), await archiveFile(folder), await resultsFile(folder)];
}

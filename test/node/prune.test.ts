/** The archive without the data that a confirmed claim covers. */
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { EntryKind, type Hex, ZERO_HASH, toHex } from "@lakh/protocol";
import { CodedError, silentLog } from "@lakh/service";
import { expect } from "chai";

import { Archive } from "../../packages/node/src/store/archive.ts";
import { pruneArchive, pruneConfirmed } from "../../packages/node/src/store/prune.ts";
import { Snapshots } from "../../packages/node/src/store/snapshots.ts";
import { seededBytes } from "../support/random.ts";
import { cleanUp, tempDir } from "./world.ts";

const place = { block: 5, blockHash: ZERO_HASH, transaction: ZERO_HASH };
const accOf = (number: number): Hex => toHex(seededBytes(`acc ${number}`, 32));
const DATA_BYTES = 700_000;
const dataOf = (number: number): Uint8Array => new Uint8Array(DATA_BYTES).fill(number + 1);

/** An archive of a batch in calldata, a slice, and two batches in blobs, one of which is kept as its blobs. */
async function newArchive(path: string): Promise<void> {
  const archive = await Archive.open(path);
  const kinds = [EntryKind.Calldata, EntryKind.Queue, EntryKind.Blobs, EntryKind.Blobs];
  const entries = kinds.map((kind, number) => {
    const data = dataOf(number);
    const header = { kind, time: 7n, a: 0n, b: 1n, hash: ZERO_HASH };
    const info = { number, header, accBefore: accOf(number), acc: accOf(number + 1), l1: place };
    const payload = kind === EntryKind.Queue ? [data] : data;
    return number === 2 ? { ...info, payload, blobs: [data] } : { ...info, payload };
  });
  archive.append([], entries, { block: 5, hash: ZERO_HASH, entries: entries.length, queue: 0 });
  await archive.close();
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof CodedError ? `${error.severity} ${error.code}` : String(error)),
  );

describe("node > pruning of the archive", () => {
  afterEach(cleanUp);

  it("drops the data of batches before an entry, keeps their places, all slices and all the rest, whatever a crash left", async () => {
    const path = join(await tempDir(), "l1.records");
    await newArchive(path);
    await writeFile(`${path}.new`, "half of an earlier try");
    expect(await pruneArchive(path, 3)).to.be.within(3 * DATA_BYTES, 3 * DATA_BYTES + 100);
    expect((await stat(path)).size).to.be.within(2 * DATA_BYTES, 2 * DATA_BYTES + 2000);
    const archive = await Archive.open(path);
    expect([archive.length, archive.keptFrom, archive.archived().accs]).to.deep.equal([4, 3, [1, 2, 3, 4].map(accOf)]);
    for (const number of [0, 2]) expect(await codeOf(archive.entry(number))).to.equal("retry NotFound");
    for (const number of [1, 3]) {
      const { payload } = await archive.entry(number);
      const bytes = payload instanceof Uint8Array ? payload : payload[0];
      expect(Buffer.compare(bytes ?? new Uint8Array(), dataOf(number))).to.equal(0);
    }
    await archive.close();
    expect(await pruneArchive(path, 3, 1)).to.equal(0);
  });

  it("goes no further than a snapshot, nor than the confirmed claim", async () => {
    const path = join(await tempDir(), "l1.records");
    await newArchive(path);
    const snapshots = Snapshots.inMemory(4);
    const claim = { id: ZERO_HASH, entry: 3, acc: ZERO_HASH, machine: {} as never, machineHash: ZERO_HASH };
    const parts = { snapshots, confirmed: async () => claim, log: silentLog() };
    const keptFrom = async (): Promise<number> => {
      await pruneConfirmed(path, parts);
      const archive = await Archive.open(path);
      await archive.close();
      return archive.keptFrom;
    };
    expect(await keptFrom()).to.equal(0);
    await snapshots.put({ entry: 4, acc: accOf(4) }, [new Uint8Array(1)], 0);
    expect(await keptFrom()).to.equal(0);
    const early = Snapshots.inMemory(4);
    for (const entry of [3, 4]) await early.put({ entry, acc: accOf(entry) }, [new Uint8Array(1)], 0);
    await pruneConfirmed(path, { ...parts, snapshots: early, confirmed: async () => undefined });
    expect(await keptFrom()).to.equal(0);
    await pruneConfirmed(path, { ...parts, snapshots: early });
    expect(await keptFrom()).to.equal(3);
  });
});

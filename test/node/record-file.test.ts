import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { hasCode, silentLog } from "@lakh/service";
import { expect } from "chai";

import { Disk } from "../../packages/node/src/store/disk.ts";
import { RecordFile } from "../../packages/node/src/store/record-file.ts";
import { fillDisk } from "../support/full-disk.ts";
import { Random, SEED } from "../support/random.ts";
import { cleanUp, tempDir } from "./world.ts";

async function readAll(
  path: string,
): Promise<{ records: Uint8Array[]; places: number[]; cutBytes: number; file: RecordFile }> {
  const records: Uint8Array[] = [];
  const places: number[] = [];
  const { file, cutBytes } = await RecordFile.open(path, (record, at) => {
    records.push(record.slice());
    places.push(at);
  });
  return { records, places, cutBytes, file };
}

describe("node > record file", () => {
  afterEach(cleanUp);

  it("gives back what was committed, in order and by place", async () => {
    const path = join(await tempDir(), "records");
    const { file } = await readAll(path);
    const places = [file.append(Uint8Array.of(1)), file.append(Uint8Array.of(2), Uint8Array.of(3, 4)), file.append()];
    await Promise.all([file.commit(), file.commit()]);
    expect(await file.read(places[1] as number)).to.deep.equal(Buffer.of(2, 3, 4));
    await file.close();
    const again = await readAll(path);
    expect(again.records.map((record) => [...record])).to.deep.equal([[1], [2, 3, 4], []]);
    expect(again.places).to.deep.equal(places);
    await again.file.close();
  });

  it(`cuts a torn end at every byte, and no whole record (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    const folder = await tempDir();
    const path = join(folder, "records");
    const { file } = await readAll(path);
    const ends: number[] = [0];
    for (let i = 0; i < 6; i++) {
      file.append(random.bytes(random.below(20)));
      ends.push(file.size);
    }
    await file.close();
    const whole = await readFile(path);
    for (let length = 0; length <= whole.length; length++) {
      const torn = join(folder, "torn");
      await writeFile(torn, whole.subarray(0, length));
      const { records, cutBytes, file: opened } = await readAll(torn);
      const kept = ends.filter((end) => end <= length).length - 1;
      expect(records.length).to.equal(kept);
      expect(cutBytes).to.equal(length - (ends[kept] as number));
      opened.append(Uint8Array.of(9));
      await opened.close();
      const after = await readAll(torn);
      expect(after.records.length).to.equal(kept + 1);
      await after.file.close();
    }
  });

  it("stops at a record whose bytes changed", async () => {
    const path = join(await tempDir(), "records");
    const { file } = await readAll(path);
    file.append(Uint8Array.of(1, 2, 3));
    const second = file.append(Uint8Array.of(4, 5, 6));
    await file.close();
    const bytes = await readFile(path);
    bytes[second + 9] = 0;
    await writeFile(path, bytes);
    const { records, file: opened } = await readAll(path);
    expect(records.length).to.equal(1);
    await opened.close();
  });

  it("promises nothing after a write failed", async () => {
    const path = join(await tempDir(), "records");
    const { file } = await readAll(path);
    await file.close();
    file.append(Uint8Array.of(1));
    const error: unknown = await file.commit().catch((caught: unknown) => caught);
    expect(hasCode(error, "StoreIo")).to.equal(true);
  });

  it("reads records larger than its window", async () => {
    const path = join(await tempDir(), "records");
    const { file } = await readAll(path);
    const large = new Uint8Array(9 << 20).fill(7);
    file.append(large);
    file.append(Uint8Array.of(1));
    await file.close();
    const again = await readAll(path);
    expect(again.records.map((record) => record.length)).to.deep.equal([large.length, 1]);
    await again.file.close();
  });

  it("waits on a full disk, leaves nothing half written, and goes on when there is room", async () => {
    const path = join(await tempDir(), "records");
    let tell: () => void = () => undefined;
    const isTold = new Promise<void>((resolve) => (tell = resolve));
    const disk = new Disk({ ...silentLog(), error: () => tell(), info: () => undefined });
    const { file } = await RecordFile.open(path, () => undefined, disk);
    file.append(Uint8Array.of(1, 2, 3));
    await file.commit();
    const whole = await readFile(path);
    await fillDisk(path, 2);
    file.append(Uint8Array.of(4));
    const committed = file.commit();
    await isTold;
    expect(disk.isFull).to.equal(true);
    file.append(Uint8Array.of(5));
    await committed;
    expect(disk.isFull).to.equal(false);
    await file.close();
    const { records, cutBytes, file: again } = await readAll(path);
    expect(records.map((record) => [...record])).to.deep.equal([[1, 2, 3], [4], [5]]);
    expect(cutBytes).to.equal(0);
    expect((await readFile(path)).subarray(0, whole.length).equals(whole)).to.equal(true);
    await again.close();
  });

  it("gives up on a full disk when it is closed", async () => {
    const path = join(await tempDir(), "records");
    const { file } = await RecordFile.open(path, () => undefined);
    const restore = await fillDisk(path, 1_000);
    file.append(Uint8Array.of(4));
    const code = await file.close().catch((error: unknown) => hasCode(error, "StoreIo"));
    expect(code).to.equal(true);
    restore();
  });
});

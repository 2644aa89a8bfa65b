import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { takeLock } from "@lakh/service";
import { expect } from "chai";

describe("service > takeLock", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-lock-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is held by one at a time", () => {
    const file = join(folder, "one.lock");
    const release = takeLock(file);
    expect(() => takeLock(file))
      .to.throw()
      .with.property("code", "Locked");
    release();
    expect(existsSync(file)).to.equal(false);
    takeLock(file)();
  });

  it("is refused while its process lives, and taken over when it is gone", () => {
    const file = join(folder, "other.lock");
    writeFileSync(file, `${process.ppid}\n`);
    expect(() => takeLock(file))
      .to.throw()
      .with.property("code", "Locked");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file, `${pid}\n`);
    takeLock(file)();
    writeFileSync(file, "rubbish");
    takeLock(file)();
  });
});

/** A file system of a few megabytes, which can be filled to its last byte: by `mount`, so for root, or under `unshare -rm`. */
import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { onCleanUp, tempDir } from "../../test/node/world.ts";

const run = promisify(execFile);

/** Written at once, down to what the file system gives at least. */
const CHUNKS = [1 << 16, 1 << 12] as const;

export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Mounts one on a folder until `cleanUp`. @throws Error where this process may not mount */
  static async mount(folder: string, bytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
    onCleanUp(() => run("umount", ["-l", folder]));
    return new SmallDisk(folder);
  }

  /** Why none can be mounted here; undefined when one can. */
  static async whyNot(): Promise<string | undefined> {
    const folder = join(await tempDir(), "disk");
    return SmallDisk.mount(folder, 1 << 16).then(
      () => undefined,
      (error: unknown) => String(error).trim(),
    );
  }

  /** Fills it but for about so many bytes. */
  async fill(left: number): Promise<void> {
    const file = await open(this.ballast, "w");
    try {
      let size = 0;
      for (const chunk of CHUNKS)
        for (let written = chunk; written === chunk; size += written)
          written = await file.write(new Uint8Array(chunk)).then(
            ({ bytesWritten }) => bytesWritten,
            () => 0,
          );
      await file.truncate(Math.max(0, size - left));
    } finally {
      await file.close();
    }
  }

  /** Gives the room back. */
  async free(): Promise<void> {
    await rm(this.ballast, { force: true });
  }

  private get ballast(): string {
    return join(this.folder, "ballast");
  }
}

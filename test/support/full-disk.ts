/** A disk that writes find full; `campaign:disk` has a real one. */
import { open } from "node:fs/promises";

import { onCleanUp } from "../node/world.ts";

/** A FileHandle's, as record files call it. */
type Write = (this: unknown, bytes: Uint8Array, at: number) => Promise<{ bytesWritten: number }>;

/** Lets so many writes of any file find the disk full, each after some bytes. @returns how to end that */
export async function fillDisk(path: string, times: number): Promise<() => void> {
  const handle = await open(path, "r");
  const proto = Object.getPrototypeOf(handle) as { write: Write };
  await handle.close();
  const { write } = proto;
  let left = times;
  const restore = (): void => void (proto.write = write);
  onCleanUp(restore);
  proto.write = async function (bytes, at) {
    if (left-- <= 0) {
      restore();
      return write.call(this, bytes, at);
    }
    await write.call(this, bytes.subarray(0, at + 1), at);
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  };
  return restore;
}

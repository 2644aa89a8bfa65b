/** Public test vectors in the folder that LAKH_DATA names; tests that need them are skipped where it is not set. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Context } from "mocha";

export function readVectors<Vectors>(test: Context, file: string): Vectors {
  const folder = process.env.LAKH_DATA;
  if (folder === undefined) {
    console.log(`      skipped: set LAKH_DATA to the folder that holds vectors/${file}`);
    test.skip();
  }
  return JSON.parse(readFileSync(join(folder, "vectors", file), "utf8")) as Vectors;
}

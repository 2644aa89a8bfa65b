/** Published test vectors that are not part of this repository: `LAKH_DATA` names the folder that holds them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The parsed file under `vectors/`, or undefined when the folder is not there: such a test skips, visibly. */
export function publicVectors<T>(name: string): T | undefined {
  const folder = process.env.LAKH_DATA;
  if (folder === undefined) return undefined;
  const path = join(folder, "vectors", name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

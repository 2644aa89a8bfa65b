/**
 * The largest functions of the CPU profiles that `npm run bench -- --profile FOLDER` leaves:
 * `node bench/profile.ts FOLDER [--last SECONDS --most N]`. The table of stages is the bench's own (`--stages`).
 */
import { parseArgs } from "node:util";

import { readProfiles } from "./measure/profiles.ts";
import { stageOf } from "./measure/stage-names.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { last: { type: "string", default: "10" }, most: { type: "string", default: "40" } },
});
const folder = positionals[0];
if (folder === undefined) throw new Error("name the folder of the profiles");

const sums = new Map<string, number>();
for (const functions of readProfiles(folder, Number(values.last)))
  for (const [name, microseconds] of functions) sums.set(name, (sums.get(name) ?? 0) + microseconds);
const busy = [...sums.values()].reduce((sum, value) => sum + value, 0);
for (const [name, microseconds] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, Number(values.most)))
  console.log(`${((100 * microseconds) / busy).toFixed(1).padStart(6)} %  ${name}  [${stageOf(name)}]`);

/**
 * Where the node's threads spend their time: `node bench/profile.ts FOLDER` sums the CPU profiles that `npm run bench --
 * --profile FOLDER` leaves there, by thread and source file, and the busiest functions.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { REPO } from "./stack/processes.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 14;
/** The thread has nothing to do. */
const IDLE = "(idle)";

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder of the profiles");
for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile")))
  show(file, JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile);

function show(file: string, { nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, i) => {
    const { functionName = "?", url = "" } = frames.get(id) ?? {};
    if (functionName === IDLE) return;
    const microseconds = timeDeltas[i] ?? 0;
    const place = url === "" ? functionName || "(native)" : url.replace(`file://${REPO}/`, "");
    busy += microseconds;
    byFile.set(place, (byFile.get(place) ?? 0) + microseconds);
    const name = `${functionName || "(anonymous)"}  ${url === "" ? "" : place}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + microseconds);
  });
  console.log(`${file}: busy ${(busy / 1e6).toFixed(2)} s`);
  for (const sums of [byFile, byFunction])
    for (const [name, microseconds] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, SHOWN))
      console.log(`  ${((100 * microseconds) / busy).toFixed(1).padStart(5)} %  ${name}`);
}

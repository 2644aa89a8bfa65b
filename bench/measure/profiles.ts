/** The CPU profiles that a node leaves (`--cpu-prof`): one of each of its JavaScript threads, summed by function. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { REPO } from "../stack/processes.ts";
import { functionText, isWaiting } from "./stage-names.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds by function while a thread had something to do. */
export type Functions = ReadonlyMap<string, number>;

/**
 * The profiles of a folder, the main thread's first, then the workers in the order in which they were started.
 * @param seconds only so much at the end of each counts
 */
export function readProfiles(folder: string, seconds: number): Functions[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"));
  return files
    .map((name) => ({ name, thread: Number(name.split(".")[4]) }))
    .sort((a, b) => a.thread - b.thread)
    .map(({ name }) => sumOf(JSON.parse(readFileSync(join(folder, name), "utf8")) as Profile, seconds));
}

function sumOf({ nodes, samples, timeDeltas }: Profile, seconds: number): Functions {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => {
      return [id, functionText(functionName, url.replace(`file://${REPO}/`, ""))];
    }),
  );
  const sums = new Map<string, number>();
  let left = 1e6 * seconds;
  for (let i = samples.length - 1; i >= 0 && left > 0; i--) {
    const microseconds = timeDeltas[i] ?? 0;
    left -= microseconds;
    const name = names.get(samples[i] as number) ?? "?";
    if (!isWaiting(name)) sums.set(name, (sums.get(name) ?? 0) + microseconds);
  }
  return sums;
}

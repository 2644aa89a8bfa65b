/** Starts a flooding process, and hears what came of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { Tally } from "./campaign.ts";
import type { FloodPlan, FloodWord } from "./flood-plan.ts";

export interface Flooder {
  /** Connections that it holds, and those that it was refused. */
  readonly held: number;
  readonly refused: number;
  /** Ends the flood; what was tried goes into the tally. */
  end(tally: Tally): Promise<void>;
}

/** Resolves when the flood begins. */
export async function startFlooder(plan: FloodPlan): Promise<Flooder> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "flood-child.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const words = createInterface({ input: child.stdout });
  const heard: FloodWord[] = [];
  const hear = (): Promise<void> => Promise.race([once(words, "line"), exited]).then(() => undefined);
  words.on("line", (line) => heard.push(JSON.parse(line) as FloodWord));
  const word = async <K extends FloodWord["kind"]>(kind: K): Promise<FloodWord & { kind: K }> => {
    while (child.exitCode === null && !heard.some((one) => one.kind === kind)) await hear();
    const found = heard.find((one): one is FloodWord & { kind: K } => one.kind === kind);
    if (found === undefined) throw new Error(`the flooding process ended with ${child.exitCode}`);
    return found;
  };
  child.stdin.write(`${JSON.stringify(plan)}\n`);
  const { held, refused } = await word("open");
  const end = async (tally: Tally): Promise<void> => {
    child.stdin.end();
    for (const row of (await word("tally")).rows) tally.count(...row);
    await exited;
  };
  return { held, refused, end };
}

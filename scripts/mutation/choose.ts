/** Which mutants a campaign plays, with which tests, and what they are called. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Random } from "../../test/support/random.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const tests = (folder: string, ...names: string[]): string[] => names.map((name) => `test/${folder}/${name}.test.ts`);

/** Tests by contract, the quickest to fail first. Gas is no behaviour: those tests would kill for the wrong reason. */
const TESTS: readonly (readonly [contracts: RegExp, tests: readonly string[]])[] = [
  [
    /^contracts\/(Inbox|lib\/ChunkTree)\.sol$/,
    [
      ...tests("inbox", "constructor", "batch", "queue", "random", "chunk-tree", "blobs"),
      ...tests("security", "silence"),
    ],
  ],
  [
    /^contracts\/(Bridge|lib\/ExitProof|lib\/Payout)\.sol$/,
    [
      ...tests("bridge", "constructor", "deposit", "exit-proof", "exits", "accounting", "credits"),
      ...tests("security", "calldata"),
    ],
  ],
  [
    /^contracts\/(Claims\.sol|dispute\/)/,
    [
      ...tests("claims", "money", "line-end", "line", "claim", "trace-tree"),
      ...tests("security", "rewards"),
      ...tests("model", "agreement"),
    ],
  ],
  [
    /^contracts\/engine\//,
    [
      ...tests("step", "vectors", "swap", "errors", "outcomes", "varint"),
      ...tests("security", "replay"),
      ...tests("step", "state-tree", "blobs"),
      ...tests("parity", "parity", "blobs"),
      ...tests("security", "starvation"),
      ...tests("parity", "mutations"),
    ],
  ],
];
const GENERATED = ["contracts/engine/Constants.sol", "contracts/engine/Outcomes.sol"];

export interface Placed extends Mutant {
  readonly file: string;
  /** Where, what, and into what: `contracts/Inbox.sol:91:23 comparison: <= → <`. */
  readonly title: string;
}

/** All mutants of the contracts that have tests, by file and place. */
export function allMutants(root: string): Placed[] {
  return globSync("contracts/**/*.sol", { cwd: root })
    .filter((file) => testsOf(file).length > 0 && !GENERATED.includes(file))
    .toSorted()
    .flatMap((file) => placedIn(root, file));
}

/** Test files of a contract, in the order in which they run. */
export function testsOf(file: string): readonly string[] {
  return TESTS.find(([contracts]) => contracts.test(file))?.[1] ?? [];
}

/** `count` of them by the seed, in their order. */
export function choose(from: readonly Placed[], count: number, seed: number): Placed[] {
  const random = new Random(seed);
  const left = from.map((_, index) => index);
  const chosen = new Set<number>();
  while (chosen.size < count && left.length > 0)
    for (const index of left.splice(random.below(left.length), 1)) chosen.add(index);
  return from.filter((_, index) => chosen.has(index));
}

function placedIn(root: string, file: string): Placed[] {
  const source = readFileSync(join(root, file), "utf8");
  return mutantsOf(source).map((mutant) => ({ ...mutant, file, title: titleOf(file, source, mutant) }));
}

function titleOf(file: string, source: string, { kind, start, end, text }: Mutant): string {
  const before = source.slice(0, start).split("\n");
  const shown = (code: string): string => code.replace(/\s+/g, " ").trim() || "nothing";
  const place = `${file}:${before.length}:${(before.at(-1) ?? "").length + 1}`;
  return `${place} ${kind}: ${shown(source.slice(start, end))} → ${shown(text)}`;
}

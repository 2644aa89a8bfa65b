/**
 * `npm run mutate -- [--cases N] [--seed S] [--file TEXT] [--list]`: spoils the contracts, one small change at a time, in a
 * copy of the project in the system's folder for temporary files, and runs the tests of the changed contract there. A mutant
 * is killed when a test fails (or ends in no time), survives when none does; one that does not compile is left out.
 * Survivors are printed with their place; `--file` takes the contracts whose path contains TEXT; `--list` only counts.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Random } from "../test/support/random.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const root = join(import.meta.dirname, "..");
/** What the tests of the contracts need. */
const PARTS = [
  "contracts",
  "test",
  "packages/engine",
  "spec",
  "vectors",
  "parameters",
  "goldens",
  "artifacts",
  "cache",
];
const FILES = ["hardhat.config.ts", "package.json", "tsconfig.json"];
/** Most time that building, and testing, one mutant may take, milliseconds. */
const PATIENCE = 600_000;
/** Tests by contract, the quickest to fail first. Gas is no behaviour: those tests would kill for the wrong reason. */
const TESTS: readonly (readonly [contracts: RegExp, tests: readonly string[]])[] = [
  [/^contracts\/(Inbox|lib\/ChunkTree)\.sol$/, ["test/inbox/*.test.ts", "test/security/silence.test.ts"]],
  [
    /^contracts\/(Bridge|lib\/ExitProof|lib\/Payout)\.sol$/,
    ["test/bridge/*.test.ts", "test/security/calldata.test.ts"],
  ],
  [
    /^contracts\/(Claims\.sol|dispute\/)/,
    ["test/claims/*.test.ts", "test/security/rewards.test.ts", "test/model/agreement.test.ts"],
  ],
  [
    /^contracts\/engine\//,
    ["test/step/*.test.ts", "test/security/{starvation,replay}.test.ts", "test/parity/*.test.ts"],
  ],
];
const GENERATED = ["contracts/engine/Constants.sol", "contracts/engine/Outcomes.sol"];

interface Placed extends Mutant {
  readonly file: string;
  readonly line: number;
}
type Verdict = "killed" | "survived" | "invalid";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    file: { type: "string", default: "" },
    list: { type: "boolean", default: false },
  },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed) || seed < 0) {
  console.error("usage: npm run mutate -- [--cases N] [--seed S] [--file TEXT] [--list]; N from 1, S from 0");
  process.exit(2);
}

const all = globSync("contracts/**/*.sol", { cwd: root })
  .filter((file) => testsOf(file).length > 0 && !GENERATED.includes(file) && file.includes(values.file))
  .toSorted()
  .flatMap(placedIn);
console.log(`${all.length} mutants to choose from, seed ${seed}`);
if (!values.list) campaign(choose(all, cases));

/** Plays the mutants one after the other. */
function campaign(mutants: readonly Placed[]): void {
  const copy = mkdtempSync(join(tmpdir(), "lakh-mutants-"));
  try {
    for (const part of PARTS)
      if (existsSync(join(root, part))) cpSync(join(root, part), join(copy, part), { recursive: true });
    for (const file of FILES) cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    requireGreen(copy, mutants);
    const tally: Record<Verdict, number> = { killed: 0, survived: 0, invalid: 0 };
    for (const mutant of mutants) {
      const verdict = play(copy, mutant);
      tally[verdict]++;
      console.log(`${verdict.padEnd(9)} ${describe(mutant)}`);
    }
    const counted = tally.killed + tally.survived;
    const percent = counted === 0 ? 100 : (100 * tally.killed) / counted;
    console.log(`${tally.killed} of ${counted} killed (${percent.toFixed(1)} %), ${tally.invalid} did not compile`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The tests must pass as long as nothing is spoilt: else they would kill whatever comes. */
function requireGreen(copy: string, mutants: readonly Placed[]): void {
  if (!hardhat(copy, "build", "--quiet")) throw new Error("the contracts do not compile as they are");
  const tests = new Set(mutants.flatMap(({ file }) => testsOf(file)));
  if (!hardhat(copy, "test", "mocha", "--no-compile", ...tests)) throw new Error("the tests fail as things are");
}

/** Puts the mutant in its file, builds and tests, and puts the file right again. */
function play(copy: string, { file, start, end, text }: Placed): Verdict {
  const path = join(copy, file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, source.slice(0, start) + text + source.slice(end));
  try {
    if (!hardhat(copy, "build", "--quiet")) return "invalid";
    return hardhat(copy, "test", "mocha", "--no-compile", "--bail", ...testsOf(file)) ? "survived" : "killed";
  } finally {
    writeFileSync(path, source);
  }
}

/** Runs Hardhat in `folder`; true when it ends well and in time. */
function hardhat(folder: string, ...args: string[]): boolean {
  const cli = join(root, "node_modules/hardhat/dist/src/cli.js");
  const options = { cwd: folder, timeout: PATIENCE, stdio: "ignore", killSignal: "SIGKILL" } as const;
  return spawnSync(process.execPath, [cli, ...args], options).status === 0;
}

function testsOf(file: string): string[] {
  const patterns = TESTS.find(([contracts]) => contracts.test(file))?.[1] ?? [];
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((test) => !test.endsWith("/gas.test.ts"));
}

function placedIn(file: string): Placed[] {
  const source = readFileSync(join(root, file), "utf8");
  return mutantsOf(source).map((mutant) => ({
    ...mutant,
    file,
    line: source.slice(0, mutant.start).split("\n").length,
  }));
}

/** `count` of them by the seed, a file's together: then only what changed is compiled again. */
function choose(from: readonly Placed[], count: number): Placed[] {
  const random = new Random(seed);
  const left = [...from];
  const chosen: Placed[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(random.below(left.length), 1));
  return chosen.toSorted((a, b) => a.file.localeCompare(b.file) || a.start - b.start);
}

function describe({ file, line, kind, start, end, text }: Placed): string {
  const source = readFileSync(join(root, file), "utf8");
  const shown = (code: string): string => code.replace(/\s+/g, " ").trim();
  return `${file}:${line} ${kind}: ${shown(source.slice(start, end))} → ${shown(text) || "nothing"}`;
}

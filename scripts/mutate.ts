/**
 * `npm run mutate -- [--cases N] [--seed S] [--at TEXT]… [--again LOG] [--jobs N] [--list]`: spoils the contracts, one small
 * change at a time, and runs the tests of the changed contract on the spoilt code, which never reaches the disk. A mutant is
 * killed when a test fails (or ends in no time) and survives when none does; one that does not compile, or whose optimised
 * code is the same, is left out. `docs/spec/mutants.md` says why the survivors may live.
 * `--at` takes the mutants whose place or change contains one of the TEXTs, `--again` those that survived in a log of this
 * command; `--jobs` is the number of processes; `--list` only counts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { type Placed, allMutants, choose, testsOf } from "./mutation/choose.ts";
import { type Result, playAll } from "./mutation/pool.ts";
import type { Job, Verdict } from "./mutation/worker.ts";

const root = join(import.meta.dirname, "..");
/** Most time for the tests of one contract as they are, milliseconds. */
const FIRST_PATIENCE = 900_000;
/** A mutant gets this many times what the same tests took as things are, and time to compile. */
const PATIENCE = 3;
const COMPILE_TIME = 60_000;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    at: { type: "string", multiple: true, default: [""] },
    again: { type: "string" },
    list: { type: "boolean", default: false },
  },
});
const [cases, seed, jobs] = [Number(values.cases), Number(values.seed), Number(values.jobs)];
if (![cases, jobs].every((n) => Number.isInteger(n) && n >= 1) || !Number.isInteger(seed) || seed < 0) {
  console.error("usage: npm run mutate -- [--cases N] [--seed S] [--at TEXT] [--again LOG] [--jobs N] [--list]");
  process.exit(2);
}

const again = values.again === undefined ? undefined : readFileSync(values.again, "utf8").split("\n");
const all = allMutants(root).filter(
  ({ title }) => values.at.some((text) => title.includes(text)) && (again?.includes(`survived ${title}`) ?? true),
);
console.log(`${all.length} mutants to choose from, seed ${seed}`);
if (values.list) printCounts(all);
else await campaign(choose(all, again ? all.length : cases, seed));

async function campaign(mutants: readonly Placed[]): Promise<void> {
  const usual = await usualTimes(mutants);
  const results = new Map<Placed, Result>();
  await playAll(
    mutants.map(jobOf),
    jobs,
    ({ tests }) => COMPILE_TIME + PATIENCE * (usual.get(String(tests)) ?? 0),
    (index, result) => {
      const mutant = mutants[index] as Placed;
      results.set(mutant, result);
      console.log(`${result.verdict.padEnd(8)} ${mutant.title}${result.by === undefined ? "" : ` | ${result.by}`}`);
    },
  );
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    console.log(
      `${file}: ${summary([...results].flatMap(([mutant, result]) => (mutant.file === file ? result : [])))}`,
    );
  }
  const played = [...results.values()];
  const mean = (values: number[]): string => (values.reduce((a, b) => a + b, 0) / values.length / 1000).toFixed(1);
  const [cpu, wall] = [mean(played.map((result) => result.cpu)), mean(played.map((result) => result.wall))];
  console.log(`${summary(played)}; a mutant took ${cpu} s of processor time, ${wall} s in all`);
}

/** How long the tests of each contract take as things are, milliseconds. They must pass: else they would kill whatever comes. */
async function usualTimes(mutants: readonly Placed[]): Promise<Map<string, number>> {
  const lists = new Map(mutants.map(jobOf).map(({ tests }) => [String(tests), { tests }]));
  const times = new Map<string, number>();
  await playAll(
    [...lists.values()],
    jobs,
    () => FIRST_PATIENCE,
    (index, { verdict, by, cpu, wall }) => {
      const tests = [...lists.keys()][index] ?? "";
      if (verdict !== "survived") throw new Error(`as things are, a test fails: ${by}`);
      console.log(`${(wall / 1000).toFixed(1)} s (${(cpu / 1000).toFixed(1)} s of processor time): ${tests}`);
      times.set(tests, wall);
    },
  );
  return times;
}

function jobOf({ file, start, end, text }: Placed): Job {
  return { change: { file, start, end, text }, tests: testsOf(file) };
}

function summary(results: readonly Result[]): string {
  const count = (verdict: Verdict): number => results.filter((result) => result.verdict === verdict).length;
  const counted = count("killed") + count("survived");
  const percent = counted === 0 ? 100 : (100 * count("killed")) / counted;
  const left = `${count("same")} same code, ${count("invalid")} did not compile`;
  return `${count("killed")} of ${counted} killed (${percent.toFixed(1)} %), ${left}`;
}

function printCounts(mutants: readonly Placed[]): void {
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    console.log(`${mutants.filter((mutant) => mutant.file === file).length} ${file}`);
  }
}

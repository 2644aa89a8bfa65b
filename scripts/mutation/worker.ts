/** A process that plays mutants: compiles what the change reaches, runs the tests, and says what became of it. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { config } from "hardhat";

import { type Change, CompileError, createCompiler } from "./compiler.ts";
import { createRunner } from "./runner.ts";

/** A change to play, and the tests that may notice; without a change, all is as it is but compiled as mutants are. */
export interface Job {
  readonly change?: { readonly file: string; readonly start: number; readonly end: number; readonly text: string };
  readonly tests: readonly string[];
}

/** `same`: the optimised code is the code of the contract as it is. `invalid`: it does not compile. */
export type Verdict = "killed" | "survived" | "same" | "invalid";

export interface Report {
  readonly verdict: Verdict;
  /** The test that failed. */
  readonly by?: string;
  /** Processor time, milliseconds. */
  readonly cpu: number;
}

/** Quick ways to code that behaves as the deployed code does, if dearer. */
const PLAIN = { viaIR: false, optimizer: { enabled: false } };
const LIGHT = { viaIR: true, optimizer: { enabled: true, runs: 1, details: { yulDetails: { optimizerSteps: "u:" } } } };
/** The engine's tests allow no dearer code; the stack of Claims is too deep for the plain way. */
const waysOf = (file: string): object[] => (file.startsWith("contracts/engine/") ? [LIGHT] : [PLAIN, LIGHT]);

const root = join(import.meta.dirname, "../..");
const settings = config.solidity.profiles.default?.compilers[0]?.settings ?? {};
const quick = createCompiler(root, (file) => waysOf(file).map((way) => ({ ...settings, ...way })));
const exact = createCompiler(root, () => [settings]);
const runTests = createRunner(root);
/** The test file that killed the last mutant of a contract: it may kill the next one. */
const killers = new Map<string, string>();

async function play({ change, tests }: Job): Promise<{ verdict: Verdict; by?: string }> {
  const changed = change && spoil(change);
  /** Contracts that were deployed and contain the change, with their code. */
  const codes = new Map<string, string>();
  let refused = false;
  function codeOf(file: string, name: string): string | undefined {
    if (changed && !quick.dependsOn(file, changed.file)) return undefined;
    const key = `${file}:${name}`;
    try {
      const code = codes.get(key) ?? quick.compile(file, name, changed);
      codes.set(key, code);
      return code;
    } catch (error) {
      refused ||= error instanceof CompileError;
      throw error;
    }
  }

  const killer = killers.get(changed?.file ?? "");
  const failure = await runTests(
    tests.toSorted((a, b) => Number(b === killer) - Number(a === killer)),
    codeOf,
  );
  if (refused) return { verdict: "invalid" };
  if (failure) {
    if (changed) killers.set(changed.file, relative(root, failure.file));
    return { verdict: "killed", by: failure.title };
  }
  const isSame = [...codes.keys()].every((key) => {
    const [file = "", name = ""] = key.split(":");
    return exact.compile(file, name, changed) === exact.compile(file, name);
  });
  return { verdict: changed && isSame ? "same" : "survived" };
}

function spoil({ file, start, end, text }: NonNullable<Job["change"]>): Change {
  const source = readFileSync(join(root, file), "utf8");
  return { file, source: source.slice(0, start) + text + source.slice(end) };
}

process.on("message", (job: Job) => {
  const before = process.cpuUsage();
  void play(job).then((done) => {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ ...done, cpu: (user + system) / 1000 } satisfies Report);
  });
});

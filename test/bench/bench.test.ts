import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

import { nativeModes } from "@lakh/kernels";
import { expect } from "chai";

const REPO = join(import.meta.dirname, "../..");
/** Where real swaps may be, `*.csv.gz` as docs/PERFORMANCE.md says. */
const DATA = process.env.LAKH_DATA;
/** Native ones need a compiler, which not every machine has. */
const KERNELS = nativeModes().length > 0 ? "native" : "portable";
const SMALL = ["--accounts", "1000", "--seconds", "1", "--repeats", "1", "--peers", "no"];
const LOOK_MS = 50;
const MOST_LOOKS = 1_200;
const MARK = "LAKH_BENCH_TEST";

let folder = "";
let children: ChildProcess[] = [];

/** Runs the bench with temporary folders of its own; its children carry a mark. */
function startBench(args: readonly string[]): ChildProcess {
  const svg = join(folder, "bench.svg");
  const child = spawn(
    process.execPath,
    [join(REPO, "bench/bench.ts"), ...SMALL, "--kernels", KERNELS, "--svg", svg, ...args],
    {
      cwd: REPO,
      env: { ...process.env, TMPDIR: folder, [MARK]: folder },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  children.push(child);
  return child;
}

/** Processes that carry the mark, but not this one. */
function marked(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${MARK}=${folder}`);
      } catch {
        return false; // it has ended meanwhile
      }
    });
}

/** Looks until `isSo`, at most `MOST_LOOKS` times: the system removes what was killed in its own time. */
async function eventually(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < MOST_LOOKS && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  expect(isSo()).to.equal(true);
}

const runFolders = (): string[] => readdirSync(folder).filter((name) => name.startsWith("lakh-bench-run-"));

interface Report {
  readonly runs: readonly { sent: number; acknowledged: number; seals: { checked: number; good: number } }[];
  readonly goals: readonly unknown[];
  readonly phases: readonly unknown[];
  readonly machine: { readonly revision: string };
}

async function reportOf(args: readonly string[]): Promise<Report> {
  const child = startBench(["--json", ...args]);
  let [out, err] = ["", ""];
  child.stdout?.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  expect(code, err).to.equal(0);
  return JSON.parse(out) as Report;
}

function expectHonest({ runs, goals, phases, machine }: Report): void {
  expect(runs).to.have.length(1);
  for (const { sent, acknowledged, seals } of runs) {
    expect(acknowledged).to.equal(sent).and.to.be.above(0);
    expect(seals.good).to.equal(seals.checked).and.to.be.above(0);
  }
  expect(goals).to.have.length(11);
  expect(phases.length).to.be.above(4);
  expect(machine.revision).to.match(/\w/);
}

/** Swaps either way, one that is too large for anybody, and an event that is none. */
const CSV = [
  "block_number,event_type,amount0,amount1",
  "1,swap,-5356571174,3170000000000000000",
  "1,swap,1700000000,-1000000000000000000",
  "2,mint,1,1",
  `3,swap,-1,${10n ** 39n}`,
  "4,swap,82500000,-50000000000000000",
  "",
].join("\n");

describe("bench", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-bench-test-"));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it("sends the swaps of a CSV, gets all of them acknowledged, and leaves nothing behind", async () => {
    const file = join(folder, "swaps.csv.gz");
    writeFileSync(file, gzipSync(CSV));
    expectHonest(await reportOf(["--mix", `csv:${file}`, "--rate", "5000"]));
    expect(readFileSync(join(folder, "bench.svg"), "utf8")).to.contain("</svg>");
    expect(runFolders()).to.deep.equal([]);
    expect(marked()).to.deep.equal([]);
  });

  (DATA === undefined ? it.skip : it)("sends the real swaps of LAKH_DATA", async () => {
    const found = readdirSync(DATA ?? "", { recursive: true, encoding: "utf8" }).find((name) =>
      name.endsWith(".csv.gz"),
    );
    expectHonest(await reportOf(["--mix", `csv:${join(DATA ?? "", found ?? "")}`, "--rate", "10000"]));
  });

  it("leaves no process and no folder when a signal ends it under load", async () => {
    const child = startBench(["--mix", "transfers", "--rate", "5000", "--seconds", "30"]);
    const lines = createInterface({ input: child.stderr ?? process.stdin });
    for await (const line of lines) if (line.startsWith("load 1")) break;
    await eventually(() => marked().length >= 4); // itself, L1, node, generator
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).to.equal(128 + constants.signals.SIGTERM);
    await eventually(() => marked().length === 0);
    expect(runFolders()).to.deep.equal([]);
  });
});

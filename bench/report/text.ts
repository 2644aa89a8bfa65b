/** The report for people. */
import { spreadOf } from "../measure/load-run.ts";
import { BLOB_BYTES_PER_SECOND, type Figures } from "./figures.ts";
import { goalsOf } from "./goals.ts";

const whole = (value: number): string => Math.round(value).toLocaleString("en");

export function textOf(figures: Figures): string {
  return [
    ...head(figures),
    "",
    ...loads(figures),
    "",
    ...three(figures),
    "",
    ...limits(figures),
    "",
    ...goals(figures),
  ].join("\n");
}

function head({ machine, inputs }: Figures): string[] {
  const { revision, cpu, cores, memoryGigabytes, node, kernels, loadBefore } = machine;
  const load = inputs.rate === null ? "as much as it takes" : `${whole(inputs.rate)}/s`;
  return [
    `revision ${revision} · ${cpu}, ${cores} cores, ${memoryGigabytes} GiB · node ${node} · kernels ${kernels} · load average before ${loadBefore.toFixed(1)}`,
    `${whole(inputs.accounts)} accounts with 4 holdings · ${inputs.mix} · ${load} · ${inputs.repeats} × ${inputs.seconds} s`,
  ];
}

function loads({ runs, paced, peers }: Figures): string[] {
  const rows = [["run", "seconds", "acknowledged", "a second", "p50 ms", "p99 ms", "cores", "node GiB"]];
  const row = (name: string, run: Figures["runs"][number]): string[] => [
    name,
    run.seconds.toFixed(1),
    whole(run.acknowledged),
    whole(run.perSecond),
    run.p50.toFixed(1),
    run.p99.toFixed(1),
    run.cores.toFixed(2),
    (run.nodeBytes / 2 ** 30).toFixed(2),
  ];
  runs.forEach((run, i) => rows.push(row(`load ${i + 1}`, run)));
  if (paced !== null) rows.push(row("100,000/s", paced));
  const { median, least, most } = spreadOf(runs.map((run) => run.perSecond));
  const lines = table(rows);
  lines.push(`median ${whole(median)} envelopes/s (${whole(least)} … ${whole(most)})`);
  const all = [...runs, ...(paced === null ? [] : [paced])];
  const checked = all.reduce((sum, { seals }) => sum + seals.checked, 0);
  const good = all.reduce((sum, { seals }) => sum + seals.good, 0);
  lines.push(`signed receipts checked: ${good} good of ${checked}`);
  const refused = all.map(({ refused: codes }) => JSON.stringify(codes)).filter((text) => text !== "{}");
  if (refused.length > 0) lines.push(`refused, by outcome code: ${refused.join(" ")}`);
  for (const { name, mining, perSecond, mined } of peers)
    lines.push(`${name} (${mining} mining): ${whole(perSecond)} transactions/s, ${whole(mined)} mined`);
  return lines;
}

/** The three figures that are always given together. */
function three({ runs, limits: { replayPerSecond } }: Figures): string[] {
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0) / runs.reduce((sum, run) => sum + run.sent, 0);
  return [
    `executed          ${whole(spreadOf(runs.map((run) => run.perSecond)).median)}/s`,
    `replay-verified   ${whole(replayPerSecond)}/s, one thread`,
    `data layer        ${whole(BLOB_BYTES_PER_SECOND / bytes)}/s at ${bytes.toFixed(1)} bytes an envelope: Ethereum's target of 14 blobs a block, 149 KiB/s, for everybody`,
  ];
}

function limits({ limits: found, runs }: Figures): string[] {
  const { recovery, disk, engine } = found;
  const cpu = (pick: (run: Figures["runs"][number]) => number): string => spreadOf(runs.map(pick)).median.toFixed(2);
  return [
    `recovery           ${whole(recovery.perSecond)}/s on all cores, ${recovery.microseconds.toFixed(2)} µs of CPU time each, digest included`,
    `execution          ${engine.execute.toFixed(2)} µs an envelope`,
    `roots              ${engine.root.toFixed(2)} µs an envelope, one root an entry`,
    `disk               ${whole(disk.syncsPerSecond)} synced groups/s, ${whole(disk.megabytesPerSecond)} MB/s, p99 ${disk.p99Milliseconds.toFixed(1)} ms`,
    `state and tree     ${whole(found.stateBytes)} bytes an account`,
    `share of recovery  ${cpu(({ cpu: { node, generator, l1 } }) => recovery.microseconds / (node + generator + l1))} of all CPU time under load`,
    `CPU an envelope    node ${cpu(({ cpu: { node } }) => node)} + generator ${cpu(({ cpu: { generator } }) => generator)} + L1 ${cpu(({ cpu: { l1 } }) => l1)} µs`,
  ];
}

function goals(figures: Figures): string[] {
  const rows = [["goal", "at", "found", ""]];
  for (const { name, goal, figure, reached } of goalsOf(figures))
    rows.push([name, goal, figure, reached === undefined ? "–" : reached ? "reached" : "NOT REACHED"]);
  return table(rows);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

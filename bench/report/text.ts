/** The report for people. */
import type { ReplayRate } from "../measure/follower.ts";
import { spreadOf } from "../measure/load-run.ts";
import { type Figures, loadsOf, threeOf } from "./figures.ts";
import { goalsOf } from "./goals.ts";
import { table } from "./table.ts";

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** The parts of the report, an empty line between them. */
export function textOf(figures: Figures): string {
  const parts = [head, loads, peers, three, limits, follower, stages, goals, phases].map((part) => part(figures));
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function head({ machine, inputs }: Figures): string[] {
  const { revision, cpu, cores, memoryGigabytes, node, kernels, loadBefore } = machine;
  const load = inputs.rate === null ? "as much as it takes" : `${whole(inputs.rate)}/s`;
  return [
    `revision ${revision} · ${cpu}, ${cores} cores, ${memoryGigabytes} GiB · node ${node} · kernels ${kernels} · load average before ${loadBefore.toFixed(1)}`,
    `${whole(inputs.accounts)} accounts with 4 holdings · ${inputs.mix} · ${load} · ${inputs.repeats} × ${inputs.seconds} s · ${inputs.verifiers} verifier threads`,
  ];
}

function loads(figures: Figures): string[] {
  const { runs, paced, pacedBehind } = figures;
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
  if (pacedBehind !== null) rows.push(row("100,000/s, behind it", pacedBehind));
  if (paced !== null) rows.push(row("100,000/s, fresh node", paced));
  const { median, least, most } = spreadOf(runs.map((run) => run.perSecond));
  const lines = table(rows);
  lines.push(`median ${whole(median)} envelopes/s (${whole(least)} … ${whole(most)})`);
  const all = loadsOf(figures);
  const checked = all.reduce((sum, { seals }) => sum + seals.checked, 0);
  const good = all.reduce((sum, { seals }) => sum + seals.good, 0);
  lines.push(`signed receipts checked: ${good} good of ${checked}`);
  const refused = all.map(({ refused: codes }) => JSON.stringify(codes)).filter((text) => text !== "{}");
  if (refused.length > 0) lines.push(`refused, by outcome code: ${refused.join(" ")}`);
  return lines;
}

/** What a user would run instead; the better way of mining of each counts. */
function peers({ peers: found }: Figures): string[] {
  if (found.length === 0) return [];
  const rows = [
    ["what a user would run instead", "succeeded", "of", "seconds", "a second", "µs of CPU each", "counts"],
  ];
  for (const { name, runs, perSecond } of found)
    for (const run of runs)
      rows.push([
        `${name}, ${run.mining === "each" ? "as started: a block each" : "tuned: a block a second"}`,
        whole(run.succeeded),
        whole(run.sent),
        run.seconds.toFixed(1),
        whole(run.perSecond),
        run.cpuMicroseconds.toFixed(0),
        run.perSecond === perSecond ? "yes" : "no",
      ]);
  return table(rows);
}

/** The three figures that are always given together. */
function three(figures: Figures): string[] {
  const { executed, replayed, dataLayer, bytes } = threeOf(figures);
  return [
    `executed          ${whole(executed)}/s`,
    `replay-verified   ${whole(replayed)}/s`,
    `data layer        ${whole(dataLayer)}/s at ${bytes.toFixed(1)} bytes an envelope: Ethereum's target of 14 blobs a block, 149 KiB/s, for everybody`,
  ];
}

function limits({ limits: found, runs, nodeBytesPerAccount, startSeconds }: Figures): string[] {
  const { recovery, disk, engine } = found;
  const cpu = (pick: (run: Figures["runs"][number]) => number): string => spreadOf(runs.map(pick)).median.toFixed(2);
  return [
    `recovery           ${whole(recovery.perSecond)}/s on all cores, ${recovery.microseconds.toFixed(2)} µs of CPU time each, digest included`,
    `execution          ${engine.execute.toFixed(2)} µs an envelope as the node does it, ${found.executeInTypeScript.toFixed(2)} in TypeScript alone`,
    `roots              ${engine.root.toFixed(2)} µs an envelope, one root an entry`,
    `disk               ${whole(disk.syncsPerSecond)} synced groups/s, ${whole(disk.megabytesPerSecond)} MB/s, p99 ${disk.p99Milliseconds.toFixed(1)} ms`,
    `state and tree     ${whole(found.stateBytes)} bytes an account; the whole node ${whole(nodeBytesPerAccount)}, before the load; it starts in ${startSeconds.toFixed(1)} s`,
    `share of recovery  ${cpu(({ cpu: { node, generator, l1 } }) => recovery.microseconds / (node + generator + l1))} of all CPU time under load`,
    `CPU an envelope    node ${cpu(({ cpu: { node } }) => node)} + generator ${cpu(({ cpu: { generator } }) => generator)} + L1 ${cpu(({ cpu: { l1 } }) => l1)} µs`,
  ];
}

/** A follower from entry bytes to a root behind each entry. */
function follower({ follower: found }: Figures): string[] {
  const rows = [["follower", "envelopes", "seconds", "a second", "µs of CPU each", "of the main thread"]];
  const row = (name: string, rate: ReplayRate | null): unknown =>
    rate !== null &&
    rows.push([
      name,
      whole(rate.envelopes),
      rate.seconds.toFixed(1),
      whole(rate.perSecond),
      rate.microseconds.toFixed(2),
      rate.mainMicroseconds.toFixed(2),
    ]);
  row(`with ${found.threads} verifier threads`, found.all);
  row("  accounts not met before", found.newSigners);
  row("  accounts met before", found.knownSigners);
  row("one thread, a second of its CPU time", found.oneThread);
  return table(rows);
}

function stages({ stages: found }: Figures): string[] {
  if (found === null) return [];
  const rows = [["stage", "µs an envelope", "share"]];
  const row = (name: string, microseconds: number): unknown =>
    rows.push([name, microseconds.toFixed(2), `${((100 * microseconds) / found.microseconds).toFixed(1)} %`]);
  for (const { name, microseconds } of found.stages) row(name, microseconds);
  row("all, as measured without a profiler", found.microseconds);
  const lines = table(rows);
  lines.push(`with the profiler: ${found.profiledMicroseconds.toFixed(2)} µs`);
  for (const { name, microseconds } of found.unknown) lines.push(`other: ${microseconds.toFixed(2)} µs ${name}`);
  return lines;
}

function goals(figures: Figures): string[] {
  const rows = [["goal", "at", "found", ""]];
  for (const { name, goal, figure, reached } of goalsOf(figures))
    rows.push([name, goal, figure, reached === undefined ? "–" : reached ? "reached" : "NOT REACHED"]);
  return table(rows);
}

function phases({ phases: found }: Figures): string[] {
  const total = found.reduce((sum, { seconds }) => sum + seconds, 0);
  return [`${total.toFixed(0)} s: ${found.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)}`).join(" · ")}`];
}

/**
 * `npm run parity -- [--cases N] [--seed S]`: random machine states and items through the engine and through the step
 * verifier on a chain in this process. Stops at the first difference, prints it, and exits with 1; so does a campaign of
 * 3,000 cases or more that leaves an outcome code unreached.
 */
import { parseArgs } from "node:util";

import { OUTCOMES, type Outcome, VERBS } from "@lakh/protocol";

import { type Tally, runCampaign } from "../test/parity/campaign.ts";
import { disagreement, openDriver } from "../test/parity/driver.ts";
import { limitCases } from "../test/parity/limits.ts";

/** A campaign of this size reaches every outcome. */
const ENOUGH = 3000;

const { values } = parseArgs({
  options: { cases: { type: "string", default: "3000" }, seed: { type: "string", default: "1" } },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed) || seed < 0) {
  console.error("usage: npm run parity -- [--cases N] [--seed S], both whole numbers, N at least 1");
  process.exit(2);
}

const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
let shownAt = 0;
function progress({ cases: done }: Tally): void {
  if (seconds() - shownAt < 10) return;
  shownAt = seconds();
  console.log(`${done} of ${cases} cases, ${Math.round(done / shownAt)} a second`);
}

try {
  const driver = await openDriver();
  const limits = limitCases();
  const answers = await driver.run(limits);
  const tally = await runCampaign(driver, cases, seed, progress);
  limits.forEach((one, i) => {
    const wrong = disagreement(one, answers[i] as (typeof answers)[number]);
    if (wrong !== undefined) throw new Error(`limit case ${i}: ${wrong}`);
    tally.outcomes.set(one.outcome, (tally.outcomes.get(one.outcome) ?? 0) + 1);
  });
  report(tally);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function report(tally: Tally): void {
  const pad = (text: string, count: number): string => `  ${text.padEnd(22)} ${String(count).padStart(8)}`;
  console.log("\noutcome");
  OUTCOMES.forEach(({ name }, code) => console.log(pad(name, tally.outcomes.get(code as Outcome) ?? 0)));
  console.log("\nitems that name the op, and those of them that took effect");
  for (const name of [...VERBS.flatMap((verb) => verb?.name ?? []), "deposit", "listing"]) {
    const { seen, effective } = tally.verbs.get(name) ?? { seen: 0, effective: 0 };
    console.log(`${pad(name, seen)} ${String(effective).padStart(8)}`);
  }
  const rate = Math.round(tally.cases / seconds());
  console.log(`\nseed ${seed}: ${tally.cases} cases agree, ${rate} a second, ${Math.round(seconds())} s`);
  const unreached = OUTCOMES.filter((_, code) => !tally.outcomes.has(code as Outcome)).map(({ name }) => name);
  if (unreached.length > 0) console.log(`never reached: ${unreached.join(", ")}`);
  if (unreached.length > 0 && tally.cases >= ENOUGH) process.exitCode = 1;
}

/** The command line of a campaign: `npm run campaign:NAME -- [--seconds N] [--cases N] [--seed S]`. */
import { parseArgs } from "node:util";

import { type Campaign, type Result, runCampaign } from "./campaign.ts";

const SHOWN_EVERY_SECONDS = 10;

/** Runs the campaign, prints what it tried; ends with status 1 after a violation, 2 when the command line is wrong. */
export async function main(campaign: Campaign, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { seconds: { type: "string" }, cases: { type: "string" }, seed: { type: "string", default: "1" } },
  });
  // Two minutes when nothing bounds it.
  const cases = wholeNumber("cases", values.cases, Number.MAX_SAFE_INTEGER);
  const seconds = wholeNumber("seconds", values.seconds, values.cases === undefined ? 120 : Number.MAX_SAFE_INTEGER);
  const seed = wholeNumber("seed", values.seed, 1);
  console.log(`campaign ${campaign.name}, seed ${seed}: ${campaign.promise}`);
  let shownAt = 0;
  const progress = ({ cases: played, seconds: elapsed }: Result): void => {
    if (elapsed - shownAt < SHOWN_EVERY_SECONDS) return;
    shownAt = elapsed;
    console.log(`  ${played} cases in ${Math.round(elapsed)} s`);
  };
  try {
    report(await runCampaign(campaign, { seconds, cases, seed }, progress));
    // A server or pool of a library that lingers does not keep the process.
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

function report({ cases, seconds, tally, figures }: Result): void {
  const rows = [["tried", "times", "results"], ...tally.table()];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [width(0), width(1)];
  console.log();
  for (const [tried = "", times = "", results = ""] of rows)
    console.log(`  ${tried.padEnd(first)}  ${times.padStart(second)}  ${results}`);
  for (const figure of figures) console.log(`  ${figure}`);
  console.log(`\n${cases} cases in ${seconds.toFixed(1)} s: the promise held`);
}

function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} must be a whole number, not ${text}`);
  process.exit(2);
}

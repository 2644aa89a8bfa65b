/** The short form of a campaign, a test. */
import { SEED } from "../../test/support/random.ts";
import { type Campaign, type Result, runCampaign } from "./campaign.ts";

/** Runs a few cases, or those of some seconds; prints what was tried. */
export async function runShort(campaign: Campaign, cases: number, seconds = 30): Promise<Result> {
  const result = await runCampaign(campaign, { cases, seconds, seed: SEED });
  for (const row of result.tally.table()) console.log(`      ${row.join("  ")}`);
  for (const figure of result.figures) console.log(`      ${figure}`);
  return result;
}

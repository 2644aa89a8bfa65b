/** Lives of a daemon, one after the other, each ended where the plan says. */
import type { Random } from "../../test/support/random.ts";
import { ask } from "./ask.ts";
import type { Tally } from "./campaign.ts";
import type { Daemon, Death } from "./crash-plan.ts";
import type { DaemonRun } from "./daemon-child.ts";
import { pause } from "./pause.ts";

/** Longest that a daemon may take to start. */
const START_MILLISECONDS = 60_000;
/** Longest that a run may take to come to its place. */
const PATIENCE_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 50;
const MOST_LOOKS = 400;
/** Lives that may end before they come to it. */
const MOST_TRIES = 3;

export interface Dying {
  readonly daemon: Daemon;
  readonly deaths: readonly Death[];
  readonly tally: Tally;
}

/**
 * Plays a life for each death.
 * @param live @returns whether it died where it should
 * @throws Error when a place is not reached in several lives
 */
export async function dieAt({ daemon, deaths, tally }: Dying, live: (death: Death) => Promise<boolean>): Promise<void> {
  for (const death of deaths) {
    for (let tries = 1; !(await live(death)); tries++) {
      if (tries === MOST_TRIES) throw new Error(`the ${daemon} never came to ${death}`);
      tally.count(`${daemon} killed: on its way to a place`, "recovered");
    }
    tally.count(killedAt(daemon, death), "recovered");
  }
}

/** What the tally calls a death. */
export function killedAt(daemon: Daemon, death: Death): string {
  return `${daemon} killed: ${death ?? "a random moment"}`;
}

/** Files that every run writes to again and again. */
const BUSY_FILES: readonly string[] = ["l1.records", "sequencer.records", "sequencer.records.new"];

/** The how manieth time a run comes to its place is its last: one of the first two, where it comes there again. */
export function timeOf(death: Death, random: Random): number {
  const [, file = ""] = death?.split("@") ?? [];
  return BUSY_FILES.includes(file) ? 1 + random.below(2) : 1;
}

/**
 * Waits until a run has killed itself, or kills it when it has lived for a random time.
 * @param isLoaded whether its load has begun: its life is counted from there
 * @returns whether it died where it should
 */
export async function awaitDeath(
  run: DaemonRun,
  death: Death,
  lifeMilliseconds: number,
  isLoaded: () => boolean = () => true,
): Promise<boolean> {
  const isUp = async (): Promise<boolean> => run.isOver || ((await run.health()) !== undefined && isLoaded());
  for (let waited = 0; waited < START_MILLISECONDS && !(await isUp()); waited += 20) await pause(20);
  const most = death === undefined ? lifeMilliseconds : PATIENCE_MILLISECONDS;
  for (let waited = 0; waited < most && !run.isOver; waited += 10) await pause(10);
  const hadEnded = run.isOver;
  run.kill();
  await run.ended;
  return hadEnded || death === undefined;
}

/** Waits until a run has executed so many entries of L1's. */
export async function seen(run: DaemonRun, entries: bigint): Promise<void> {
  for (let look = 0; look < MOST_LOOKS && !run.isOver; look++) {
    const { url } = run;
    const heads = url && (await ask<{ safe: { entry: number } }>(url, "lakh_heads").catch(() => undefined));
    if (heads && BigInt(heads.safe.entry) >= entries) return;
    await pause(LOOK_MILLISECONDS);
  }
}

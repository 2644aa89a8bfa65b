/** Where each daemon kills itself, and in which order: all of its places in turn, and random moments in between. */
import type { FailPoint } from "@lakh/service";

/** A point, of one file or folder where it has several. */
export type Place = FailPoint | `${FailPoint}@${string}`;

const SENDING: readonly Place[] = [
  "transaction-journalled",
  "transaction-sent",
  "transaction-mined",
  "journal-renaming",
  "transaction-replaced",
];
const SNAPSHOT: readonly FailPoint[] = ["snapshot-writing", "snapshot-renaming", "snapshot-renamed"];
/** What every node writes of L1. */
const FOLLOWING: readonly Place[] = [
  ...records("l1.records"),
  ...records("results.records"),
  ...of(SNAPSHOT, "snapshots"),
];

/** By daemon: places that only a run on an empty folder passes, in their order, and all others. */
export const PLACES = {
  sequencer: {
    fresh: ["identity-renaming"],
    later: [
      ...records("sequencer.records"),
      ...records("sequencer.records.new"),
      "log-renaming",
      "log-renamed",
      "archive-rolled-back",
      ...FOLLOWING,
    ],
  },
  batcher: { fresh: [], later: SENDING },
  follower: {
    fresh: ["identity-renaming", "piece-kept", "state-taken-over"],
    later: [
      ...FOLLOWING,
      "archive-rolled-back",
      ...records("l1.records.new"),
      "archive-renaming",
      ...of(SNAPSHOT, "offers"),
    ],
  },
  proposer: { fresh: ["identity-renaming"], later: [...SENDING, ...FOLLOWING] },
  challenger: { fresh: ["identity-renaming"], later: [...SENDING, ...FOLLOWING] },
} as const satisfies Record<string, { readonly fresh: readonly Place[]; readonly later: readonly Place[] }>;

export type Daemon = keyof typeof PLACES;

/** How a run is killed: at a place, or at a random moment (undefined). */
export type Death = Place | undefined;

/**
 * The deaths of a daemon in its `round`-th case: those of a fresh folder, then places and random moments in turn. Rounds that
 * follow each other go through all places, and begin anew.
 */
export function deathsOf(daemon: Daemon, round: number, pairs: number): Death[] {
  const { fresh, later }: { fresh: readonly Place[]; later: readonly Place[] } = PLACES[daemon];
  const turns = Array.from({ length: pairs }, (_, i) => [later[(round * pairs + i) % later.length], undefined]);
  return [...fresh, ...turns.flat()];
}

function of(points: readonly FailPoint[], file: string): Place[] {
  return points.map((point): Place => `${point}@${file}`);
}

function records(file: string): Place[] {
  return of(["records-written", "records-synced"], file);
}

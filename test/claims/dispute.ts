/** A dispute to play with: a claim over two entries, a seat against it, and the traces of honest and lying parties. */
import {
  buildTrace,
  claimId,
  machineHash,
  pickEnd,
  segmentAt,
  traceEnd,
  traceRange,
  traceSteps,
  type ClaimHead,
  type Hex,
  type Machine,
  type Path,
  type Segment,
  type Trace,
} from "@lakh/protocol";

import { CHALLENGE_BOND, GENESIS, WINDOWS, deployGame, machinesTo, makeClaim, type Game } from "./game.ts";

export const FANOUT = 4;
export const ITEMS = 3;
/** The claim covers entries 0 and 1: six items. */
export const END_ENTRY = 2n;
export const STEPS = ITEMS * Number(END_ENTRY);

/** What a party says the machine is after `step` steps. */
export type Story = (step: number) => Machine;

export interface Dispute {
  readonly game: Game;
  readonly head: ClaimHead;
  readonly id: Hex;
  readonly proposer: Game["signers"][number];
  readonly seat: Game["signers"][number];
  readonly other: Game["signers"][number];
  readonly truth: Story;
  readonly lie: Story;
  /** t0, seconds. */
  readonly time: number;
  readonly traceEnd: (r: number) => number;
  readonly pickEnd: (r: number) => number;
  readonly trace: (path: Path, story: Story) => Trace;
  readonly segment: (path: Path, j: number, story: Story) => Segment;
}

export interface DisputeOptions {
  readonly levels?: number;
  /** First step whose machine is a lie; none: a true claim. */
  readonly lieFrom?: number;
  /** Without the challenge. */
  readonly quiet?: boolean;
}

export async function startDispute({ levels = 2, lieFrom, quiet = false }: DisputeOptions = {}): Promise<Dispute> {
  const game = await deployGame(FANOUT, ITEMS);
  const [, proposer, seat, other] = game.signers;
  if (!proposer || !seat || !other) throw new Error("four signers are needed");
  const machines = machinesTo(GENESIS, END_ENTRY, ITEMS);
  const truth: Story = (step) => machines[Math.min(step, STEPS)] as Machine;
  const lie: Story = (step) => (step < (lieFrom ?? Infinity) ? truth(step) : { ...truth(step), fees: 7n });
  const head = await makeClaim(game, proposer, game.genesis, lie(STEPS), levels);
  const time = await game.networkHelpers.time.latest();
  if (!quiet) await game.claims.connect(seat).challenge(head, { value: CHALLENGE_BOND });
  const trace = (path: Path, story: Story): Trace => {
    const { from } = traceRange(FANOUT, levels, path);
    const elements = traceSteps(FANOUT, levels, path).map((step) => machineHash(story(step)));
    return buildTrace(machineHash(story(from)), elements, FANOUT);
  };
  return {
    game,
    head,
    id: claimId(head),
    proposer,
    seat,
    other,
    truth,
    lie,
    time,
    traceEnd: (r) => traceEnd(WINDOWS, time, r),
    pickEnd: (r) => pickEnd(WINDOWS, time, r),
    trace,
    segment: (path, j, story) => segmentAt(trace(path, story), j),
  };
}

/** The elements that a trace's owner sends. */
export function sent(trace: Trace): string[] {
  return [...trace.elements];
}

/** Sets the time of the next block. */
export async function at(dispute: Dispute, seconds: number): Promise<void> {
  await dispute.game.networkHelpers.time.setNextBlockTimestamp(seconds);
}

/** The proposer defends with the lie, the seat picks the first false segment of the root (its number is returned). */
export async function playPick(dispute: Dispute, j: number): Promise<void> {
  const { game, head, proposer, seat, lie, trace } = dispute;
  await game.claims.connect(proposer).defend(head, sent(trace(0 as Path, lie)));
  await game.claims.connect(seat).pick(head, proposer.address, 0, j);
}

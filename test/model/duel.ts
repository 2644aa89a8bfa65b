/** One random game played by the model and by the contract, which must agree after every move. */
import { deepEqual, equal } from "node:assert/strict";

import { decidedBy, lastPick, parentOf } from "@lakh/protocol";

import { Random } from "../support/random.ts";
import { ACTORS, randomMove } from "./play.ts";
import { heldBy, imbalance } from "./money.ts";
import { unanswered } from "./moves.ts";
import { tryApply } from "./rules.ts";
import { NOBODY, claimAt, initialState, type Claim, type Move, type Rules, type State } from "./state.ts";
import { addressOf, callOf, deployTable, storedClaim, storedLine, type Chain, type Table } from "./table.ts";

export interface DuelResult {
  /** Moves both took, by kind. */
  readonly taken: ReadonlyMap<string, number>;
  /** Moves both refused, by the error's name. */
  readonly refused: ReadonlyMap<string, number>;
  /** How the claims ended. */
  readonly ends: readonly string[];
}

const FANOUTS = [2, 4, 8, 16];
const MOST_MOVES = 100;

/** Plays a whole game. @throws AssertionError where model and contract differ */
export async function duel(chain: Chain, seed: number): Promise<DuelResult> {
  const random = new Random(seed);
  const fanout = random.pick(FANOUTS);
  const windows = {
    challengeSeconds: 1 + random.below(20),
    defendSeconds: 1 + random.below(10),
    replySeconds: 1 + random.below(10),
  };
  const rules: Rules = { fanout, windows, claimBond: 101, challengeBond: 1001, defendBond: 10001 };
  const items = 1 + random.below(Math.min(fanout, 12));
  const table = await deployTable(chain, rules, items);
  let state = initialState(await chain.networkHelpers.time.latest());
  const refused = new Map<string, number>();
  const taken = new Map<string, number>();
  const play = async (move: Move): Promise<void> => {
    const next = await turnOf(table, state, move);
    if (typeof next === "string") count(refused, next);
    else count(taken, move.kind);
    state = typeof next === "string" ? state : next;
  };
  for (let turn = 0; turn < MOST_MOVES; turn++) await play(randomMove(rules, state, random, 3));
  await play({ kind: "wait", until: Math.max(...state.claims.map(({ time }) => decidedBy(windows, time, 3))) });
  for (let index = 1; index < state.claims.length; index++) {
    for (const move of closingMoves(claimAt(state, index), index)) await play(move);
  }
  for (const claim of state.claims) equal(heldBy(rules, claim), 0, "a bond is stuck");
  await compareAll(table, state, random);
  return { taken, refused, ends: state.claims.slice(1).map((claim) => claim.status) };
}

/** What anybody can do when time is up: every timeout, settle, void or confirm, collect. */
function closingMoves(claim: Claim, index: number): Move[] {
  const target = { by: 0, claim: index };
  const lines = [...claim.lines];
  return [
    ...lines.flatMap(([owner, line]) =>
      unanswered(line).map((path): Move => ({
        kind: "timeout",
        ...target,
        owner,
        path: parentOf(path),
        j: lastPick(path),
      })),
    ),
    ...[...lines.map(([owner]) => owner), NOBODY].map((owner): Move => ({ kind: "settle", ...target, owner })),
    { kind: "void", ...target },
    { kind: "confirm", ...target },
    { kind: "collectClaim", ...target },
    ...[...claim.seats.keys()].map((payer): Move => ({ kind: "collectSeat", ...target, payer })),
    ...lines.map(([payer]): Move => ({ kind: "collectLine", ...target, payer })),
  ];
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** One move on both sides: the new state, or the code of the refusal. */
async function turnOf(table: Table, state: State, move: Move): Promise<State | string> {
  const { chain, claims } = table;
  const next = tryApply(table.rules, state, move);
  if (move.kind === "wait") {
    if (move.until > state.now) await chain.networkHelpers.time.increaseTo(move.until);
    return next;
  }
  const { data, value, head } = await callOf(table, state, move);
  const signers = await chain.ethers.getSigners();
  const signer = signers[Math.max(move.by, 0)];
  const transaction = { to: await claims.getAddress(), data, value };
  await chain.networkHelpers.time.setNextBlockTimestamp(state.now);
  if (typeof next === "string") {
    equal(await refusal(table, signer?.call({ ...transaction, blockTag: "pending" })), next, JSON.stringify(move));
    return next;
  }
  await signer?.sendTransaction(transaction);
  if (head) table.heads.push(head);
  await compareTouched(table, next, move);
  return next;
}

/** The name of the custom error that the call ends with. */
async function refusal(table: Table, call: Promise<string> | undefined): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    const data = (error as { data?: string }).data ?? "0x";
    return table.claims.interface.parseError(data)?.name ?? data;
  }
}

async function compareTouched(table: Table, state: State, move: Exclude<Move, { kind: "wait" }>): Promise<void> {
  const index = move.kind === "claim" ? state.claims.length - 1 : move.claim;
  const text = JSON.stringify(move);
  await compareClaim(table, state, index, text);
  const owner =
    move.kind === "defend" || move.kind === "answer"
      ? move.by
      : move.kind === "pick" || move.kind === "prove" || move.kind === "timeout"
        ? move.owner
        : move.kind === "collectLine"
          ? move.payer
          : undefined;
  if (owner !== undefined) await compareLine(table, state, index, owner, text);
  if (move.kind.startsWith("collect")) await compareMoney(table, state, text);
}

async function compareClaim(table: Table, state: State, index: number, text: string): Promise<void> {
  const { status, collected, time, livingLines, beneficiary } = claimAt(state, index);
  deepEqual(await storedClaim(table, index), { status, collected, time, livingLines, beneficiary }, text);
}

async function compareLine(table: Table, state: State, index: number, owner: number, text: string): Promise<void> {
  const line = claimAt(state, index).lines.get(owner);
  const { status, collected, round, open, killer } = line ?? {
    status: "None",
    collected: false,
    round: 0,
    open: 0,
    killer: -1,
  };
  deepEqual(await storedLine(table, index, owner), { status, collected, round, open, killer }, text);
}

async function compareMoney(table: Table, state: State, text: string): Promise<void> {
  equal(await table.claims.burned(), BigInt(state.burned), text);
  for (let actor = 0; actor < ACTORS; actor++) {
    equal(await table.claims.credit(addressOf(table, actor)), BigInt(state.credit.get(actor) ?? 0), text);
  }
}

/** At the end: every slot, every wei, and every credit leaves once. */
async function compareAll(table: Table, state: State, random: Random): Promise<void> {
  const { chain, claims, rules } = table;
  for (let index = 0; index < state.claims.length; index++) {
    await compareClaim(table, state, index, "end");
    for (const owner of claimAt(state, index).lines.keys()) await compareLine(table, state, index, owner, "end");
  }
  await compareMoney(table, state, "end");
  equal(imbalance(rules, state), 0);
  const signers = await chain.ethers.getSigners();
  const to = `0x${(0xabc0 + random.below(16)).toString(16).padStart(40, "0")}`;
  for (const [actor, amount] of state.credit) {
    const signer = signers[actor];
    if (amount > 0 && signer) await claims.connect(signer).withdraw(to);
  }
  const held = state.claims.reduce((sum, claim) => sum + heldBy(rules, claim), 0);
  const balance = await chain.ethers.provider.getBalance(await claims.getAddress());
  equal(balance, BigInt(held + state.burned));
}

/** The contract's side of a random game: colours become machine hashes, moves become calls. */
import {
  CLAIM_STATUS,
  LINE_STATUS,
  buildTrace,
  machineHash,
  segmentAt,
  traceRange,
  traceSteps,
  parentOf,
  lastPick,
  type ClaimHead,
  type Hex,
  type Machine,
  type Path,
  type Trace,
} from "@lakh/protocol";
import type { Claims, MockInbox } from "@lakh/bindings";
import { toBeHex, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { GENESIS, headOf, machinesTo, mockWitness } from "../claims/game.ts";
import type { Claim, Colour, Line, Move, Rules, State } from "./state.ts";
import { ACTORS, COLOURS, MOST_CLAIMS } from "./play.ts";
import { NOBODY, claimAt } from "./state.ts";
import { colourAt } from "./rules.ts";

export type Chain = NetworkConnection;

/** A deployed game. */
export interface Table {
  readonly chain: Chain;
  readonly claims: Claims;
  readonly inbox: MockInbox;
  readonly rules: Rules;
  /** Items of every entry; each claim covers one entry. */
  readonly items: number;
  /** Machines of each colour, from entry 0. */
  readonly machines: readonly (readonly Machine[])[];
  /** Heads of the model's claims, genesis first. */
  readonly heads: ClaimHead[];
  readonly addresses: readonly string[];
}

/** What a move sends. */
export interface Call {
  readonly data: string;
  readonly value: bigint;
  /** The head of the claim that the move makes, if it makes one. */
  readonly head?: ClaimHead;
}

export async function deployTable(chain: Chain, rules: Rules, items: number): Promise<Table> {
  const { ethers } = chain;
  const inbox = (await ethers.deployContract("MockInbox")) as unknown as MockInbox;
  await inbox.append(MOST_CLAIMS + 1);
  const verifier = await ethers.deployContract("MockStepVerifier", [items]);
  const params = {
    inbox: await inbox.getAddress(),
    verifier: await verifier.getAddress(),
    fanout: rules.fanout,
    ...rules.windows,
    claimBond: rules.claimBond,
    challengeBond: rules.challengeBond,
    defendBond: rules.defendBond,
  };
  const claims = (await ethers.deployContract("Claims", [params, GENESIS])) as unknown as Claims;
  const machines = Array.from({ length: COLOURS }, (_, colour) =>
    machinesTo({ ...GENESIS, fees: BigInt(colour) }, BigInt(MOST_CLAIMS + 1), items),
  );
  const signers = await ethers.getSigners();
  const addresses = signers.slice(0, ACTORS).map((signer) => signer.address);
  return { chain, claims, inbox, rules, items, machines, heads: [headOf(await claims.genesisHead())], addresses };
}

/** The call of a move in a state. */
export async function callOf(table: Table, state: State, move: Exclude<Move, { kind: "wait" }>): Promise<Call> {
  const { claims, rules } = table;
  const codec = claims.interface;
  if (move.kind === "claim") return claimCall(table, move);
  const head = headAt(table, move.claim);
  const claim = claimAt(state, move.claim);
  const free = { value: 0n };
  switch (move.kind) {
    case "challenge":
      return { data: codec.encodeFunctionData("challenge", [head]), value: BigInt(rules.challengeBond) };
    case "defend": {
      const { elements } = traceOf(table, claim, head, 0 as Path, claim.start, move.colours);
      const value = move.by === claim.proposer ? 0n : BigInt(rules.defendBond);
      return { data: codec.encodeFunctionData("defend", [head, [...elements]]), value };
    }
    case "pick": {
      const owner = addressOf(table, move.owner);
      return { data: codec.encodeFunctionData("pick", [head, owner, move.path, move.j]), ...free };
    }
    case "timeout": {
      const owner = addressOf(table, move.owner);
      return { data: codec.encodeFunctionData("timeout", [head, owner, move.path, move.j]), ...free };
    }
    case "answer": {
      const line = claim.lines.get(move.by);
      const above = parentOf(move.path);
      const j = lastPick(move.path);
      const start = line?.traces.has(above) ? colourAt(claim, line, above, j - 1) : claim.start;
      const segment = segmentAt(storedTrace(table, claim, head, line, above), clamp(j, rules.fanout));
      const { elements } = traceOf(table, claim, head, move.path, start, move.colours);
      return { data: codec.encodeFunctionData("answer", [head, move.path, segment, [...elements]]), ...free };
    }
    case "prove": {
      const line = claim.lines.get(move.owner);
      const j = clamp(move.j, rules.fanout);
      const segment = segmentAt(storedTrace(table, claim, head, line, move.path), j);
      const left = line?.traces.has(move.path) ? colourAt(claim, line, move.path, j - 1) : claim.start;
      const { from, to } = traceRange(rules.fanout, Math.max(1, claim.levels), move.path);
      const pre = machineAt(table, head, left, from + (j - 1) * Math.floor((to - from) / rules.fanout));
      const owner = addressOf(table, move.owner);
      const args = [head, owner, move.path, move.j, segment, pre, mockWitness(pre)] as const;
      return { data: codec.encodeFunctionData("prove", [...args]), ...free };
    }
    case "settle":
      return { data: codec.encodeFunctionData("settle", [head, addressOf(table, move.owner)]), ...free };
    case "confirm":
      return { data: codec.encodeFunctionData("confirm", [head]), ...free };
    case "void":
      return { data: codec.encodeFunctionData("voidClaim", [head]), ...free };
    case "collectClaim":
      return { data: codec.encodeFunctionData("collectClaimBond", [head]), ...free };
    case "collectSeat":
      return { data: codec.encodeFunctionData("collectSeatBond", [head, addressOf(table, move.payer)]), ...free };
    case "collectLine":
      return { data: codec.encodeFunctionData("collectLineBond", [head, addressOf(table, move.payer)]), ...free };
  }
}

/** What the contract stores of a claim, in the model's words. */
export async function storedClaim(table: Table, index: number) {
  const state = await table.claims.claimState(await table.claims.claimId(headAt(table, index)));
  return {
    status: CLAIM_STATUS[Number(state.status)],
    collected: state.bondCollected,
    time: Number(state.time),
    livingLines: Number(state.livingLines),
    beneficiary: actorOf(table, state.beneficiary),
  };
}

/** What the contract stores of a line, in the model's words. */
export async function storedLine(table: Table, index: number, owner: number) {
  const id = await table.claims.claimId(headAt(table, index));
  const line = await table.claims.lineState(id, addressOf(table, owner));
  return {
    status: LINE_STATUS[Number(line.status)],
    collected: line.bondCollected,
    round: Number(line.round),
    open: Number(line.open),
    killer: actorOf(table, line.killer),
  };
}

export function addressOf(table: Table, actor: number): string {
  return table.addresses[actor] ?? ZeroAddress;
}

function actorOf(table: Table, address: string): number {
  return address === ZeroAddress ? NOBODY : table.addresses.indexOf(address);
}

async function claimCall(table: Table, move: Extract<Move, { kind: "claim" }>): Promise<Call> {
  const parent = headAt(table, move.parent);
  const end = table.machines[move.end]?.[Number(parent.endEntry + 1n) * table.items] as Machine;
  const salt = toBeHex(table.heads.length, 32) as Hex;
  const acc = (await table.inbox.acc(end.entry)) as Hex;
  const head: ClaimHead = {
    parent: (await table.claims.claimId(parent)) as Hex,
    start: parent.machine,
    machine: machineHash(end),
    acc,
    endEntry: end.entry,
    levels: move.levels,
    proposer: addressOf(table, move.by),
    salt,
  };
  const data = table.claims.interface.encodeFunctionData("claim", [parent, move.levels, acc, end, salt]);
  return { data, value: BigInt(table.rules.claimBond), head };
}

function headAt(table: Table, index: number): ClaimHead {
  const head = table.heads[index];
  if (!head) throw new RangeError(`no head ${index}`);
  return head;
}

/** The machine after `step` steps of the claim, in a colour; it halts at the claim's end. */
function machineAt(table: Table, head: ClaimHead, colour: Colour, step: number): Machine {
  const first = Number(head.endEntry - 1n) * table.items;
  const machine = table.machines[colour]?.[first + Math.min(step, table.items)];
  if (!machine) throw new RangeError(`no machine ${step} of colour ${colour}`);
  return machine;
}

function traceOf(
  table: Table,
  claim: Claim,
  head: ClaimHead,
  path: Path,
  start: Colour,
  colours: readonly Colour[],
): Trace {
  const { fanout } = table.rules;
  const levels = Math.max(1, claim.levels);
  const { from } = traceRange(fanout, levels, path);
  const steps = traceSteps(fanout, levels, path);
  const hash = (colour: Colour, step: number): Hex => machineHash(machineAt(table, head, colour, step));
  const elements = steps.map((step, i) => hash(colours[i] ?? start, step));
  return buildTrace(hash(start, from), elements, fanout);
}

/** The trace at `path` as the model has it, or any trace when there is none: the call will be refused. */
function storedTrace(table: Table, claim: Claim, head: ClaimHead, line: Line | undefined, path: Path): Trace {
  const trace = line?.traces.get(path);
  if (!line || !trace) return buildTrace(head.machine, [head.start], table.rules.fanout);
  return traceOf(table, claim, head, path, colourAt(claim, line, path, 0), trace.colours);
}

function clamp(j: number, fanout: number): number {
  return Math.min(Math.max(j, 1), fanout);
}

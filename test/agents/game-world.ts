/** A game over mocks as agents see it: contracts with a step that anyone can compute, its true machines, and actors. */
import { createChallenger } from "@lakh/challenger";
import type { Claims, MockInbox } from "@lakh/bindings";
import { machineHash, pathLength, stepsPerSegment, traceRange, type Hex, type Machine } from "@lakh/protocol";
import { createProposer, type ClaimPolicy } from "@lakh/proposer";
import { createGameReader, type ClaimSpan, type GameView, type Stepper, type Truth } from "@lakh/service";

import { createLiar } from "../../packages/devnet/src/liar.ts";
import { CHALLENGE_BOND, CLAIM_BOND, DEFEND_BOND, GENESIS, mockStep, mockWitness, WINDOWS } from "../claims/game.ts";
import { openL1, quietDeps, type TestL1 } from "./l1.ts";

export interface GameSize {
  readonly fanout: number;
  /** Entries of the Inbox at the start. */
  readonly entries: number;
  /** Items of each entry. */
  readonly items: number;
}

/** Opens a game on an L1 of its own. */
export async function openGame(size: GameSize): Promise<GameWorld> {
  const l1 = await openL1();
  return { ...l1, ...playersOf(l1, await deployContracts(l1, size), size) };
}

/**
 * Opens games of which each starts on an L1 that looks new: it is opened once for a size, and taken back to its start for
 * the next game, with which the one before is over.
 */
export function gamesOn<T extends TestL1>(open: () => Promise<T>): (size: GameSize) => Promise<GameWorld & T> {
  const starts = new Map<string, { l1: T; contracts: Contracts; restore: () => Promise<void> }>();
  return async (size) => {
    const key = [size.fanout, size.entries, size.items].join();
    const known = starts.get(key);
    if (known !== undefined) {
      await known.restore();
      return { ...known.l1, ...playersOf(known.l1, known.contracts, size) };
    }
    const l1 = await open();
    const contracts = await deployContracts(l1, size);
    const { restore } = await l1.networkHelpers.takeSnapshot();
    starts.set(key, { l1, contracts, restore });
    return { ...l1, ...playersOf(l1, contracts, size) };
  };
}

interface Contracts {
  readonly inbox: MockInbox;
  readonly claims: Claims;
  /** Of claims. */
  readonly address: string;
}

async function deployContracts({ ethers }: TestL1, { fanout, entries, items }: GameSize): Promise<Contracts> {
  const inbox = (await ethers.deployContract("MockInbox")) as unknown as MockInbox;
  await inbox.append(entries);
  const verifier = await ethers.deployContract("MockStepVerifier", [items]);
  const params = {
    inbox: await inbox.getAddress(),
    verifier: await verifier.getAddress(),
    fanout,
    ...WINDOWS,
    claimBond: CLAIM_BOND,
    challengeBond: CHALLENGE_BOND,
    defendBond: DEFEND_BOND,
  };
  const claims = (await ethers.deployContract("Claims", [params, GENESIS])) as unknown as Claims;
  return { inbox, claims, address: await claims.getAddress() };
}

/** Who plays on a fresh deployment. */
function playersOf({ l1, provider, senderOf }: TestL1, { inbox, claims, address }: Contracts, { items }: GameSize) {
  const game = { claims: address, fromBlock: 0, marginSeconds: 0 };
  const truth = mockTruth(inbox.connect(provider), items);
  const reader = createGameReader(game, l1);

  /** A proposer as after a fresh start: he knows what L1 says. */
  const proposer = async (name: string, policy: Partial<ClaimPolicy> = {}): Promise<Stepper> => {
    const sender = await senderOf(name);
    const config = { ...game, intervalSeconds: 0, mostPending: 1, ...policy };
    return createProposer(config, { ...quietDeps(), l1, sender, truth });
  };
  const challenger = async (name: string): Promise<Stepper> =>
    createChallenger(game, { ...quietDeps(), l1, sender: await senderOf(name), truth });
  const liar = async (name: string, levels: number, honestSteps: number): Promise<Stepper> =>
    createLiar({ ...game, levels, honestSteps }, { ...quietDeps(), l1, sender: await senderOf(name), truth });
  const view = (): Promise<GameView> => reader.read();
  return { inbox, claims, truth, proposer, challenger, liar, view };
}

export type GameWorld = TestL1 & ReturnType<typeof playersOf>;

/** What anyone can compute of the mock: entries of `items` items. */
function mockTruth(inbox: MockInbox, items: number): Truth {
  const machines: Machine[] = [GENESIS];
  const accs: Hex[] = [];
  const machine = (number: number): Machine => {
    for (let i = machines.length; i <= number; i++) machines.push(mockStep(machines[i - 1] as Machine, items));
    return machines[number] as Machine;
  };
  const inSpan = ({ startEntry, endEntry }: ClaimSpan, step: number): Machine =>
    machine(Math.min(startEntry * items + step, endEntry * items));
  return {
    refresh: async () => {
      const length = Number(await inbox.length());
      // An accumulator stands for all entries before it.
      if (length === accs.length - 1 && (await inbox.acc(length)) === accs[length]) return;
      accs.length = 0;
      for (let entry = 0; entry <= length; entry++) accs.push((await inbox.acc(entry)) as Hex);
    },
    length: () => accs.length - 1,
    accAt: (entry) => accs[entry],
    machineAt: async (entry) => (entry < accs.length ? machine(entry * items) : undefined),
    itemsBetween: async (from, to) => (to - from) * items,
    trace: async (span, path) => {
      const { from } = traceRange(span.fanout, span.levels, path);
      const every = stepsPerSegment(span.fanout, span.levels, pathLength(path));
      return Array.from({ length: span.fanout }, (_, i) => machineHash(inSpan(span, from + (i + 1) * every)));
    },
    proofOf: async (span, step) => {
      const pre = inSpan(span, step);
      return { machine: pre, witness: pre.entry >= BigInt(span.endEntry) ? "0x" : (mockWitness(pre) as Hex) };
    },
  };
}

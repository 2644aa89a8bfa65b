/** What the tests of Claims share: a deployed game over mocks, and the true and lying hashes to play with. */
import { machineHash, type ClaimHead, type Hex, type Machine } from "@lakh/protocol";
import type { Claims, MockInbox, MockStepVerifier } from "@lakh/bindings";
import { AbiCoder, keccak256 } from "ethers";
import { network } from "hardhat";

export const CLAIM_BOND = 1_000_001n;
export const CHALLENGE_BOND = 2_000_003n;
export const DEFEND_BOND = 3_000_005n;
export const WINDOWS = { challengeSeconds: 1000, defendSeconds: 100, replySeconds: 50 };
export const SALT: Hex = `0x${"5a".repeat(32)}`;
const ENTRIES = 20;

/** The first machine of every test. */
export const GENESIS: Machine = {
  stateRoot: `0x${"01".repeat(32)}`,
  nextObject: 2,
  nextExit: 0n,
  entry: 0n,
  cursor: 0,
  time: 0n,
  fees: 0n,
};

/** Deploys Claims over a mock Inbox of 20 entries and a mock step with `items` items an entry. */
export async function deployGame(fanout = 4, items = 3) {
  const { ethers, networkHelpers } = await network.create();
  const signers = await ethers.getSigners();
  const inbox = (await ethers.deployContract("MockInbox")) as unknown as MockInbox;
  await inbox.append(ENTRIES);
  const verifier = (await ethers.deployContract("MockStepVerifier", [items])) as unknown as MockStepVerifier;
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
  const genesis = headOf(await claims.genesisHead());
  return { ethers, networkHelpers, signers, inbox, verifier, claims, params, genesis };
}

export type Game = Awaited<ReturnType<typeof deployGame>>;

/** The mock's step, in TypeScript. */
export function mockStep(pre: Machine, items: number): Machine {
  const stateRoot = keccak256(
    AbiCoder.defaultAbiCoder().encode(["bytes32", "uint64", "uint32"], [pre.stateRoot, pre.entry, pre.cursor]),
  ) as Hex;
  const atEnd = pre.cursor + 1 === items;
  return { ...pre, stateRoot, cursor: atEnd ? 0 : pre.cursor + 1, entry: atEnd ? pre.entry + 1n : pre.entry };
}

/** The mock's witness for a machine: the number of the item in its entry. */
export function mockWitness(pre: Machine): string {
  return AbiCoder.defaultAbiCoder().encode(["uint32"], [pre.cursor]);
}

/** The true machines of a claim, step 0 first; the last one has halted at `endEntry`. */
export function machinesTo(start: Machine, endEntry: bigint, items: number): Machine[] {
  const machines = [start];
  for (let m = start; m.entry < endEntry;) {
    m = mockStep(m, items);
    machines.push(m);
  }
  return machines;
}

/** Hash of the machine after `step` steps; a machine that has halted stays. */
export function hashAt(machines: readonly Machine[], step: number): Hex {
  return machineHash(machines[Math.min(step, machines.length - 1)] as Machine);
}

/** A head as the contract returns it, in the protocol's types. */
export function headOf(struct: Awaited<ReturnType<Claims["genesisHead"]>>): ClaimHead {
  return {
    parent: struct.parent as Hex,
    start: struct.start as Hex,
    machine: struct.machine as Hex,
    acc: struct.acc as Hex,
    endEntry: struct.endEntry,
    levels: Number(struct.levels),
    proposer: struct.proposer,
    salt: struct.salt as Hex,
  };
}

/** Makes a claim and returns its head. */
export async function makeClaim(
  game: Game,
  signer: Game["signers"][number],
  parent: ClaimHead,
  end: Machine,
  levels: number,
  salt = SALT,
): Promise<ClaimHead> {
  const acc = (await game.inbox.acc(end.entry)) as Hex;
  const claims = game.claims.connect(signer);
  await claims.claim(parent, levels, acc, end, salt, { value: CLAIM_BOND });
  return {
    parent: (await claims.claimId(parent)) as Hex,
    start: parent.machine,
    machine: machineHash(end),
    acc,
    endEntry: end.entry,
    levels,
    proposer: signer.address,
    salt,
  };
}

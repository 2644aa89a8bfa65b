/** What the tests of the Bridge share: a deployment over claims that the test confirms, money in escrow, and states with exits. */
import type { Bridge, FickleReceiver, FickleToken, Inbox, MockClaims, MockToken } from "@lakh/bindings";
import {
  type Address,
  type ClaimHead,
  type Hex,
  type Machine,
  CAP_UNITS,
  ZERO_ADDRESS,
  genesisHead,
  machineHash,
} from "@lakh/protocol";
import type { BaseContract } from "ethers";
import { getCreateAddress } from "ethers";
import { network } from "hardhat";

import { type Exit, compactProof, exitTree } from "./exit-tree.ts";

export const { ethers, networkHelpers } = await network.create();

export const ETH = { token: ZERO_ADDRESS, shift: 9 };
/** One unit of the test's tokens is 10^12 of their smallest units. */
export const SHIFT = 12;
export const UNIT = 10n ** 12n;
export const GWEI = 10n ** 9n;
const NEXT_OBJECT = 7;

/** Deploys a contract under its typechain type. */
export async function deploy<T extends BaseContract>(name: string, args: readonly unknown[] = []): Promise<T> {
  return (await ethers.deployContract(name, [...args])) as unknown as T;
}

/** Inbox and Bridge over `claims`; the Bridge's address is predicted from the deployer's nonce. */
export async function deployPair(claims: Address, capUnits: bigint = CAP_UNITS) {
  const [deployer, batcher] = await ethers.getSigners();
  if (!deployer || !batcher) throw new Error("two signers are needed");
  const nonce = (await deployer.getNonce()) + 1;
  const predicted = getCreateAddress({ from: deployer.address, nonce });
  const rules = { forceDelay: 600, maxTimeDrift: 300, sequencerSilence: 3600 };
  const inbox = await deploy<Inbox>("Inbox", [{ batcher: batcher.address, bridge: predicted, ...rules }]);
  const bridge = await deploy<Bridge>("Bridge", [{ inbox: await inbox.getAddress(), claims, capUnits }]);
  return { inbox, bridge, deployer, batcher };
}

export async function deployBridge() {
  const claims = await deploy<MockClaims>("MockClaims");
  const pair = await deployPair((await claims.getAddress()) as Address);
  const [, , user, recipient, buyer] = await ethers.getSigners();
  if (!user || !recipient || !buyer) throw new Error("five signers are needed");
  const plain = await deploy<MockToken>("MockToken", ["Plain", "PLN", 18]);
  const fickle = await deploy<FickleToken>("FickleToken");
  const receiver = await deploy<FickleReceiver>("FickleReceiver");
  return { ...pair, claims, user, recipient, buyer, plain, fickle, receiver };
}

/** The deployment of a test; each starts from the same block. */
export function freshBridge() {
  return networkHelpers.loadFixture(deployBridge);
}

export type World = Awaited<ReturnType<typeof deployBridge>>;

/** Address of a contract or a signer, as the protocol writes it. */
export async function addressOf(target: { getAddress(): Promise<string> }): Promise<Address> {
  return (await target.getAddress()).toLowerCase() as Address;
}

/** Puts `units` of ETH into escrow. */
export async function fundEth(world: World, units: bigint): Promise<void> {
  await world.bridge.connect(world.user).depositETH(0, world.user.address, { value: units * GWEI });
}

/** Lists a token at `SHIFT` and puts `units` of it into escrow. */
export async function fundToken(world: World, token: MockToken, units: bigint): Promise<void> {
  const { bridge, user } = world;
  if (!(await bridge.isListed(token, SHIFT))) await bridge.listToken(token, SHIFT);
  await token.mint(user.address, units * UNIT);
  await token.connect(user).approve(bridge, units * UNIT);
  await bridge.connect(user).depositERC20(token, SHIFT, 2, 0, user.address, units * UNIT);
}

/** A confirmed state with exits. */
export interface Confirmed {
  readonly head: ClaimHead;
  readonly machine: Machine;
  readonly proof: (exit: Exit) => Hex[];
}

/** The machine whose state holds `exits`, numbered from 0 without a gap, and its proofs. */
export function stateOf(exits: readonly Exit[]): Omit<Confirmed, "head"> {
  const nodeAt = exitTree(exits, NEXT_OBJECT);
  const nextExit = BigInt(exits.length);
  const stateRoot = nodeAt(20, 0n);
  const rest = { nextObject: NEXT_OBJECT, nextExit, entry: 3n, cursor: 0, time: 1_700_000_000n, fees: 12_345n };
  return {
    machine: { stateRoot, ...rest },
    proof: (exit) => compactProof(nodeAt, exit.number, NEXT_OBJECT, nextExit),
  };
}

/** Confirms a claim of `machine`. */
export async function confirm(world: World, machine: Machine): Promise<ClaimHead> {
  const head = genesisHead(machineHash(machine), machine.entry);
  await world.claims.confirm(head);
  return head;
}

/** Confirms a state with `exits`. */
export async function confirmExits(world: World, exits: readonly Exit[]): Promise<Confirmed> {
  const state = stateOf(exits);
  return { ...state, head: await confirm(world, state.machine) };
}

/** Exits of these contents, numbered from 0. */
export function numbered(contents: readonly Omit<Exit, "number">[]): Exit[] {
  return contents.map((content, i) => ({ number: BigInt(i), ...content }));
}

/** A state of one exit, confirmed, and a call that finalizes it. */
export async function oneExit(world: World, content: Omit<Exit, "number">) {
  const [exit] = numbered([content]);
  if (!exit) throw new Error("no exit");
  const { head, machine, proof } = await confirmExits(world, [exit]);
  const siblings = proof(exit);
  return {
    ...{ exit, head, machine, siblings },
    finalize: (overrides: { gasLimit?: bigint } = {}) =>
      world.bridge.connect(world.deployer).finalizeExit(head, machine, exit, siblings, overrides),
    calldata: world.bridge.interface.encodeFunctionData("finalizeExit", [head, machine, exit, siblings]),
  };
}

/** Any address nobody has used. */
export function freshAddress(seed: number): Address {
  return `0x${seed.toString(16).padStart(4, "0").repeat(10)}`;
}

/** What the tests of the Inbox share: an Inbox whose Bridge is a plain account, and a mirror of its hashes in TypeScript. */
import type { Inbox } from "@lakh/bindings";
import {
  EntryKind,
  type EntryHeader,
  type Hex,
  ZERO_HASH,
  dataHash,
  fromHex,
  nextAcc,
  nextQueueHash,
  toHex,
  uintBytes,
} from "@lakh/protocol";
import type { ContractTransactionResponse } from "ethers";
import { network } from "hardhat";

export const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** Seconds. */
export const RULES = { forceDelay: 600, maxTimeDrift: 300, sequencerSilence: 3600 };

/** An Inbox with its actors; one call of each `deployInbox` is one L1 history. */
export async function deployInbox() {
  const [deployer, batcher, bridge, stranger] = await ethers.getSigners();
  if (!deployer || !batcher || !bridge || !stranger) throw new Error("four signers are needed");
  const params = { batcher: batcher.address, bridge: bridge.address, ...RULES };
  const inbox = (await ethers.deployContract("Inbox", [params])) as unknown as Inbox;
  return { inbox, params, deployer, batcher, bridge, stranger, deployedAt: await time.latest() };
}

/** The Inbox of a test. Each starts from the same block. */
export function freshInbox() {
  return networkHelpers.loadFixture(deployInbox);
}

export type World = Awaited<ReturnType<typeof deployInbox>>;

/** Makes the next block mined `seconds` later than the last one, and returns its time. A call that reverts mines none. */
export async function nextBlockIn(seconds: number): Promise<bigint> {
  const timestamp = (await time.latest()) + seconds;
  await time.setNextBlockTimestamp(timestamp);
  return BigInt(timestamp);
}

/** The accumulator as it stands. */
export async function accNow(inbox: Inbox): Promise<Hex> {
  return (await inbox.acc(await inbox.length())) as Hex;
}

/** Appends a batch as the batcher, in a block one second later and with that block's time. */
export async function append(world: World, data: Uint8Array): Promise<ContractTransactionResponse> {
  const now = await nextBlockIn(1);
  return world.inbox.connect(world.batcher).appendBatch(await accNow(world.inbox), now, data);
}

/** Enqueues `count` forced envelopes and returns their items. */
export async function enqueue(world: World, count: number): Promise<Uint8Array[]> {
  const items: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const envelope = uintBytes(0x1100 + i, 2);
    await world.inbox.connect(world.stranger).enqueueForced(envelope);
    items.push(forcedItem(envelope));
  }
  return items;
}

/** The queue item of a forced envelope. */
export function forcedItem(envelope: Uint8Array): Uint8Array {
  return Uint8Array.of(3, ...envelope);
}

/** The header of a calldata batch. */
export function batchHeader(data: Uint8Array, at: bigint): EntryHeader {
  return { kind: EntryKind.Calldata, time: at, a: BigInt(data.length), b: 0n, hash: dataHash(data) };
}

/** The header of a queue slice; `items` are all items of the queue up to `to`. */
export function sliceHeader(items: readonly Uint8Array[], from: number, to: number, at: bigint): EntryHeader {
  const hash = toHex(uintBytes(chain(items.slice(0, to)), 32));
  return { kind: EntryKind.Queue, time: at, a: BigInt(from), b: BigInt(to), hash };
}

/** The queue's hash chain behind all of `items`. */
export function chain(items: readonly Uint8Array[]): bigint {
  return items.reduce((hash, item) => nextQueueHash(hash, item), 0n);
}

/** The accumulator behind all of `headers`. */
export function accOf(headers: readonly EntryHeader[]): Hex {
  return headers.reduce<Hex>((acc, header) => nextAcc(acc, header), ZERO_HASH);
}

/** A header as an event carries it. */
export function headerTuple(header: EntryHeader): [number, bigint, bigint, bigint, Hex] {
  return [header.kind, header.time, header.a, header.b, header.hash];
}

/** The bytes that derivation reads from an `appendBatch` transaction's input. */
export function dataOfInput(input: string, size: bigint): Uint8Array {
  return fromHex(input).subarray(132, 132 + Number(size));
}

/** A whole dispute over one item, on the real contracts: what its `prove` costs. */
import type { Claims, Inbox } from "@lakh/bindings";
import { BLOB_CAPACITY, packBlobs } from "@lakh/da";
import {
  MAX_BATCH,
  MAX_BLOB_BATCH,
  MAX_ITEM,
  ROOT,
  ZERO_HASH,
  buildTrace,
  concat,
  domainSeparator,
  encodeBatch,
  machineHash,
  readBatchItem,
  segmentAt,
  type Address,
  type Hex,
  type Machine,
} from "@lakh/protocol";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { developmentKey } from "../../agents/wire.ts";
import { headOf } from "../../claims/game.ts";
import { sendBlobs } from "../blobs.ts";
import { seededBytes } from "../random.ts";
import { FEE_RECIPIENT, deployFamilies, moved } from "./deploy.ts";
import type { SparseTree } from "./sparse-tree.ts";
import { type Place, inBatch, inBlobs, packWitness } from "./witness.ts";

const FANOUT = 1024;
const WINDOWS = { challengeSeconds: 1000, defendSeconds: 100, replySeconds: 50 };
const BOND = 1_000_000n;
/** Items before the one in dispute, each of two bytes: a length and rubbish. */
const BEFORE = 699;
/** As many bytes before the one in dispute let it start in the last byte of one blob's last element. */
const BEFORE_IN_BLOBS = BLOB_CAPACITY - 1;
const LIE: Hex = `0x${"11".repeat(32)}`;

/** The contracts of a deployment, its history starting at `genesis` in the block of time `now`. */
export async function deployDispute(state: SparseTree, now: bigint) {
  const { ethers, networkHelpers } = await network.create();
  const [batcher, bridge] = await ethers.getSigners();
  if (!batcher || !bridge) throw new Error("two signers are needed");
  const rules = { forceDelay: 600, maxTimeDrift: 300, sequencerSilence: 3600 };
  const inbox = (await ethers.deployContract("Inbox", [
    { batcher: batcher.address, bridge: bridge.address, ...rules },
  ])) as unknown as Inbox;
  const families = await deployFamilies(ethers);
  const address = (await inbox.getAddress()).toLowerCase() as Address;
  const verifier = await ethers.deployContract("StepVerifier", [address, FEE_RECIPIENT, families]);
  const { nextObject, nextExit } = state;
  const numbers = { nextObject, nextExit, entry: 0n, cursor: 0, time: now - 12n, fees: 987_654_321n };
  const genesis: Machine = { stateRoot: state.root(), ...numbers };
  const bonds = { claimBond: BOND, challengeBond: BOND, defendBond: BOND };
  const params = { inbox: address, verifier: await verifier.getAddress(), fanout: FANOUT, ...WINDOWS, ...bonds };
  const claims = (await ethers.deployContract("Claims", [params, genesis])) as unknown as Claims;
  const { chainId } = await ethers.provider.getNetwork();
  return {
    inbox,
    claims,
    genesis,
    state,
    now,
    ethers,
    networkHelpers,
    separator: domainSeparator({ chainId, inbox: address }),
  };
}

export type Dispute = Awaited<ReturnType<typeof deployDispute>>;

/** How an entry's bytes get to L1. */
export type Mode = "calldata" | "blobs";

/** A full batch with `item` in the midst of it, the machine that comes to it, and its place. */
export function placeItem(
  { genesis, now }: Dispute,
  item: Uint8Array,
  mode: Mode = "calldata",
): { batch: Uint8Array; place: Place; pre: Machine; cursors: readonly number[] } {
  const size = mode === "blobs" ? MAX_BLOB_BATCH : MAX_BATCH;
  const behind = seededBytes("behind", size);
  const items = mode === "blobs" ? junkOf(BEFORE_IN_BLOBS) : new Array<Uint8Array>(BEFORE).fill(Uint8Array.of(0));
  const batch = concat(encodeBatch([...items, item]), behind).slice(0, size);
  const cursors = [0];
  for (let i = 0; i < items.length; i++) cursors.push(readBatchItem(batch, cursors[i] as number).next);
  const cursor = cursors[items.length] as number;
  const found = mode === "blobs" ? inBlobs(batch, cursor, now) : inBatch(batch, cursor, now);
  return { batch, place: { ...found, accBefore: ZERO_HASH }, pre: { ...genesis, time: now, cursor }, cursors };
}

/** Rubbish items that take `bytes` bytes with their lengths, as few as can be. */
function junkOf(bytes: number): Uint8Array[] {
  const items: Uint8Array[] = [];
  const full = MAX_ITEM + 2;
  let left = bytes;
  for (; left > 2 * full; left -= full) items.push(new Uint8Array(MAX_ITEM));
  const half = left >> 1;
  return [...items, new Uint8Array(half - 2), new Uint8Array(left - half - 2)];
}

async function appendBlobs({ inbox, now, ethers }: Dispute, batch: Uint8Array): Promise<void> {
  const data = inbox.interface.encodeFunctionData("appendBlobs", [ZERO_HASH, now, batch.length]);
  const call = { to: await inbox.getAddress(), data };
  await sendBlobs(ethers.provider, new Wallet(developmentKey(0)), call, packBlobs(batch));
}

/** Claims a wrong end, lies about the item after many true ones, and is proved wrong. Gas of that `prove` and its calldata. */
export async function disprove(dispute: Dispute, item: Uint8Array, leaves: readonly number[], mode: Mode = "calldata") {
  const { inbox, claims, genesis, state, now, networkHelpers } = dispute;
  const { batch, place, pre, cursors } = placeItem(dispute, item, mode);
  const before = cursors.length - 1;
  await networkHelpers.time.setNextBlockTimestamp(now);
  if (mode === "blobs") await appendBlobs(dispute, batch);
  else await inbox.appendBatch(ZERO_HASH, now, batch);

  const end: Machine = { ...moved(pre, place), entry: 1n, cursor: 0 };
  const parent = headOf(await claims.genesisHead());
  const acc = (await inbox.acc(1n)) as Hex;
  await claims.claim(parent, 1, acc, end, LIE, { value: BOND });
  const made = (await claims.queryFilter(claims.filters.ClaimMade())).at(-1);
  if (!made) throw new Error("no claim was made");
  const head = headOf(made.args.head);
  await claims.challenge(head, { value: BOND });
  const truths = cursors.slice(1).map((cursor) => machineHash({ ...genesis, time: now, cursor }));
  const lies = Array.from({ length: FANOUT - before - 1 }, () => LIE);
  const trace = buildTrace(head.start, [...truths, ...lies, head.machine], FANOUT);
  await claims.defend(head, [...trace.elements]);

  const witness = packWitness(place, state, leaves);
  const segment = segmentAt(trace, before + 1);
  const sent = await claims.prove(head, head.proposer, ROOT, before + 1, segment, pre, witness);
  const receipt = await sent.wait();
  const [event] = await claims.queryFilter(claims.filters.StepDisproved());
  if (!receipt || !event) throw new Error("the lie stands");
  return { gasUsed: receipt.gasUsed, input: sent.data, actual: event.args.actual as Hex, witness, place, pre };
}

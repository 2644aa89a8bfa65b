/** A whole dispute over one item, on the real contracts: what its `prove` costs. */
import type { Claims, Inbox } from "@lakh/bindings";
import {
  MAX_BATCH,
  ROOT,
  ZERO_HASH,
  buildTrace,
  domainSeparator,
  machineHash,
  segmentAt,
  type Address,
  type Hex,
  type Machine,
} from "@lakh/protocol";
import { network } from "hardhat";

import { headOf } from "../../claims/game.ts";
import { seededBytes } from "../random.ts";
import { FEE_RECIPIENT, deployFamilies, moved } from "./deploy.ts";
import type { SparseTree } from "./sparse-tree.ts";
import { type Place, inBatch, packWitness } from "./witness.ts";

const FANOUT = 1024;
const WINDOWS = { challengeSeconds: 1000, defendSeconds: 100, replySeconds: 50 };
const BOND = 1_000_000n;
/** Items before the one in dispute, each of two bytes: a length and rubbish. */
const BEFORE = 699;
const CURSOR = 2 * BEFORE;
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
    networkHelpers,
    separator: domainSeparator({ chainId, inbox: address }),
  };
}

export type Dispute = Awaited<ReturnType<typeof deployDispute>>;

/** A full batch with `item` in the midst of it, the machine that comes to it, and its place. */
export function placeItem(
  { genesis, now }: Dispute,
  item: Uint8Array,
): { batch: Uint8Array; place: Place; pre: Machine } {
  const batch = new Uint8Array(MAX_BATCH);
  for (let at = 0; at < CURSOR; at += 2) batch[at] = 1;
  const prefix = item.length < 128 ? [item.length] : [0x80 + (item.length >> 8), item.length & 255];
  batch.set([...prefix, ...item], CURSOR);
  const end = CURSOR + prefix.length + item.length;
  batch.set(seededBytes("behind", MAX_BATCH - end), end);
  const place = { ...inBatch(batch, CURSOR, now), accBefore: ZERO_HASH };
  return { batch, place, pre: { ...genesis, time: now, cursor: CURSOR } };
}

/** Claims a wrong end, lies about the item after 699 true ones, and is proved wrong. Gas of that `prove` and its calldata. */
export async function disprove(dispute: Dispute, item: Uint8Array, leaves: readonly number[]) {
  const { inbox, claims, genesis, state, now, networkHelpers } = dispute;
  const { batch, place, pre } = placeItem(dispute, item);
  await networkHelpers.time.setNextBlockTimestamp(now);
  await inbox.appendBatch(ZERO_HASH, now, batch);

  const end: Machine = { ...moved(pre, place), entry: 1n, cursor: 0 };
  const parent = headOf(await claims.genesisHead());
  const acc = (await inbox.acc(1n)) as Hex;
  await claims.claim(parent, 1, acc, end, LIE, { value: BOND });
  const made = (await claims.queryFilter(claims.filters.ClaimMade())).at(-1);
  if (!made) throw new Error("no claim was made");
  const head = headOf(made.args.head);
  await claims.challenge(head, { value: BOND });
  const truths = Array.from({ length: BEFORE }, (_, i) => machineHash({ ...genesis, time: now, cursor: 2 * i + 2 }));
  const lies = Array.from({ length: FANOUT - BEFORE - 1 }, () => LIE);
  const trace = buildTrace(head.start, [...truths, ...lies, head.machine], FANOUT);
  await claims.defend(head, [...trace.elements]);

  const witness = packWitness(place, state, leaves);
  const segment = segmentAt(trace, BEFORE + 1);
  const sent = await claims.prove(head, head.proposer, ROOT, BEFORE + 1, segment, pre, witness);
  const receipt = await sent.wait();
  const [event] = await claims.queryFilter(claims.filters.StepDisproved());
  if (!receipt || !event) throw new Error("the lie stands");
  return { gasUsed: receipt.gasUsed, input: sent.data, actual: event.args.actual as Hex, witness, place, pre };
}

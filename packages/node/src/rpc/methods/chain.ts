/** Methods about the order of entries and the machine. */
import { EntryKind, OUTCOMES, QueueKind, decodeEnvelope, machineHash, readBatchItem } from "@lakh/protocol";

import { Fault } from "../../faults.ts";
import type { Head, LakhNode } from "../../node.ts";
import { itemHash } from "../../sequencer/receipt.ts";
import type { Entry } from "../../types.ts";
import { mapInTurns } from "../../turns.ts";
import { VERSION } from "../../version.ts";
import type { Methods } from "./method.ts";

export const chainMethods: Methods = {
  lakh_chainInfo: { params: 0, call: chainInfo },
  lakh_heads: { params: 0, call: (node) => headsView(node) },
  lakh_getMachine: {
    params: 1,
    calls: 10,
    isLong: true,
    call: async (node, params) => {
      const machine = await node.machineAt(params.integer(0));
      return { ...machine, hash: machineHash(machine) };
    },
  },
  lakh_entryData: { params: 1, call: (node, params) => dataView(node, params.integer(0)) },
  lakh_getEntry: { params: 1, calls: 50, isLong: true, call: (node, params) => entryView(node, params.integer(0)) },
};

function chainInfo(node: LakhNode) {
  const { deployment, sequencer } = node.config;
  const addresses = ADDRESSES.map((name) => [name, deployment[name].toLowerCase()] as const);
  const minFee = sequencer?.minFee ?? 0n;
  return { chainId: deployment.chainId, ...Object.fromEntries(addresses), mode: node.mode, minFee, version: VERSION };
}

const ADDRESSES = ["inbox", "bridge", "claims", "stepVerifier", "feeRecipient", "sequencer"] as const;

/** What `lakh_heads` answers and `heads` subscribers get. */
export function headsView(node: LakhNode) {
  const { unsafe, safe, finalized } = node.heads();
  return { unsafe: headView(unsafe), safe: headView(safe), finalized: headView(finalized) };
}

function headView({ entry, acc, machine }: Head) {
  return { entry, acc, stateRoot: machine.stateRoot, time: machine.time };
}

async function entryView(node: LakhNode, number: number) {
  if (number >= node.chain.length) throw new Fault("NotFound", `there is no entry ${number} yet`, { entry: number });
  const entry = await node.entry(number);
  const outcomes = await outcomesOf(node, entry);
  const items = await mapInTurns(itemsOf(entry), (item, i) => itemView(item, outcomes[i] ?? 0, entry.header.kind));
  const place = node.l1PlaceOf(number);
  return {
    entry: number,
    header: entry.header,
    accBefore: entry.accBefore,
    acc: entry.acc,
    items,
    l1Block: place?.block ?? null,
    l1Transaction: place?.transaction ?? null,
  };
}

/** What L1 may not keep: an entry's bytes, and its blobs where the bytes do not give them back. Whoever asks checks them. */
async function dataView(node: LakhNode, number: number) {
  if (number >= node.chain.length) throw new Fault("NotFound", `there is no entry ${number} yet`, { entry: number });
  const { header, accBefore, acc, payload, blobs } = await node.entry(number);
  const data = payload instanceof Uint8Array ? { data: payload } : { items: payload };
  return { entry: number, header, accBefore, acc, ...data, ...(blobs && { blobs }) };
}

/** Entries whose results the node does not have are executed again for their outcomes. */
async function outcomesOf(node: LakhNode, entry: Entry): Promise<ArrayLike<number>> {
  const result = await node.resultOf(entry.number);
  if (result !== undefined) return result.outcomes;
  return (await node.stateAt(entry.number)).applyEntry(entry.header, entry.payload);
}

/** The items of an entry; undefined for the place where a batch ends early. */
function itemsOf({ payload }: Entry): (Uint8Array | undefined)[] {
  if (!(payload instanceof Uint8Array)) return [...payload];
  const items: (Uint8Array | undefined)[] = [];
  for (let at = 0; at < payload.length;) {
    const { item, next } = readBatchItem(payload, at);
    items.push(item);
    at = next;
  }
  return items;
}

function itemView(item: Uint8Array | undefined, outcome: number, kind: EntryKind) {
  const name = OUTCOMES[outcome]?.name;
  if (item === undefined) return { outcome, name, itemHash: null };
  const isForced = kind === EntryKind.Queue && item[0] === QueueKind.Forced;
  const bytes = isForced ? item.subarray(1) : item;
  const envelope = kind !== EntryKind.Queue || isForced ? decodeEnvelope(bytes) : undefined;
  const common = { outcome, name, itemHash: itemHash(item), bytes: item };
  return envelope === undefined ? common : { ...common, envelope };
}

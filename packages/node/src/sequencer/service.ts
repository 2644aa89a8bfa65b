/** The sequencer's side of the RPC: envelopes in, signed receipts and sealed entries out. */
import type { Engine } from "@lakh/engine";
import { ADDRESS_BYTES, SIGNATURE_BYTES } from "@lakh/kernels";
import { EntryKind, type Hex, MAX_ITEM, concat } from "@lakh/protocol";
import { verifyMessage } from "ethers";

import { hexOf } from "../bytes.ts";
import { Fault } from "../faults.ts";
import type { LakhNode } from "../node.ts";
import { breathe, mapInTurns } from "../turns.ts";
import { type DataMode, prefixBytes } from "./open-entry.ts";
import type { Promised, Receipt, ReceiptSigner } from "./receipt.ts";
import type { Sequencer } from "./sequencer.ts";

/** What became of one envelope of several. */
export type SendResult = { readonly receipt: Receipt } | { readonly fault: Fault };

/** A sealed entry as the batcher posts it. */
export interface SealedEntry {
  readonly entry: number;
  readonly accBefore: Hex;
  readonly kind: "calldata" | "blobs" | "queue";
  readonly time: bigint;
  /** A batch's bytes. */
  readonly data?: Hex;
  /** A slice's end. */
  readonly to?: bigint;
}

/** Envelopes that are recovered and executed in one turn of the event loop. */
const SLICE = 64;
/** Bytes of sealed entries in one answer, about. */
const MAX_ANSWER_BYTES = 4 << 20;

/** Takes envelopes in, in order; one refused does not keep the others out. Resolves once all receipts are durable. */
export async function sendEnvelopes(node: LakhNode, envelopes: readonly Uint8Array[]): Promise<SendResult[]> {
  const sequencer = sequencerOf(node);
  const accepted: (Promised | Fault)[] = [];
  for (let from = 0; from < envelopes.length; from += SLICE) {
    if (from > 0) await breathe();
    const slice = envelopes.slice(from, from + SLICE);
    const bytes = slice.reduce((sum, one) => sum + itemBytes(one), 0);
    // Asked in the turn in which the slice is accepted, so that nobody else comes in between.
    for (let wait = sequencer.whenOpen(bytes); wait !== undefined; wait = sequencer.whenOpen(bytes))
      if (!(await wait)) break;
    const signers = recoverSigners(node.engine, slice);
    slice.forEach((bytes, i) => accepted.push(accept(sequencer, bytes, signers[i])));
  }
  // A refusal promises nothing: it does not wait for a disk that may be full.
  if (accepted.some((one) => !(one instanceof Fault))) await sequencer.commit();
  node.changed();
  const signer = signerOf(node);
  return mapInTurns(accepted, (one) => (one instanceof Fault ? { fault: one } : { receipt: signer.sign(one) }));
}

/** Bytes that an envelope takes in an entry; one that is too long takes none: it is refused. */
function itemBytes({ length }: Uint8Array): number {
  return length > MAX_ITEM ? 0 : prefixBytes(length) + length;
}

/** @throws Fault */
export async function sendEnvelope(node: LakhNode, envelope: Uint8Array): Promise<Receipt> {
  const [result] = await sendEnvelopes(node, [envelope]);
  if (result !== undefined && "receipt" in result) return result.receipt;
  throw result?.fault ?? new Fault("Internal", "no result");
}

/** The receipt of an envelope by its hash, or undefined. @throws Fault NotSequencer */
export async function receiptOf(node: LakhNode, hash: Hex): Promise<Receipt | undefined> {
  const sequencer = sequencerOf(node);
  const promised = sequencer.find(hash);
  if (promised === undefined) return undefined;
  await sequencer.commit();
  return signerOf(node).sign(promised);
}

/** Sealed entries from number `from` on, on L1 or not; at least one if there is any. @throws Fault NotSequencer */
export async function sealedEntries(node: LakhNode, from: number, limit: number): Promise<SealedEntry[]> {
  const sequencer = sequencerOf(node);
  const end = Math.min(node.chain.length, from + limit);
  const found: SealedEntry[] = [];
  let bytes = 0;
  for (let number = from; number < end && bytes < MAX_ANSWER_BYTES; number++) {
    const { header, accBefore, payload } = await node.entry(number);
    const common = { entry: number, accBefore, time: header.time };
    if (header.kind === EntryKind.Queue) found.push({ ...common, kind: "queue", to: header.b });
    else {
      const kind = header.kind === EntryKind.Blobs ? "blobs" : "calldata";
      found.push({ ...common, kind, data: hexOf(payload as Uint8Array) });
    }
    bytes += Number(header.a);
  }
  await sequencer.commit();
  return found;
}

/** What the batcher signs to advise a data mode from an entry on; an older advice never replaces a newer one. */
export function adviceText(inbox: string, mode: DataMode, entry: number): string {
  return `Lakh data mode ${mode} from entry ${entry}, Inbox ${inbox.toLowerCase()}`;
}

/**
 * Takes the batcher's advice for the entries opened from now on. Without c-kzg entries go as calldata, whatever the advice:
 * a commitment would take seconds.
 * @throws Fault NotSequencer, InvalidParams
 */
export async function adviseData(node: LakhNode, mode: DataMode, entry: number, signature: Hex): Promise<true> {
  const sequencer = sequencerOf(node);
  const text = adviceText(node.config.deployment.inbox, mode, entry);
  if (signerOfText(text, signature) !== sequencer.batcher || entry < sequencer.advisedFrom)
    throw new Fault("InvalidParams", "not the batcher's advice, or an old one", { mode, entry });
  if (mode === "blobs" && !(await sequencer.canCommit()))
    throw new Fault("InvalidParams", "this sequencer seals no entries for blobs: it runs without c-kzg", { mode });
  if (entry < sequencer.advisedFrom) throw new Fault("InvalidParams", "a newer advice came meanwhile", { mode, entry });
  sequencer.advise(mode, entry);
  return true;
}

/** Who signed a text, lower case; undefined where nobody did. */
function signerOfText(text: string, signature: Hex): string | undefined {
  try {
    return verifyMessage(text, signature).toLowerCase();
  } catch {
    return undefined;
  }
}

/** Who signed each envelope, recovered in one block; undefined where it cannot be told before it executes. */
function recoverSigners(engine: Engine, envelopes: readonly Uint8Array[]): (Uint8Array | undefined)[] {
  const digests = envelopes.map((bytes) => engine.digestOf(bytes));
  const known = digests.flatMap((digest, i) => (digest === undefined ? [] : [i]));
  const signatures = known.map((i) => (envelopes[i] as Uint8Array).subarray(-SIGNATURE_BYTES));
  const found = new Uint8Array(ADDRESS_BYTES * known.length);
  const packed = concat(...digests.filter((digest) => digest !== undefined));
  engine.kernels.recoverBatch(packed, concat(...signatures), known.length, found);
  const signers = new Array<Uint8Array | undefined>(envelopes.length);
  known.forEach((i, at) => (signers[i] = found.subarray(ADDRESS_BYTES * at, ADDRESS_BYTES * (at + 1))));
  return signers;
}

function accept(sequencer: Sequencer, bytes: Uint8Array, signer: Uint8Array | undefined): Promised | Fault {
  try {
    return sequencer.accept(bytes, signer);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function sequencerOf(node: LakhNode): Sequencer {
  if (node.sequencer === undefined) throw new Fault("NotSequencer", "this node follows; ask the sequencer");
  return node.sequencer;
}

function signerOf({ receiptSigner }: LakhNode): ReceiptSigner {
  if (receiptSigner === undefined) throw new Error("invariant: a sequencer has a key");
  return receiptSigner;
}

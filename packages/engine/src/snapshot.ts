/**
 * A state as one string of bytes: equal states give equal bytes.
 *
 * Layout, big-endian: magic "LAKHSNAP" ‖ version (1) ‖ deployment (32) ‖ stateRoot (32) ‖
 * nextObject (4) ‖ nextExit (8) ‖ entry (8) ‖ cursor (4) ‖ time (8) ‖ fees (8) ‖ records of objects 1, 2, … ‖ exits ‖ checksum (32).
 * deployment = keccak256(chain id ‖ inbox ‖ fee recipient, three words); checksum = keccak256 of the hashes of all before it,
 * in chunks of 64 KiB (the last may be shorter), one after the other.
 */
import type { Kernels } from "@lakh/kernels";
import {
  AccountLayout,
  AssetLayout,
  ExitLayout,
  HoldingLayout,
  MAX_HOLDINGS,
  MAX_SESSION_OBJECTS,
  PoolLayout,
  RecordKind,
  SessionLayout,
  addressWord,
  concat,
  equalBytes,
  fromHex,
  toHex,
  utf8,
  word,
} from "@lakh/protocol";

import { Engine } from "./engine.ts";
import { EngineError } from "./errors.ts";
import type { PastRecords } from "./past.ts";
import { ChunkHashes, SnapshotPiece } from "./snapshot-piece.ts";
import { State } from "./state.ts";
import type { EngineConfig } from "./types.ts";

const MAGIC = utf8("LAKHSNAP");
const VERSION = 2;
const DEPLOYMENT_AT = 9;
const ROOT_AT = 41;
const NUMBERS_AT = 73;
const BODY_AT = 113;
const CHECKSUM = 32;

function deploymentOf({ chainId, inbox, feeRecipient }: EngineConfig, kernels: Kernels): Uint8Array {
  return kernels.keccak256(concat(word(chainId), addressWord(inbox), addressWord(feeRecipient)));
}

/** The engine's state as bytes. Cost: the tree is brought up to date, every record copied. */
export function takeSnapshot(engine: Engine): Uint8Array {
  return concat(...snapshotPieces(engine, engine.state.past()));
}

/**
 * A snapshot piece by piece, so that other work can be done in between: of the state as it is now, however it moves on, as
 * long as a mark made just now stands. Each piece costs a millisecond or two; pieces are the receiver's own.
 * @throws EngineError ENGINE_MARK once the state was rolled back behind the mark
 */
export function beginSnapshot(engine: Engine): Generator<Uint8Array> {
  return snapshotPieces(engine, engine.state.past());
}

function snapshotPieces(engine: Engine, past: PastRecords): Generator<Uint8Array> {
  const { state, kernels } = engine;
  const head = new Uint8Array(BODY_AT);
  const view = new DataView(head.buffer);
  head.set(MAGIC);
  head[MAGIC.length] = VERSION;
  head.set(deploymentOf(engine.config, kernels), DEPLOYMENT_AT);
  head.set(fromHex(engine.stateRoot()), ROOT_AT);
  view.setUint32(NUMBERS_AT, past.nextObject);
  view.setBigUint64(NUMBERS_AT + 4, BigInt(past.nextExit));
  view.setBigUint64(NUMBERS_AT + 12, state.entry);
  view.setUint32(NUMBERS_AT + 20, state.cursor);
  view.setBigUint64(NUMBERS_AT + 24, state.time);
  view.setBigUint64(NUMBERS_AT + 32, state.fees);
  return pieces(new SnapshotPiece(kernels, head), state, past);
}

function* pieces(piece: SnapshotPiece, state: State, past: PastRecords): Generator<Uint8Array> {
  for (let object = 1; object < past.nextObject; object++) {
    const bytes = past.record(object);
    piece.add(bytes, recordSize(bytes, 0));
    if (piece.isFull) yield* pause(piece, past);
  }
  for (let exit = 0; exit < past.nextExit; exit++) {
    piece.add(state.exits.record(exit), ExitLayout.size);
    if (piece.isFull) yield* pause(piece, past);
  }
  yield piece.last();
}

/** Hands over what is full. What changes until the next piece is asked for is taken note of then. */
function* pause(piece: SnapshotPiece, past: PastRecords): Generator<Uint8Array> {
  yield piece.take();
  if (!past.refresh()) throw new EngineError("ENGINE_MARK", "the state was rolled back behind the snapshot's mark");
}

/** The checksum of what stands before it. */
export function snapshotChecksum(bytes: Uint8Array, kernels: Kernels): Uint8Array {
  const hashes = new ChunkHashes(kernels);
  hashes.add(bytes);
  return hashes.end();
}

function refuse(why: string): never {
  throw new EngineError("ENGINE_SNAPSHOT", `not a usable snapshot: ${why}`);
}

/** Bytes of the record at `at` of a snapshot. */
function recordSize(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case RecordKind.Asset:
      return AssetLayout.size;
    case RecordKind.Pool:
      return PoolLayout.size;
    case RecordKind.Account: {
      const holdings = bytes[at + AccountLayout.holdingCount] ?? 0;
      const hasSession = bytes[at + AccountLayout.hasSession] ?? 0;
      const session = at + AccountLayout.tail;
      const objects = hasSession === 0 ? 0 : (bytes[session + SessionLayout.objectCount] ?? 0);
      if (holdings > MAX_HOLDINGS || hasSession > 1 || objects > MAX_SESSION_OBJECTS) refuse("an account is malformed");
      const sessionBytes = hasSession === 0 ? 0 : SessionLayout.objects + 4 * objects;
      return AccountLayout.tail + sessionBytes + holdings * HoldingLayout.size;
    }
    default:
      return refuse(`no record of kind ${bytes[at]}`);
  }
}

/**
 * An engine in the state of a snapshot; the state root is computed anew and must be the one it names.
 * @throws EngineError ENGINE_SNAPSHOT when the bytes are no snapshot, damaged, or of another deployment
 */
export function restoreEngine(bytes: Uint8Array, config: EngineConfig, kernels: Kernels): Engine {
  if (bytes.length < BODY_AT + CHECKSUM || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) refuse("no header");
  if (bytes[MAGIC.length] !== VERSION) refuse(`version ${bytes[MAGIC.length]}, this engine reads ${VERSION}`);
  if (!equalBytes(bytes.subarray(DEPLOYMENT_AT, ROOT_AT), deploymentOf(config, kernels)))
    refuse("it is of another deployment (chain id, Inbox or fee recipient)");
  const end = bytes.length - CHECKSUM;
  if (!equalBytes(bytes.subarray(end), snapshotChecksum(bytes.subarray(0, end), kernels)))
    refuse("its checksum is wrong");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const state = new State();
  const nextObject = view.getUint32(NUMBERS_AT);
  const exits = Number(view.getBigUint64(NUMBERS_AT + 4));
  let at = BODY_AT;
  for (let i = 1; i < nextObject; i++) {
    const size = recordSize(bytes, at);
    if (at + size > end) refuse("it is cut short");
    state.loadRecord(bytes.subarray(at, at + size));
    at += size;
  }
  if (at + exits * ExitLayout.size !== end) refuse("its length does not fit its counts");
  state.exits.load(bytes.subarray(at, end), exits);
  state.entry = view.getBigUint64(NUMBERS_AT + 12);
  state.cursor = view.getUint32(NUMBERS_AT + 20);
  state.time = view.getBigUint64(NUMBERS_AT + 24);
  state.fees = view.getBigUint64(NUMBERS_AT + 32);
  const engine = new Engine(config, kernels, state);
  if (engine.stateRoot() !== toHex(bytes.subarray(ROOT_AT, NUMBERS_AT))) refuse("its records do not give its root");
  return engine;
}

/**
 * A state as one string of bytes: equal states give equal bytes.
 *
 * Layout, big-endian: magic "LAKHSNAP" ‖ version (1) ‖ deployment (32) ‖ checksum (32) ‖ stateRoot (32) ‖
 * nextObject (4) ‖ nextExit (8) ‖ entry (8) ‖ cursor (4) ‖ time (8) ‖ fees (8) ‖ records of objects 1, 2, … ‖ exits.
 * deployment = keccak256(chain id ‖ inbox ‖ fee recipient, three words); checksum = keccak256 of all behind it.
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
import { State } from "./state.ts";
import type { EngineConfig } from "./types.ts";

const MAGIC = utf8("LAKHSNAP");
const VERSION = 1;
const DEPLOYMENT_AT = 9;
const CHECKSUM_AT = 41;
const ROOT_AT = 73;
const NUMBERS_AT = 105;
const BODY_AT = 145;

function deploymentOf({ chainId, inbox, feeRecipient }: EngineConfig, kernels: Kernels): Uint8Array {
  return kernels.keccak256(concat(word(chainId), addressWord(inbox), addressWord(feeRecipient)));
}

/** The engine's state as bytes. Cost: the tree is brought up to date, every record copied. */
export function takeSnapshot(engine: Engine): Uint8Array {
  const { state } = engine;
  let size = BODY_AT + state.exits.count * ExitLayout.size;
  for (let i = 1; i < state.nextObject; i++) size += state.sizeOf(i);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  out.set(MAGIC);
  out[MAGIC.length] = VERSION;
  out.set(deploymentOf(engine.config, engine.kernels), DEPLOYMENT_AT);
  out.set(fromHex(engine.stateRoot()), ROOT_AT);
  view.setUint32(NUMBERS_AT, state.nextObject);
  view.setBigUint64(NUMBERS_AT + 4, BigInt(state.exits.count));
  view.setBigUint64(NUMBERS_AT + 12, state.entry);
  view.setUint32(NUMBERS_AT + 20, state.cursor);
  view.setBigUint64(NUMBERS_AT + 24, state.time);
  view.setBigUint64(NUMBERS_AT + 32, state.fees);
  let at = BODY_AT;
  for (let i = 1; i < state.nextObject; i++) {
    const record = state.record(i);
    out.set(record, at);
    at += record.length;
  }
  out.set(state.exits.bytes.subarray(0, state.exits.count * ExitLayout.size), at);
  out.set(engine.kernels.keccak256(out.subarray(ROOT_AT)), CHECKSUM_AT);
  return out;
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
  if (bytes.length < BODY_AT || !equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) refuse("no header");
  if (bytes[MAGIC.length] !== VERSION) refuse(`version ${bytes[MAGIC.length]}, this engine reads ${VERSION}`);
  if (!equalBytes(bytes.subarray(DEPLOYMENT_AT, CHECKSUM_AT), deploymentOf(config, kernels)))
    refuse("it is of another deployment (chain id, Inbox or fee recipient)");
  if (!equalBytes(bytes.subarray(CHECKSUM_AT, ROOT_AT), kernels.keccak256(bytes.subarray(ROOT_AT))))
    refuse("its checksum is wrong");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const state = new State();
  const nextObject = view.getUint32(NUMBERS_AT);
  const exits = Number(view.getBigUint64(NUMBERS_AT + 4));
  let at = BODY_AT;
  for (let i = 1; i < nextObject; i++) {
    const size = recordSize(bytes, at);
    if (at + size > bytes.length) refuse("it is cut short");
    state.loadRecord(bytes.subarray(at, at + size));
    at += size;
  }
  if (at + exits * ExitLayout.size !== bytes.length) refuse("its length does not fit its counts");
  state.exits.load(bytes.subarray(at), exits);
  state.entry = view.getBigUint64(NUMBERS_AT + 12);
  state.cursor = view.getUint32(NUMBERS_AT + 20);
  state.time = view.getBigUint64(NUMBERS_AT + 24);
  state.fees = view.getBigUint64(NUMBERS_AT + 32);
  const engine = new Engine(config, kernels, state);
  if (engine.stateRoot() !== toHex(bytes.subarray(ROOT_AT, NUMBERS_AT))) refuse("its records do not give its root");
  return engine;
}

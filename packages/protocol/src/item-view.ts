/** Decoding of envelopes and calls without allocation: one reusable view (docs/spec/encoding.md). */
import { ENVELOPE_VERSION, FieldBit, MAX_ITEM, MAX_OPS, OBJECT_LIMIT, VERBS, Verb } from "./generated/constants.ts";
import { newVarintCursor, readVarint } from "./varint.ts";

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
if (!littleEndian) throw new Error("Lakh needs a little-endian machine");

const AMOUNTS = 4;
const cursor = newVarintCursor();

/** A decoded envelope or call. Fields of ops beyond `opCount` are stale. */
export class ItemView {
  account = 0;
  opCount = 0;
  /** nonce, validUntil, fee; zero for calls. */
  readonly header = new BigUint64Array(3);
  readonly verbs = new Uint8Array(MAX_OPS);
  /** Two an op: object, object2. */
  readonly objects = new Uint32Array(2 * MAX_OPS);
  /** 20 bytes an op. */
  readonly parties = new Uint8Array(20 * MAX_OPS);
  /** Four an op: amount … amount4. */
  readonly amounts = new BigUint64Array(AMOUNTS * MAX_OPS);
  /** Offset of the signature (64 bytes) or of the opsHash (32 bytes) in the bytes decoded. */
  tailAt = 0;

  private readonly headerHalves = new Uint32Array(this.header.buffer);
  private readonly amountHalves = new Uint32Array(this.amounts.buffer);

  get nonce(): bigint {
    return this.header[0] as bigint;
  }
  get validUntil(): bigint {
    return this.header[1] as bigint;
  }
  get fee(): bigint {
    return this.header[2] as bigint;
  }

  /** Decodes `bytes[start, end)` as an envelope; false = malformed. */
  decodeEnvelope(bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.decodeHead(bytes, start, end);
    if (at < 0) return false;
    for (let i = 0; i < 3; i++) {
      if (!readVarint(bytes, at, end, cursor)) return false;
      this.headerHalves[2 * i] = cursor.low;
      this.headerHalves[2 * i + 1] = cursor.high;
      at = cursor.next;
    }
    return this.decodeOps(bytes, at, end, 64);
  }

  /** Decodes `bytes[start, end)` as a call; false = malformed. */
  decodeCall(bytes: Uint8Array, start: number, end: number): boolean {
    const at = this.decodeHead(bytes, start, end);
    this.header.fill(0n);
    return at >= 0 && this.decodeOps(bytes, at, end, 32);
  }

  /** Position behind head and account, or −1. */
  private decodeHead(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > MAX_ITEM || start >= end) return -1;
    const head = bytes[start] as number;
    this.opCount = head & 15;
    if (head >> 4 !== ENVELOPE_VERSION || this.opCount < 1 || this.opCount > MAX_OPS) return -1;
    if (!readVarint(bytes, start + 1, end, cursor) || !isObject(1)) return -1;
    this.account = cursor.low;
    return cursor.next;
  }

  private decodeOps(bytes: Uint8Array, from: number, end: number, tail: number): boolean {
    let at = from;
    for (let i = 0; i < this.opCount; i++) {
      at = this.decodeOp(bytes, at, end, i);
      if (at < 0) return false;
    }
    this.tailAt = at;
    return at + tail === end;
  }

  /** Position behind op `i`, or −1. */
  private decodeOp(bytes: Uint8Array, from: number, end: number, i: number): number {
    if (from >= end) return -1;
    const verb = bytes[from] as number;
    const mask = VERBS[verb]?.mask;
    if (mask === undefined) return -1;
    let at = from + 1;
    this.verbs[i] = verb;
    for (let k = 0; k < 2; k++) {
      let index = 0;
      if ((mask & (FieldBit.object << k)) !== 0) {
        const least = k === 1 && verb === Verb.scopeSessionKey ? 0 : 1;
        if (!readVarint(bytes, at, end, cursor) || !isObject(least)) return -1;
        index = cursor.low;
        at = cursor.next;
      }
      this.objects[2 * i + k] = index;
    }
    if ((mask & FieldBit.party) !== 0) {
      if (at + 20 > end) return -1;
      for (let k = 0; k < 20; k++) this.parties[20 * i + k] = bytes[at + k] as number;
      at += 20;
    } else for (let k = 0; k < 20; k++) this.parties[20 * i + k] = 0;
    for (let k = 0; k < AMOUNTS; k++) {
      const half = 2 * (AMOUNTS * i + k);
      const present = (mask & (FieldBit.amount << k)) !== 0;
      if (present && !readVarint(bytes, at, end, cursor)) return -1;
      this.amountHalves[half] = present ? cursor.low : 0;
      this.amountHalves[half + 1] = present ? cursor.high : 0;
      if (present) at = cursor.next;
    }
    return at;
  }
}

function isObject(least: number): boolean {
  return cursor.high === 0 && cursor.low >= least && cursor.low < OBJECT_LIMIT;
}

/**
 * The whole state: packed records in an arena, found by object index, and exits by number (docs/spec/records.md).
 *
 * Records are kept as the very bytes that are hashed. Whoever changes one calls `touch` (or `splice`) first: that marks
 * the leaf dirty and saves the old record once an item and once a mark, so that both can be undone.
 */
import type { EnvelopeRun, Kernels } from "@lakh/kernels";
import {
  AccountLayout,
  AssetLayout,
  ETH_SHIFT,
  EXIT_BASE,
  HoldingLayout,
  OBJECT_LIMIT,
  PoolLayout,
  RecordKind,
  SessionLayout,
} from "@lakh/protocol";

import { Arena } from "./arena.ts";
import { EngineError } from "./errors.ts";
import { ExitStore } from "./exit-store.ts";
import { growU32 } from "./grow.ts";
import { Journal } from "./journal.ts";
import { OwnerIndex } from "./owner-index.ts";
import { PastRecords } from "./past.ts";
import { PlainRunner } from "./plain.ts";
import type { Mark } from "./types.ts";

/** Flag bits of an object: in the dirty list; saved for the item at hand; saved for the latest mark. */
const DIRTY = 1;
const IN_ITEM = 2;
const IN_MARK = 4;
const FLAGS = 7;
const FLAG_BITS = 3;
const CLASS_BITS = 8;
const CLASS = 0xff;
const UNIT = 32;
const CACHE_LINE = 64;

/** The machine's numbers, without the root. */
interface Registers {
  nextObject: number;
  nextExit: number;
  entry: bigint;
  cursor: number;
  time: bigint;
  fees: bigint;
}
interface MarkPoint extends Registers {
  /** Images in the mark journal when the mark was made. */
  images: number;
}

export class State {
  readonly arena = new Arena();
  readonly exits = new ExitStore();
  readonly owners = new OwnerIndex();
  readonly plain = new PlainRunner();

  nextObject = 1;
  entry = 0n;
  cursor = 0;
  time = 0n;
  /** Fees gathered and not collected, gwei. */
  fees = 0n;

  /** When set, receives the index of every leaf that the item at hand reads or makes (for witnesses). */
  accessed: Set<number> | undefined;

  /** Objects whose leaf is stale: the first `dirtyCount` of this list, in no order. */
  dirty = new Uint32Array(1024);
  dirtyCount = 0;
  /** Exits from this number on have a stale leaf. */
  dirtyExits = 0;

  /** Objects from this index on have no tag in the table of tags yet, or a stale one. */
  tagged = 1;

  /**
   * Two words an object, side by side since they are wanted together: the unit of its block with its flags in the lowest
   * bits; the bytes of its record with the size class of its block in the lowest eight.
   */
  private heads = new Uint32Array(2 * 1024);

  private readonly item = new Journal();
  private readonly itemStart = { nextObject: 0, nextExit: 0, fees: 0n };
  private readonly history = new Journal();
  private marks: MarkPoint[] = [];
  /** Number of the first mark in `marks`. */
  private firstMark = 0;
  private needed = DIRTY | IN_ITEM;

  /** The genesis state: object 1 is ETH. */
  static genesis(): State {
    const state = new State();
    state.createAsset(new Uint8Array(21).fill(ETH_SHIFT, 20), 0);
    state.commitItem();
    return state;
  }

  /** Byte offset of an object's record in the arena; valid until a record is made or grows. */
  at(index: number): number {
    return this.unitOf(index) * UNIT;
  }

  private unitOf(index: number): number {
    return (this.heads[2 * index] as number) >>> FLAG_BITS;
  }

  /** Bytes of an object's record, without a look at the record. */
  sizeOf(index: number): number {
    return (this.heads[2 * index + 1] as number) >>> CLASS_BITS;
  }

  private classOf(index: number): number {
    return (this.heads[2 * index + 1] as number) & CLASS;
  }

  private setSize(index: number, size: number, sizeClass: number): void {
    this.heads[2 * index + 1] = (size << CLASS_BITS) | sizeClass;
  }

  /** Reads a byte of each cache line of a small record: the lines of all records of an item then load at the same time. */
  peek(index: number): number {
    const at = this.at(index);
    return (this.arena.bytes[at] as number) + (this.arena.bytes[at + CACHE_LINE] as number);
  }

  /** Record kind of an object, 0 where there is none. */
  kindOf(index: number): number {
    return index === 0 || index >= this.nextObject ? 0 : (this.arena.bytes[this.at(index)] as number);
  }

  /** Bytes of the record at `at`, as its fields say. */
  private sizeAt(at: number): number {
    const { bytes } = this.arena;
    switch (bytes[at]) {
      case RecordKind.Asset:
        return AssetLayout.size;
      case RecordKind.Pool:
        return PoolLayout.size;
      default:
        return this.holdingsAt(at) - at + HoldingLayout.size * (bytes[at + AccountLayout.holdingCount] as number);
    }
  }

  /** Offset of the holdings of the account record at `at`. */
  holdingsAt(at: number): number {
    const { bytes } = this.arena;
    if (bytes[at + AccountLayout.hasSession] === 0) return at + AccountLayout.tail;
    const session = at + AccountLayout.tail;
    return session + SessionLayout.objects + 4 * (bytes[session + SessionLayout.objectCount] as number);
  }

  /** A view of an object's record; valid until the next change. */
  record(index: number): Uint8Array {
    const at = this.at(index);
    return this.arena.bytes.subarray(at, at + this.sizeOf(index));
  }

  /** Must be called before the record of `index` changes. */
  touch(index: number): void {
    const head = this.heads[2 * index] as number;
    if ((head & this.needed) !== this.needed) this.firstTouch(index, head);
  }

  private firstTouch(index: number, head: number): void {
    if ((head & DIRTY) === 0) this.pushDirty(index);
    const unit = head >>> FLAG_BITS;
    const size = this.sizeOf(index);
    this.item.save(index, this.arena, unit, size); // an object saved for the item has all flags: it does not come here
    if ((this.needed & ~head & IN_MARK) !== 0) this.history.save(index, this.arena, unit, size);
    this.heads[2 * index] = head | this.needed;
  }

  private pushDirty(index: number): void {
    this.dirty = growU32(this.dirty, this.dirtyCount + 1);
    this.dirty[this.dirtyCount++] = index;
  }

  /**
   * Replaces `removed` bytes at offset `offset` of a record by `inserted` arbitrary ones, and touches it.
   * The caller brings the counts in the record up to date.
   * @returns the record's offset in the arena, which may be a new one
   */
  splice(index: number, offset: number, removed: number, inserted: number): number {
    this.touch(index);
    const at = this.at(index);
    const size = this.sizeOf(index);
    const grownSize = size - removed + inserted;
    const sizeClass = this.classOf(index);
    this.setSize(index, grownSize, sizeClass);
    let to = at;
    if (grownSize > Arena.room(sizeClass)) {
      const larger = Arena.classOf(grownSize);
      const unit = this.arena.allocate(larger);
      to = unit * UNIT;
      this.arena.bytes.copyWithin(to, at, at + offset);
      this.arena.bytes.copyWithin(to + offset + inserted, at + offset + removed, at + size);
      this.arena.release(this.unitOf(index), sizeClass);
      this.heads[2 * index] = (unit << FLAG_BITS) | ((this.heads[2 * index] as number) & FLAGS);
      this.setSize(index, grownSize, larger);
    } else this.arena.bytes.copyWithin(at + offset + inserted, at + offset + removed, at + size);
    return to;
  }

  /** Makes an object with `size` arbitrary bytes; 0 when no index is left. The caller writes the whole record. */
  createObject(size: number): number {
    const index = this.nextObject;
    if (index >= OBJECT_LIMIT) return 0;
    this.heads = growU32(this.heads, 2 * index + 2);
    const sizeClass = Arena.classOf(size);
    if (((this.heads[2 * index] as number) & DIRTY) === 0) this.pushDirty(index); // else left over from an object undone
    this.heads[2 * index] = (this.arena.allocate(sizeClass) << FLAG_BITS) | this.needed;
    this.setSize(index, size, sizeClass);
    this.nextObject++;
    this.item.save(index, this.arena, 0, 0);
    if ((this.needed & IN_MARK) !== 0) this.history.save(index, this.arena, 0, 0);
    this.accessed?.add(index);
    return index;
  }

  /** Adds an object with this whole record, outside of any item: for snapshots. */
  loadRecord(record: Uint8Array): void {
    const index = this.createObject(record.length);
    this.arena.bytes.set(record, this.at(index));
    if (record[0] === RecordKind.Account) this.indexOwner(index);
    this.commitItem();
  }

  /** Makes an asset of the token and shift at `at` of `source` (21 bytes); 0 when no index is left. */
  createAsset(source: Uint8Array, at: number): number {
    const index = this.createObject(AssetLayout.size);
    if (index === 0) return 0;
    const record = this.at(index);
    this.arena.bytes[record] = RecordKind.Asset;
    for (let i = 0; i < 21; i++) this.arena.bytes[record + AssetLayout.token + i] = source[at + i] as number;
    return index;
  }

  /** Makes an account of the owner at `at` of `source`, holding `units` under `key` if any; 0 when no index is left. */
  createAccount(source: Uint8Array, at: number, key: number, units: bigint): number {
    const holdings = units === 0n ? 0 : 1;
    const index = this.createObject(AccountLayout.tail + holdings * HoldingLayout.size);
    if (index === 0) return 0;
    const record = this.at(index);
    const { bytes, view } = this.arena;
    bytes.fill(0, record, record + AccountLayout.tail);
    bytes[record] = RecordKind.Account;
    for (let i = 0; i < 20; i++) bytes[record + AccountLayout.owner + i] = source[at + i] as number;
    if (holdings === 1) {
      bytes[record + AccountLayout.holdingCount] = 1;
      view.setUint32(record + AccountLayout.tail + HoldingLayout.key, key);
      view.setBigUint64(record + AccountLayout.tail + HoldingLayout.amount, units);
    }
    this.indexOwner(index);
    return index;
  }

  /** Enters an account into the index of owners. */
  indexOwner(index: number): void {
    this.owners.add(index, this.arena.bytes, this.at(index) + AccountLayout.owner);
    if (!this.owners.isCrowded) return;
    this.owners.reset();
    for (let i = 1; i < this.nextObject; i++)
      if (this.kindOf(i) === RecordKind.Account) this.owners.add(i, this.arena.bytes, this.at(i) + AccountLayout.owner);
  }

  /** Makes an exit of the token and shift at `asset` of `source`, to the recipient at `recipient` of `recipients`. */
  createExit(source: Uint8Array, asset: number, units: bigint, recipients: Uint8Array, recipient: number): void {
    this.accessed?.add(EXIT_BASE + this.exits.count);
    this.exits.add(source, asset, units, recipients, recipient);
  }

  /**
   * Executes plain envelopes at `time` as whole items, until one is not plain; not within an item.
   * @param leastFee gwei
   * @returns how many were executed
   */
  applyPlain(kernels: Kernels, run: EnvelopeRun, time: bigint, leastFee: bigint): number {
    if (this.accessed !== undefined) return 0;
    const { heads, dirty } = this;
    const memory = { records: this.arena.bytes, heads, dirty, flags: this.needed & ~IN_ITEM };
    const history = this.marks.length > 0 ? this.history : undefined;
    return this.plain.run(kernels, this, memory, history, run, time, leastFee);
  }

  /** Starts an item: what follows can be undone until `commitItem`. */
  beginItem(): void {
    this.itemStart.nextObject = this.nextObject;
    this.itemStart.nextExit = this.exits.count;
    this.itemStart.fees = this.fees;
  }

  /** Keeps what happened since `beginItem`. */
  commitItem(): void {
    const { item } = this;
    for (let i = 0; i < item.count; i++) this.clearFlag(item.objectOf(i), IN_ITEM);
    item.truncate(0);
  }

  private clearFlag(index: number, flag: number): void {
    this.heads[2 * index] = (this.heads[2 * index] as number) & ~flag;
  }

  /** Undoes what happened since `beginItem`. */
  rollbackItem(): void {
    const { nextObject, nextExit, fees } = this.itemStart;
    this.truncateObjects(nextObject);
    this.truncateExits(nextExit);
    this.fees = fees;
    for (let i = 0; i < this.item.count; i++) {
      const index = this.item.objectOf(i);
      if (index < nextObject) this.restore(this.item, i, index);
    }
    this.commitItem();
  }

  /** Puts an image of a journal back into its object's block, which is large enough: blocks never shrink. */
  private restore(journal: Journal, image: number, index: number): void {
    journal.restore(image, this.arena, this.unitOf(index));
    this.setSize(index, this.sizeAt(this.at(index)), this.classOf(index));
  }

  private truncateObjects(nextObject: number): void {
    if (nextObject < this.tagged) this.tagged = nextObject;
    while (this.nextObject > nextObject) {
      const index = --this.nextObject;
      const at = this.at(index);
      if (this.arena.bytes[at] === RecordKind.Account)
        this.owners.removeLast(index, this.arena.bytes, at + AccountLayout.owner);
      this.arena.release(this.unitOf(index), this.classOf(index));
      if (((this.heads[2 * index] as number) & DIRTY) === 0) this.pushDirty(index);
      this.heads[2 * index] = DIRTY;
    }
  }

  private truncateExits(count: number): void {
    this.exits.count = count;
    if (count < this.dirtyExits) this.dirtyExits = count;
  }

  /** Remembers this point; not within an item. Records touched from now on are saved. */
  mark(): Mark {
    this.clearMarkFlags();
    this.needed = DIRTY | IN_ITEM | IN_MARK;
    const { nextObject, entry, cursor, time, fees } = this;
    this.marks.push({ images: this.history.count, nextObject, nextExit: this.exits.count, entry, cursor, time, fees });
    return (this.firstMark + this.marks.length - 1) as Mark;
  }

  /** Takes everything back to a mark, which stays; later marks are gone. */
  rollbackTo(mark: Mark): void {
    const point = this.marks[mark - this.firstMark];
    if (point === undefined) throw new EngineError("ENGINE_MARK", `no mark ${mark}: it was dropped or rolled back`);
    this.clearMarkFlags();
    this.truncateObjects(point.nextObject);
    this.truncateExits(point.nextExit);
    for (let i = this.history.count - 1; i >= point.images; i--) {
      const index = this.history.objectOf(i);
      if (index >= point.nextObject) continue;
      this.restore(this.history, i, index);
      const head = this.heads[2 * index] as number;
      if ((head & DIRTY) === 0) this.pushDirty(index);
      this.heads[2 * index] = head | DIRTY;
    }
    this.history.truncate(point.images);
    this.marks.length = mark - this.firstMark + 1;
    this.entry = point.entry;
    this.cursor = point.cursor;
    this.time = point.time;
    this.fees = point.fees;
  }

  /** Forgets the marks before `mark`, and what only they need. */
  dropMarksBefore(mark: Mark): void {
    const point = this.marks[mark - this.firstMark];
    if (point === undefined) throw new EngineError("ENGINE_MARK", `no mark ${mark}: it was dropped or rolled back`);
    this.history.dropBefore(point.images);
    this.marks.splice(0, mark - this.firstMark);
    this.firstMark = mark;
  }

  /** The records as they are now, readable while the state moves on, as long as a mark made just now stands. */
  past(): PastRecords {
    return new PastRecords(this, this.history);
  }

  /** Whether the old records are these: not once the state was replaced. */
  hasHistory(journal: Journal): boolean {
    return journal === this.history;
  }

  /** Bytes of memory for what undoing needs. */
  get undoBytes(): number {
    return this.history.byteLength;
  }

  /** Becomes another state, whose memory it takes over: that one must not be used any more. All marks are gone. */
  become(other: State): void {
    Object.assign(this, other, { tagged: 1 });
  }

  /** Touches since the latest mark count as untouched again. */
  private clearMarkFlags(): void {
    const latest = this.marks.at(-1);
    if (latest === undefined) return;
    for (let i = latest.images; i < this.history.count; i++) this.clearFlag(this.history.objectOf(i), IN_MARK);
  }

  /** The dirty list has been worked off: all leaves are fresh. */
  cleaned(): void {
    for (let i = 0; i < this.dirtyCount; i++) this.clearFlag(this.dirty[i] as number, DIRTY);
    this.dirtyCount = 0;
    this.dirtyExits = this.exits.count;
  }

  /** Bytes reserved for records, tables and indices (tree nodes apart). */
  get byteLength(): number {
    const tables = this.heads.byteLength + this.dirty.byteLength;
    return this.arena.byteLength + tables + this.owners.byteLength + this.exits.bytes.byteLength;
  }
}

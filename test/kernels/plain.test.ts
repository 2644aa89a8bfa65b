import { type Engine, createEngine } from "@lakh/engine";
import { type EnvelopeRun, type Kernels, type StateMemory, createPortableKernels } from "@lakh/kernels";
import {
  AccountLayout,
  HoldingLayout,
  MAX_SESSION_OBJECTS,
  RecordKind,
  encodeEnvelope,
  encodeRecord,
} from "@lakh/protocol";
import { expect } from "chai";

import { runOf } from "../engine/plain-duel.ts";
import type { SignedItem } from "../engine/plain-items.ts";
import { applySlice, config, deposit, envelope, person, token } from "../engine/world.ts";
import { natives } from "./implementations.ts";

/** Where `StateMemory.registers` has these (native/plain.h). */
const LEAST_FEE = 4;
const OBJECT_COUNT = 6;
const FLAGS = 7;
const DIRTY_COUNT = 8;
const IMAGE_COUNT = 9;
const WORD_COUNT = 10;
const CHUNK = 11;
const DIRTY = 1;
const DIRTY_AND_MARK = 5;
const TIME = 1000n;
const [FROM, TO] = [2, 3];
const HELD = 1_000n;
const RECORD_BYTES = AccountLayout.tail + HoldingLayout.size;

interface Call {
  readonly memory: StateMemory;
  readonly run: EnvelopeRun;
}

interface Transfer {
  readonly nonce?: bigint;
  readonly validUntil?: bigint;
  readonly fee?: bigint;
  readonly amount?: bigint;
}

/** What an engine in this state gives to the kernels for these items. */
function callOf(prepare: (engine: Engine) => void, items: readonly SignedItem[]): Call {
  let call: Call | undefined;
  const kernels: Kernels = {
    ...createPortableKernels(),
    applyPlain(memory, run) {
      call = { memory, run };
      return 0;
    },
  };
  const engine = createEngine(config, kernels);
  prepare(engine);
  engine.openEntry(TIME);
  engine.applyPlain({ ...runOf(items), first: 0 }, 0n);
  if (call === undefined) throw new Error("the kernels were not asked");
  return call;
}

/** Transfers from the first of two accounts to the second. */
function transferCall(...transfers: readonly Transfer[]): Call {
  const { address } = person(1);
  const items = transfers.map(({ nonce = 0n, amount = 1n, ...head }) => {
    const op = { verb: "transfer", object: 1, object2: TO, amount } as const;
    return { item: encodeEnvelope(envelope(FROM, nonce, [op], head)), signer: address };
  });
  const made = [FROM, TO].map(() => ({ owner: address }));
  return callOf((engine) => {
    applySlice(engine, TIME, ...made.map((more) => deposit(engine, 1, HELD, more)));
  }, items);
}

/** A transfer of a token between accounts that hold nothing else, one with a session key of so many objects. */
function tokenCall(sessionObjects: number): Call {
  const { address } = person(1);
  const objects = Array.from({ length: sessionObjects }, (_, i) => 1 + i);
  const session = { key: person(2).address, expiry: 1n, mask: 4, budget: 0n, objects };
  const account = { kind: "account", owner: address, signerKind: 0, nonceBase: 0n, nonceBits: 0n } as const;
  const records = [
    { kind: "asset", token: token(1), shift: 0 } as const,
    { ...account, session, holdings: [{ key: 2, amount: HELD }] },
    { ...account, holdings: [{ key: 2, amount: HELD }] },
  ];
  const op = { verb: "transfer", object: 2, object2: 4, amount: 1n } as const;
  const items = [{ item: encodeEnvelope(envelope(3, 0n, [op])), signer: address }];
  return callOf((engine) => {
    for (const record of records) engine.state.loadRecord(encodeRecord(record));
  }, items);
}

/** How many of the call's envelopes these kernels execute; where none, nothing may change. */
function executed(kernels: Kernels, { memory, run }: Call): number {
  const arrays = [memory.records, memory.heads, memory.dirty, memory.imageHeads, memory.imageWords, memory.registers];
  const before = arrays.map((array) => array.slice());
  const done = kernels.applyPlain(memory, run);
  if (done === 0) expect(arrays.map((array) => array.slice())).to.deep.equal(before);
  return done;
}

for (const kernels of natives)
  describe(`plain envelopes, ${kernels.name}`, () => {
    const doneOf = (more: Transfer): number => executed(kernels, transferCall(more));

    it("are executed up to the edges of nonce, time and balance, and not beyond", () => {
      const edges: readonly (readonly [Transfer, number])[] = [
        [{}, 1],
        [{ nonce: 511n }, 1],
        [{ nonce: 512n }, 0],
        [{ validUntil: TIME }, 1],
        [{ validUntil: TIME - 1n }, 0],
        [{ amount: HELD - 1n }, 1],
        [{ amount: HELD }, 0],
        [{ amount: 0n }, 0],
        [{ amount: HELD - 3n, fee: 2n }, 1],
        [{ amount: HELD - 2n, fee: 2n }, 0],
      ];
      for (const [more, done] of edges) expect(doneOf(more), Object.keys(more).join()).to.equal(done);
    });

    it("are executed for nobody whose address is not the owner's in every byte", () => {
      for (let i = 0; i < 20; i++) {
        const { memory, run } = transferCall({});
        run.signers[i] = (run.signers[i] as number) ^ 1;
        expect(executed(kernels, { memory, run }), `byte ${i}`).to.equal(0);
      }
    });

    it("are executed behind session keys of every size, and without ETH where there is no fee", () => {
      for (let objects = 0; objects <= MAX_SESSION_OBJECTS; objects++)
        expect(executed(kernels, tokenCall(objects)), `${objects} objects`).to.equal(1);
    });

    it("need objects of the right kinds", () => {
      for (const object of [2, 3, 4]) {
        const call = tokenCall(0);
        const at = 32 * ((call.memory.heads[2 * object] as number) >>> 3);
        call.memory.records[at] = RecordKind.Pool;
        expect(executed(kernels, call), `object ${object}`).to.equal(0);
      }
    });

    it("are left alone where they pay less than the least fee", () => {
      const call = transferCall({ fee: 2n });
      call.memory.registers[LEAST_FEE] = 3;
      expect(executed(kernels, call)).to.equal(0);
      call.memory.registers[LEAST_FEE] = 2;
      expect(executed(kernels, call)).to.equal(1);
    });

    it("name no object behind the last one, whatever its memory holds", () => {
      const call = transferCall({});
      call.memory.registers[OBJECT_COUNT] = TO;
      expect(executed(kernels, call)).to.equal(0);
    });

    it("stay within the records: one that reaches beyond the end is none", () => {
      const { memory, run } = transferCall({});
      const at = 32 * ((memory.heads[2 * TO] as number) >>> 3);
      const cut = (end: number): Call => ({ memory: { ...memory, records: memory.records.subarray(0, end) }, run });
      expect(executed(kernels, cut(at + RECORD_BYTES - 1))).to.equal(0);
      expect(executed(kernels, cut(at + RECORD_BYTES))).to.equal(1);
    });

    it("take no more of the lists than there is room", () => {
      const { memory, run } = transferCall({});
      const { registers } = memory;
      const dirtyCount = registers[DIRTY_COUNT] as number;
      const words = Math.ceil(RECORD_BYTES / 4);
      const within = (dirty: number, images: number, imageWords: number): number => {
        const lists = {
          dirty: memory.dirty.slice(0, dirtyCount + dirty),
          imageHeads: new Uint32Array(4 * images),
          imageWords: new Uint32Array(imageWords),
        };
        const copies = { records: memory.records.slice(), heads: memory.heads.slice(), registers: registers.slice() };
        copies.registers[FLAGS] = DIRTY_AND_MARK;
        return executed(kernels, { memory: { ...copies, ...lists }, run });
      };
      expect(within(2, 2, 2 * words)).to.equal(1);
      expect(within(1, 2, 2 * words)).to.equal(0);
      expect(within(2, 1, 2 * words)).to.equal(0);
      expect(within(2, 2, 2 * words - 1)).to.equal(0);
    });

    it("note a record as changed once, and save it once", () => {
      const { memory, run } = transferCall({}, { nonce: 1n });
      const { registers, heads, records } = memory;
      const words = Math.ceil(RECORD_BYTES / 4);
      const lists = {
        dirty: new Uint32Array(4),
        imageHeads: new Uint32Array(16),
        imageWords: new Uint32Array(4 * words),
      };
      registers[FLAGS] = DIRTY_AND_MARK;
      registers[DIRTY_COUNT] = 0;
      registers[CHUNK] = 7;
      for (const object of [FROM, TO]) heads[2 * object] = (heads[2 * object] as number) & ~DIRTY;
      const old = [FROM, TO].map((object) => {
        const at = 32 * ((heads[2 * object] as number) >>> 3);
        return records.slice(at, at + RECORD_BYTES);
      });
      expect(kernels.applyPlain({ ...memory, ...lists }, run)).to.equal(2);
      expect([...lists.dirty]).to.deep.equal([FROM, TO, 0, 0]);
      expect([registers[DIRTY_COUNT], registers[IMAGE_COUNT], registers[WORD_COUNT]]).to.deep.equal([2, 2, 2 * words]);
      expect([...lists.imageHeads]).to.deep.equal([FROM, 7, 0, words, TO, 7, words, words, 0, 0, 0, 0, 0, 0, 0, 0]);
      const images = new Uint8Array(lists.imageWords.buffer);
      expect(old).to.deep.equal([0, 4 * words].map((at) => images.slice(at, at + RECORD_BYTES)));
    });
  });

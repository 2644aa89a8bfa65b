import { silentLog } from "@lakh/service";
import { expect } from "chai";

import { type Engine, restoreEngine, takeSnapshot } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { type Address, EntryKind, type Machine, Outcome, ZERO_HASH, encodeForced, nextAcc } from "@lakh/protocol";

import { Chain } from "../../packages/node/src/chain.ts";
import { Follower } from "../../packages/node/src/follower.ts";
import type { History } from "../../packages/node/src/history.ts";
import { Presigner } from "../../packages/node/src/pipeline/presigner.ts";
import { Replay } from "../../packages/node/src/pipeline/replay.ts";
import type { Archive } from "../../packages/node/src/store/archive.ts";
import type { Entry } from "../../packages/node/src/types.ts";
import { ALICE, BOB, ETH, alice, bob, nextNonce, stage } from "../engine/stage.ts";
import { batchEntry, config, envelope, person, signed, sliceEntry } from "../engine/world.ts";
import { all } from "../kernels/implementations.ts";
import { randomEntry } from "../parity/entries.ts";
import { Random, SEED } from "../support/random.ts";

/** Enough for the batch equation, where there is one. */
const MANY = 200;
const THREADS = { threads: 2, keyAccounts: 64 };

type Made = Pick<Entry, "header" | "payload">;

/** Entries and what one thread makes of them: outcomes of each, and the machine behind it. */
interface Script {
  readonly entries: Entry[];
  readonly outcomes: Uint8Array[];
  readonly machines: Machine[];
}

const copyOf = (engine: Engine): Engine => restoreEngine(takeSnapshot(engine), config, engine.kernels);

function start(): Engine {
  const engine = stage();
  engine.closeEntry();
  return engine;
}

/** Executes entries one step after the other, as a script goes on. */
class Writer {
  readonly script: Script = { entries: [], outcomes: [], machines: [] };
  readonly engine: Engine;
  private readonly first: number;

  constructor(engine: Engine, first = 0) {
    this.engine = engine;
    this.first = first;
  }

  write({ header, payload }: Made, accBefore = this.script.entries.at(-1)?.acc ?? ZERO_HASH): void {
    const { entries, outcomes, machines } = this.script;
    entries.push({ number: this.first + entries.length, header, payload, accBefore, acc: nextAcc(accBefore, header) });
    outcomes.push(Uint8Array.from(this.engine.entrySteps(header, payload)));
    machines.push(this.engine.machine());
  }

  /** Transfers by Alice and Bob in turn, `spoilt` of them with a signature of somebody else. */
  transfers(count: number, spoilt: readonly number[] = []): void {
    const { engine } = this;
    const first = [nextNonce(engine, ALICE), nextNonce(engine, BOB)] as const;
    const items = Array.from({ length: count }, (_, i) => {
      const [from, to, own] = i % 2 === 0 ? ([ALICE, BOB, alice] as const) : ([BOB, ALICE, bob] as const);
      const key = spoilt.includes(i) ? person(77).key : own.key;
      const nonce = first[i % 2 === 0 ? 0 : 1] + BigInt(i >> 1);
      return signed(engine, envelope(from, nonce, [{ verb: "transfer", object: ETH, object2: to, amount: 1n }]), key);
    });
    this.write(batchEntry(engine.state.time, items));
  }

  /** Makes an account for `owner`, who uses it in the same entry and in the next. */
  newcomer(owner: ReturnType<typeof person>): void {
    const { engine } = this;
    const account = engine.state.nextObject;
    const later = copyOf(engine);
    const open = this.opening(owner.address);
    later.applyEntry(...partsOf(batchEntry(later.state.time, [open])));
    const use = (nonce: bigint): Uint8Array =>
      signed(
        later,
        envelope(account, nonce, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 2n }]),
        owner.key,
      );
    this.write(batchEntry(engine.state.time, [open, use(0n), use(1n)]));
    this.write(batchEntry(engine.state.time, [use(2n), use(2n), use(3n)]));
  }

  /** Alice's session key moves her money, until she takes it back. */
  sessions(): void {
    const { engine } = this;
    const session = person(100);
    const nonce = nextNonce(engine, ALICE);
    const by = (key: typeof session, at: bigint, ops: Parameters<typeof envelope>[2]): Uint8Array =>
      signed(engine, envelope(ALICE, nonce + at, ops), key.key);
    const limits = { amount: engine.state.time + 1000n, amount2: 0xffffn, amount3: 2n ** 40n };
    const set = (party: Address) => [{ verb: "setSessionKey", party, ...limits } as const];
    const move = [{ verb: "transfer", object: ETH, object2: BOB, amount: 1n } as const];
    this.write(batchEntry(engine.state.time, [by(session, 0n, move), by(alice, 0n, set(session.address))]));
    this.write(batchEntry(engine.state.time, [by(session, 1n, move), by(alice, 2n, move), by(session, 3n, move)]));
    this.write(batchEntry(engine.state.time, [by(alice, 4n, set(person(101).address)), by(session, 5n, move)]));
  }

  /** The latest batch again as blobs carry it: its nonces are used. */
  blobs({ payload }: Made = this.script.entries.at(-1) as Entry): void {
    const data = payload as Uint8Array;
    const header = {
      kind: EntryKind.Blobs,
      time: this.engine.state.time,
      a: BigInt(data.length),
      b: 1n,
      hash: ZERO_HASH,
    };
    this.write({ header, payload: data });
  }

  rubbish(count: number, bytes: number): void {
    const items = Array.from({ length: count }, () => new Uint8Array(bytes).fill(1));
    this.write(batchEntry(this.engine.state.time, items));
  }

  private opening(party: Address): Uint8Array {
    const op = { verb: "openAccount", object: ETH, party, amount: 50_000n } as const;
    return signed(this.engine, envelope(ALICE, nextNonce(this.engine, ALICE), [op]), alice.key);
  }
}

const partsOf = ({ header, payload }: Made): [Made["header"], Made["payload"]] => [header, payload];

/** A bit of everything, from the start on. */
function everything(random: Random): Script {
  const writer = new Writer(start());
  writer.transfers(MANY);
  writer.newcomer(person(20));
  writer.transfers(MANY);
  writer.blobs();
  for (let i = 0; i < 15; i++) writer.write(randomEntry(writer.engine, random));
  writer.sessions();
  writer.write(sliceEntry(writer.engine.state.time, [encodeForced(random.bytes(50))]));
  writer.rubbish(3000, 1); // more items than a block has
  for (let i = 0; i < 3; i++) writer.rubbish(90, 1024); // more bytes than a block has
  writer.transfers(MANY, [7, 150]);
  writer.newcomer(person(21));
  writer.transfers(MANY);
  for (let i = 0; i < 15; i++) writer.write(randomEntry(writer.engine, random));
  return writer.script;
}

function chainOf(kernels: Kernels): Chain {
  return new Chain(
    restoreEngine(takeSnapshot(start()), config, kernels),
    { number: 0, acc: ZERO_HASH, included: 0 },
    2 ** 28,
  );
}

function sourceOf(entries: readonly Entry[], first = 0) {
  const entry = (number: number): Promise<Entry> => Promise.resolve(entries[number - first] as Entry);
  return { length: first + entries.length, entry };
}

/** Whether the chain, behind each entry of a script, is where the script is. */
function follows(chain: Chain, { outcomes, machines }: Script, first = 0): (entry: Entry) => void {
  return ({ number }) => {
    expect(chain.at(number)?.outcomes, `outcomes of entry ${number}`).to.deep.equal(outcomes[number - first]);
    expect(chain.machineAt(number + 1), `machine behind entry ${number}`).to.deep.equal(machines[number - first]);
  };
}

describe("pipeline > replay with signers found ahead", () => {
  const script = everything(new Random(SEED));
  const { entries } = script;

  it("meets good and bad envelopes in the script", () => {
    const seen = new Set(script.outcomes.flatMap((outcomes) => [...outcomes]));
    expect([...seen]).to.include.members([Outcome.Ok, Outcome.BadSignature, Outcome.Malformed, Outcome.NonceUsed]);
  });

  for (const kernels of all)
    for (const aheadBytes of [1, 1 << 20])
      it(`${kernels.name}: makes of every entry what one thread makes, ${aheadBytes} bytes ahead (seed ${SEED})`, async () => {
        const chain = chainOf(kernels);
        const replay = new Replay(chain, { ...THREADS, aheadBytes });
        try {
          await replay.run(sourceOf(entries), follows(chain, script));
          expect(chain.length).to.equal(entries.length);
        } finally {
          await replay.close();
        }
      }).timeout(60_000);

  it("goes on with other entries where L1 took a branch, whatever was found ahead", async () => {
    const [kernels] = all.slice(-1) as [Kernels];
    const chain = chainOf(kernels);
    const replay = new Replay(chain, { ...THREADS, aheadBytes: 1 << 20 });
    const stop = new AbortController();
    try {
      await replay.run(
        sourceOf(entries),
        ({ number }) => {
          if (number === 2) stop.abort();
        },
        stop.signal,
      );
      expect(chain.length).to.equal(3);
      chain.truncate(1);
      const writer = new Writer(copyOf(chain.engine), 1);
      const base = entries[0] as Entry;
      writer.write(batchEntry(base.header.time, [Uint8Array.of(1)]), base.acc);
      writer.newcomer(person(30)); // at the index that person 20 has on the branch left
      writer.transfers(MANY);
      await replay.run(sourceOf(writer.script.entries, 1), follows(chain, writer.script, 1));
      expect(chain.length).to.equal(1 + writer.script.entries.length);
      chain.truncate(1);
      await replay.run(sourceOf(entries), follows(chain, script));
    } finally {
      await replay.close();
    }
  }).timeout(60_000);

  it("does not use what was found with objects that were undone since", async () => {
    const [kernels] = all.slice(-1) as [Kernels];
    const engine = restoreEngine(takeSnapshot(start()), config, kernels);
    const mark = engine.mark();
    const writer = new Writer(copyOf(engine));
    writer.newcomer(person(20));
    const [opens, uses] = writer.script.entries as [Entry, Entry];
    const presigner = new Presigner(engine, THREADS);
    try {
      engine.applyEntry(opens.header, opens.payload);
      presigner.add(uses, false);
      presigner.add(uses, true);
      expect([...((await presigner.next())?.known ?? [])]).to.deep.equal([1, 1, 1]);
      engine.rollbackTo(mark);
      const other = new Writer(copyOf(engine));
      other.newcomer(person(30));
      const [otherOpens] = other.script.entries as [Entry];
      engine.applyEntry(otherOpens.header, otherOpens.payload);
      expect(await presigner.next()).to.equal(undefined);
    } finally {
      await presigner.close();
    }
  });

  it("counts what it holds ahead of slices too, and lets go of it", async () => {
    const presigner = new Presigner(start(), THREADS);
    try {
      const slice = sliceEntry(1n, [new Uint8Array(10_000), new Uint8Array(20_000)]);
      presigner.add(slice, false);
      presigner.add(slice, true);
      expect(presigner.bytes).to.be.greaterThan(60_000);
      expect(await presigner.next()).to.equal(undefined);
      expect(presigner.bytes).to.be.within(30_000, 40_000);
      await presigner.clear();
      expect(presigner.bytes).to.equal(0);
    } finally {
      await presigner.close();
    }
  });

  it("throws what its source throws, and works again", async () => {
    const chain = chainOf(all[0] as Kernels);
    const replay = new Replay(chain, { ...THREADS, aheadBytes: 1 << 20 });
    const failure = new Error("no such entry");
    const { entry, length } = sourceOf(entries.slice(0, 6));
    const failing = (number: number): Promise<Entry> => (number === 4 ? Promise.reject(failure) : entry(number));
    try {
      let thrown: unknown;
      await replay.run({ length, entry: failing }, () => undefined).catch((error: unknown) => (thrown = error));
      expect(thrown).to.equal(failure);
      await replay.run(sourceOf(entries.slice(0, 6)), follows(chain, script));
      expect(chain.length).to.equal(6);
    } finally {
      await replay.close();
    }
  }).timeout(60_000);

  it("ends with an error when it is closed in the middle", async () => {
    const chain = chainOf(all[0] as Kernels);
    const replay = new Replay(chain, { ...THREADS, aheadBytes: 1 << 20 });
    let failed = false;
    await replay.run(sourceOf(entries), () => replay.close()).catch(() => (failed = true));
    expect(failed).to.equal(true);
    expect(chain.length).to.be.lessThan(entries.length);
  }).timeout(60_000);

  it("has batches of both kinds and slices in the script", () => {
    const kinds = new Set(entries.map(({ header }) => header.kind));
    expect([...kinds]).to.have.members([EntryKind.Calldata, EntryKind.Queue, EntryKind.Blobs]);
  });

  it("is what a follower does that is far behind in entries of blobs", async () => {
    const writer = new Writer(start());
    writer.transfers(MANY);
    writer.blobs();
    const [first, blobs] = writer.script.entries as [Entry, Entry];
    const chain = chainOf(all.at(-1) as Kernels);
    chain.execute(first);
    const archive = { ...sourceOf([first, blobs]), info: () => blobs } as unknown as Archive;
    let now = 0;
    const clock = { nowMilliseconds: () => (now += 1000), sleep: () => Promise.resolve() };
    const config = { ...THREADS, aheadBytes: 1, leastBytes: 100 };
    const follower = new Follower(config, { chain, archive, clock, log: silentLog(), history: {} as History });
    try {
      await follower.follow(1, () => Promise.resolve());
      expect(chain.machineAt(2)).to.deep.equal(writer.script.machines[1]);
      expect(follower.itemsPerSecond).to.be.greaterThan(0); // it was far behind
    } finally {
      await follower.close();
    }
  });
});

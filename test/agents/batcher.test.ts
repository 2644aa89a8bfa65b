import { createBatcher, type SealedEntry } from "@lakh/batcher";
import type { Inbox } from "@lakh/bindings";
import { dataHash, EntryKind, fromHex, nextAcc, ZERO_HASH, type Hex } from "@lakh/protocol";
import { CodedError } from "@lakh/service";
import { expect } from "chai";

import { openL1, quietDeps } from "./l1.ts";

const RULES = { forceDelay: 100, maxTimeDrift: 50, sequencerSilence: 10_000 };

/** An Inbox, its batcher, and a sequencer that is an array. */
async function setup() {
  const world = await openL1();
  const { ethers, senderOf, networkHelpers } = world;
  const sender = await senderOf("batcher");
  const [bridge] = await ethers.getSigners();
  if (!bridge) throw new Error("no signer");
  const params = { batcher: sender.address, bridge: bridge.address, ...RULES };
  const inbox = (await ethers.deployContract("Inbox", [params])) as unknown as Inbox;
  const sealed: SealedEntry[] = [];
  const asked: bigint[] = [];
  const node = {
    sealedEntries: async (from: bigint, limit: number) => {
      asked.push(from);
      return sealed.filter(({ entry }) => entry >= from).slice(0, limit);
    },
  };
  const deps = { ...quietDeps(), l1: world.l1, sender, node };
  const config = { inbox: await inbox.getAddress(), lookAhead: 4, inFlight: 1 };
  const seal = (entry: bigint, accBefore: Hex, data: Hex, time: bigint): Hex => {
    sealed.push({ entry, accBefore, kind: "calldata", time, data });
    const header = {
      kind: EntryKind.Calldata,
      time,
      a: BigInt((data.length - 2) / 2),
      b: 0n,
      hash: dataHash(fromHex(data)),
    };
    return nextAcc(accBefore, header);
  };
  const now = async (): Promise<bigint> => BigInt(await networkHelpers.time.latest());
  const restart = () => createBatcher(config, { ...deps, ...quietDeps() });
  return {
    ...world,
    inbox,
    sealed,
    asked,
    seal,
    now,
    restart,
    batcher: createBatcher(config, deps),
    registry: deps.registry,
    deps,
    config,
  };
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CodedError) return `${error.severity} ${error.code}`;
    throw error;
  }
  return "none";
}

describe("batcher", () => {
  it("posts sealed entries in order and goes on after a restart where the Inbox stands", async () => {
    const { inbox, batcher, restart, seal, now, asked } = await setup();
    const time = await now();
    const acc1 = seal(0n, ZERO_HASH, "0x01aa", time);
    const acc2 = seal(1n, acc1, "0x02bbbb", time);
    const acc3 = seal(2n, acc2, "0x01cc", time + 1n);
    expect((await batcher.step()).did).to.deep.equal(["posted entry 0"]);
    expect((await restart().step()).did).to.deep.equal(["posted entry 1"]);
    expect((await restart().step()).did).to.deep.equal(["posted entry 2"]);
    expect((await restart().step()).did).to.deep.equal([]);
    expect(await inbox.acc(3n)).to.equal(acc3);
    expect(asked).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it("posts a few entries at a time, each on the one before", async () => {
    const { inbox, deps, config, seal, now } = await setup();
    const time = await now();
    let acc = ZERO_HASH;
    for (let entry = 0n; entry < 5n; entry++) acc = seal(entry, acc, "0x01aa", time);
    const batcher = createBatcher({ ...config, inFlight: 3 }, { ...deps, ...quietDeps() });
    expect((await batcher.step()).did).to.deep.equal(["posted entry 0", "posted entry 1", "posted entry 2"]);
    expect((await batcher.step()).did).to.deep.equal(["posted entry 3", "posted entry 4"]);
    expect(await inbox.acc(5n)).to.equal(acc);
  });

  it("fails with the first that does not land, and takes the rest up again from the Inbox", async () => {
    const { inbox, deps, config, seal, sealed, now } = await setup();
    const time = await now();
    const acc1 = seal(0n, ZERO_HASH, "0x01aa", time);
    seal(1n, acc1, "0x01bb", time + 10_000n);
    const batcher = createBatcher({ ...config, inFlight: 2 }, { ...deps, ...quietDeps() });
    expect(await failureOf(batcher.step())).to.equal("retry EntryAhead");
    expect(await inbox.acc(1n)).to.equal(acc1);
    sealed.pop();
    seal(1n, acc1, "0x01bb", time);
    expect((await batcher.step()).did).to.deep.equal(["posted entry 1"]);
  });

  it("posts a queue slice", async () => {
    const { inbox, batcher, sealed, now } = await setup();
    await inbox.enqueueForced("0x11");
    await inbox.enqueueForced("0x22");
    sealed.push({ entry: 0n, accBefore: ZERO_HASH, kind: "queue", time: await now(), to: 2n });
    await batcher.step();
    expect(await inbox.included()).to.equal(2n);
  });

  it("waits while entries stand on another history than the Inbox's", async () => {
    const { inbox, batcher, seal, now } = await setup();
    const acc1 = seal(0n, ZERO_HASH, "0x01aa", await now());
    seal(1n, `0x${"12".repeat(32)}`, "0x01bb", await now());
    await batcher.step();
    expect(await inbox.acc(1n)).to.equal(acc1);
    expect(await failureOf(batcher.step())).to.equal("retry AccMoved");
    expect(await inbox.length()).to.equal(1n);
  });

  it("includes overdue queue items first, all of them, so that batches can land again", async () => {
    const { inbox, batcher, seal, now, networkHelpers } = await setup();
    await inbox.enqueueForced("0x11");
    await inbox.enqueueForced("0x22");
    await networkHelpers.time.increase(80);
    await inbox.enqueueForced("0x33");
    await networkHelpers.time.increase(30);
    seal(0n, ZERO_HASH, "0x01aa", await now());
    expect((await batcher.step()).did).to.deep.equal(["included the queue up to 2"]);
    expect(await inbox.included()).to.equal(2n);
    // Entry 0 is the slice now: what was sealed for that place will be sealed anew.
    expect((await batcher.step()).did).to.deep.equal([]);
  });

  it("tells an entry of the future from one that the Inbox will never take", async () => {
    const { batcher, seal, now, sealed, networkHelpers } = await setup();
    seal(0n, ZERO_HASH, "0x01aa", (await now()) + 1_000n);
    expect(await failureOf(batcher.step())).to.equal("retry EntryAhead");
    sealed.length = 0;
    seal(0n, ZERO_HASH, "0x01aa", await now());
    await networkHelpers.time.increase(60);
    expect(await failureOf(batcher.step())).to.equal("retry EntryExpired");
  });

  it("refuses to start with a key that the Inbox does not know", async () => {
    const { inbox, l1, senderOf } = await setup();
    const node = { sealedEntries: () => Promise.resolve([]) };
    const deps = { ...quietDeps(), l1, sender: await senderOf("somebody"), node };
    const batcher = createBatcher({ inbox: await inbox.getAddress(), lookAhead: 1, inFlight: 1 }, deps);
    expect(await failureOf(batcher.step())).to.equal("fatal NotBatcher");
  });

  it("counts what waits, in entries, bytes and seconds", async () => {
    const { batcher, seal, now, registry, networkHelpers } = await setup();
    const acc1 = seal(0n, ZERO_HASH, "0x02aaaa", await now());
    seal(1n, acc1, "0x01bb", await now());
    await networkHelpers.time.increase(20);
    await batcher.step();
    const metrics = await registry.metrics();
    expect(metrics).to.match(/^lakh_batcher_backlog_bytes\{.*\} 5$/m);
    expect(metrics).to.match(/^lakh_batcher_backlog_entries\{.*\} 2$/m);
    expect(metrics).to.match(/^lakh_batcher_lag_seconds\{.*\} 20$/m);
  });
});

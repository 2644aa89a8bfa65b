/** The way of entries in blobs from the batcher's advice to a follower that knows L1 and an archive only. */
import { AT_FIRST, type DataMode, type Leaning, costWei, createBatcher, lean } from "@lakh/batcher";
import { adviseData, type LakhNode, sealedEntries, sendEnvelope } from "@lakh/node";
import { EntryKind, type Hex } from "@lakh/protocol";
import { bumpedFees, createSender, DEFAULT_FEES, feesFor, memoryJournal, silentLog } from "@lakh/service";
import { expect } from "chai";
import { BrowserProvider, Wallet } from "ethers";

import {
  type World,
  cleanUp,
  deposit,
  newWorld,
  openFollower,
  openSequencer,
  person,
  settle,
  signed,
  tempDir,
  transfer,
} from "../node/world.ts";
import { serveNode } from "../node/serve.ts";
import { noClock, quietDeps } from "./l1.ts";
import { Random, SEED } from "../support/random.ts";
import { developmentKey } from "./wire.ts";

const [alice, bob] = [person(1), person(2)];

/** A batcher over a node in this process. */
function batcherOf(world: World, node: () => LakhNode, da: DataMode) {
  const provider = new BrowserProvider(world.provider, undefined, { cacheTimeout: -1 });
  const l1 = { provider, chainId: BigInt(world.deployment.chainId) };
  const wallet = new Wallet(developmentKey(0));
  const sender = createSender({}, { l1, wallet, journal: memoryJournal(), clock: noClock, log: silentLog() });
  const source = {
    sealedEntries: async (from: bigint, limit: number) =>
      (await sealedEntries(node(), Number(from), limit)).map(
        (one) => ({ ...one, entry: BigInt(one.entry), data: one.data ?? "0x", to: one.to ?? 0n }) as never,
      ),
    advise: async (mode: DataMode, entry: bigint, signature: string) => {
      await adviseData(node(), mode, Number(entry), signature as Hex);
    },
  };
  const config = { inbox: world.deployment.inbox, lookAhead: 8, inFlight: 2, da };
  return createBatcher(config, { ...quietDeps(), l1, sender, node: source });
}

/** Seals an entry with one transfer. */
async function sealTransfer(world: World, node: LakhNode, nonce: bigint): Promise<void> {
  await sendEnvelope(node, signed(node, alice.key, 2, nonce, [transfer(3, 10n)]));
  world.clock.milliseconds += 1000;
  await settle(node);
}

describe("agents > entries in blobs", function () {
  this.timeout(120_000);
  afterEach(cleanUp);

  it("are sealed on the batcher's advice, posted, and derived by a follower that has an archive", async () => {
    const world = await newWorld();
    const l1 = new BrowserProvider(world.provider, undefined, { cacheTimeout: -1 });
    const dir = await tempDir();
    let node = await openSequencer({ ...world, ethers: { provider: l1 } } as unknown as World, dir);
    const batcher = batcherOf(world, () => node, "blobs");
    await deposit(world, alice.address, 1_000_000n);
    await deposit(world, bob.address, 5n);
    await settle(node);
    await batcher.step();
    await settle(node);
    for (let nonce = 0n; nonce < 3n; nonce++) await sealTransfer(world, node, nonce);
    expect((await sealedEntries(node, 1, 10)).map(({ kind }) => kind)).to.deep.equal(["blobs", "blobs", "blobs"]);
    for (let i = 0; i < 4; i++) await batcher.step();
    await settle(node);
    expect(node.safeLength).to.equal(4);

    // An entry open for blobs survives a restart as such.
    await sendEnvelope(node, signed(node, alice.key, 2, 3n, [transfer(3, 10n)]));
    await node.close();
    node = await openSequencer({ ...world, ethers: { provider: l1 } } as unknown as World, dir);
    await settle(node);
    expect((await node.entry(4)).header.kind).to.equal(EntryKind.Blobs);
    await batcher.step();
    await settle(node);

    const archiveUrl = await serveNode(node);
    const follower = await openFollower(world, { blobSources: { archiveUrl } }, l1);
    await settle(follower);
    expect(follower.safeLength).to.equal(5);
    for (let entry = 0; entry <= 5; entry++)
      expect(await follower.machineAt(entry)).to.deep.equal(await node.machineAt(entry));
    expect((await follower.entry(4)).header.kind).to.equal(EntryKind.Blobs);
  });

  it("follow the advice of the batcher only, and no older advice", async () => {
    const world = await newWorld();
    const node = await openSequencer(world, await tempDir());
    const code = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "taken",
        (error: { fault?: string; name?: string }) => error.name ?? "",
      );
    const stranger = new Wallet(developmentKey(7));
    const text = `Lakh data mode blobs from entry 0, Inbox ${world.deployment.inbox.toLowerCase()}`;
    const sign = async (wallet: Wallet, words: string): Promise<Hex> => (await wallet.signMessage(words)) as Hex;
    expect(await code(adviseData(node, "blobs", 0, await sign(stranger, text)))).not.to.equal("taken");
    expect(await code(adviseData(node, "blobs", 0, "0x12"))).not.to.equal("taken");
    const batcher = new Wallet(developmentKey(0));
    expect(await code(adviseData(node, "blobs", 0, await sign(batcher, text)))).to.equal("taken");
    const later = text.replace("blobs from entry 0", "calldata from entry 9");
    expect(await code(adviseData(node, "calldata", 9, await sign(batcher, later)))).to.equal("taken");
    expect(await code(adviseData(node, "blobs", 0, await sign(batcher, text)))).not.to.equal("taken");
  });
});

describe("agents > the batcher's choice by price", () => {
  const GWEI = 10n ** 9n;
  const dear = { baseWei: 10n * GWEI, blobWei: GWEI };
  // 126,976 bytes x 40 gas x 10 gwei = 50.8 M gwei; 131,072 x 1 + 81,000 x 10 = 0.94 M gwei.
  const cheap = { baseWei: GWEI / 100n, blobWei: 100n * GWEI };

  it("changes when the other mode is far cheaper at three looks in a row, and not before", () => {
    let state = AT_FIRST;
    const modes: DataMode[] = [];
    for (const prices of [dear, dear, cheap, dear, dear, dear, cheap]) {
      state = lean(state, prices);
      modes.push(state.mode);
    }
    const [c, b] = ["calldata", "blobs"] as const;
    expect(modes).to.deep.equal([c, c, c, c, c, b, b]);
  });

  it("goes back when the spike lasts, once it has stayed a while", () => {
    let state: Leaning = { mode: "blobs", looks: 0, stayed: 0 };
    const flipped = Array.from({ length: 40 }, () => (state = lean(state, cheap)).mode).indexOf("calldata");
    expect(flipped).to.equal(19); // at the twentieth look
  });

  it(`does not flip-flop, however prices swing (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const LOOKS = 2_000;
    const STAY = 20;
    for (let period = 1; period <= 60; period++) {
      let state = AT_FIRST;
      let flips = 0;
      for (let i = 0; i < LOOKS; i++) {
        const prices = Math.floor(i / period) % 2 === 0 ? dear : cheap;
        const { mode } = state;
        state = lean(state, random.chance(0.05) ? cheap : prices);
        if (state.mode !== mode) flips++;
      }
      expect(flips, `period ${period}`).to.be.at.most(1 + LOOKS / STAY);
      if (period < 3) expect(flips, `period ${period}`).to.be.at.most(3);
    }
    // At the border of the two, with noise of a few per cent, it never moves a second time.
    let state = AT_FIRST;
    let flips = 0;
    for (let i = 0; i < LOOKS; i++) {
      const { mode } = state;
      const percent = BigInt(76 + random.below(10)); // blobs cost 76 to 85 % of calldata: around the threshold
      state = lean(state, { baseWei: GWEI, blobWei: (GWEI * 3813n * percent) / 10_000n });
      if (state.mode !== mode) flips++;
    }
    expect(flips).to.be.at.most(1);
    expect(costWei("blobs", dear) < costWei("calldata", dear)).to.equal(true);
  });

  it("stays where both cost about the same, whichever it was", () => {
    // 126,976 x 40 = 5,079,040 gas; 81,000 gas and 131,072 blob gas: equal at a blob fee of 38.13 base fees.
    for (const mode of ["calldata", "blobs"] as const)
      for (const percent of [85n, 100n, 115n]) {
        let state: Leaning = { ...AT_FIRST, mode };
        const prices = { baseWei: GWEI, blobWei: (GWEI * 3813n * percent) / 10_000n };
        for (let i = 0; i < 10; i++) state = lean(state, prices);
        expect(state.mode).to.equal(mode);
      }
  });
});

describe("service > fees of transactions with blobs", () => {
  const policy = { ...DEFAULT_FEES, mostWei: 100n, tipWei: 1n, mostBlobWei: 50n };

  it("offer twice the base fees, within both caps", () => {
    expect(feesFor({ baseWei: 10n, blobWei: 7n }, policy)).to.deep.equal({
      maxFeeWei: 21n,
      tipWei: 1n,
      blobFeeWei: 14n,
    });
    expect(feesFor({ baseWei: 10n, blobWei: 30n }, policy)?.blobFeeWei).to.equal(50n);
    expect(feesFor({ baseWei: 10n, blobWei: 51n }, policy)).to.equal(undefined);
    expect(feesFor({ baseWei: 10n }, policy)).to.deep.equal({ maxFeeWei: 21n, tipWei: 1n });
  });

  it("double in every part when replaced, as nodes demand, and stop at the caps", () => {
    const last = { maxFeeWei: 21n, tipWei: 1n, blobFeeWei: 14n };
    expect(bumpedFees(last, undefined, policy)).to.deep.equal({ maxFeeWei: 42n, tipWei: 2n, blobFeeWei: 28n });
    expect(bumpedFees({ ...last, blobFeeWei: 26n }, undefined, policy)).to.equal(undefined);
    expect(bumpedFees({ ...last, maxFeeWei: 51n }, undefined, policy)).to.equal(undefined);
  });
});

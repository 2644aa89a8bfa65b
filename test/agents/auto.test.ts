/** A batcher and its sender where L1 is slow or takes back: one type of transaction at a time, and advice that goes on. */
import { createBatcher, type DataMode, type SealedEntry } from "@lakh/batcher";
import { Inbox__factory } from "@lakh/bindings";
import { packBlobs } from "@lakh/da";
import { EntryKind, type EntryHeader, type Hex, ZERO_HASH, dataHash, fromHex, nextAcc } from "@lakh/protocol";
import { type Clock, CodedError, createRegistry, createSender, memoryJournal, silentLog } from "@lakh/service";
import { expect } from "chai";
import { ContractFactory, JsonRpcProvider, Transaction, Wallet } from "ethers";

import { type Anvil, startAnvil } from "../deploy/anvil.ts";
import { kzg as thread } from "../node/world.ts";
import { blobHeader } from "../support/blobs.ts";
import { seededBytes } from "../support/random.ts";
import { developmentKey } from "./wire.ts";

const RULES = { forceDelay: 600, maxTimeDrift: 3600, sequencerSilence: 36_000 };
const GWEI = 10n ** 9n;
const MOST_PAUSES = 400;
/** A pause in which nothing happened. */
const NOTHING = "nothing";

/** Counts what is in flight by type, and answers prices as the test says. */
class Watcher extends JsonRpcProvider {
  /** Wei a blob gas that L1 is said to take. */
  blobWei = 1n;
  readonly raws: Transaction[] = [];
  /** Pairs of types that were in flight at a time. */
  readonly mixed: string[] = [];

  override async send(method: string, params: unknown[]): Promise<unknown> {
    if (method === "eth_blobBaseFee") return `0x${this.blobWei.toString(16)}`;
    if (method === "eth_sendRawTransaction") await this.#look(Transaction.from(String(params[0])));
    return super.send(method, params as never);
  }

  async #look(transaction: Transaction): Promise<void> {
    for (const other of this.raws) {
      if (other.type === transaction.type || other.hash === transaction.hash) continue;
      const receipt = await super.send("eth_getTransactionReceipt", [other.hash]);
      if (receipt === null) this.mixed.push(`${other.type} and ${transaction.type}`);
    }
    this.raws.push(transaction);
  }
}

describe("agents > a batcher where L1 is slow", function () {
  this.timeout(120_000);
  let anvil: Anvil;
  let provider: Watcher;
  const wallet = new Wallet(developmentKey(0));
  before(async () => {
    anvil = await startAnvil("--no-mining");
  });
  after(() => anvil.stop());
  beforeEach(() => {
    provider = new Watcher(anvil.url, undefined, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
  });
  afterEach(() => provider.destroy());

  const mine = (): Promise<unknown> => provider.send("evm_mine", []);

  async function setup(da: "auto" | DataMode, pause: () => Promise<unknown>) {
    const bridge = new Wallet(developmentKey(1)).address;
    const params = { batcher: wallet.address, bridge, ...RULES };
    const factory = new ContractFactory(Inbox__factory.abi, Inbox__factory.bytecode, wallet.connect(provider));
    const contract = await factory.deploy(params);
    await mine();
    const inbox = Inbox__factory.connect(await contract.getAddress(), provider);
    const chain = { provider, chainId: (await provider.getNetwork()).chainId };
    let pauses = 0;
    const clock: Clock = {
      nowMilliseconds: () => 0,
      sleep: async () => {
        if ((await pause()) !== NOTHING && ++pauses > MOST_PAUSES) throw new Error("it waits for ever");
      },
    };
    const journal = memoryJournal();
    const deps = { l1: chain, wallet, journal, clock, log: silentLog() };
    const sender = createSender({ fees: { bumpAfterBlocks: 1_000 } }, deps);
    const sealed: SealedEntry[] = [];
    const advised: DataMode[] = [];
    const node = {
      sealedEntries: async (from: bigint, limit: number) => sealed.filter(({ entry }) => entry >= from).slice(0, limit),
      advise: async (mode: DataMode) => void advised.push(mode),
    };
    let acc: Hex = ZERO_HASH;
    const time = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
    const seal = (kind: "calldata" | "blobs"): void => {
      const bytes = seededBytes(`entry ${sealed.length}`, 300);
      const data: Hex = `0x${Buffer.from(bytes).toString("hex")}`;
      const plain = { kind: EntryKind.Calldata, time, a: 300n, b: 0n, hash: dataHash(fromHex(data)) };
      const header: EntryHeader = kind === "blobs" ? blobHeader(time, bytes, packBlobs(bytes)) : plain;
      sealed.push({ entry: BigInt(sealed.length), accBefore: acc, kind, time, data });
      acc = nextAcc(acc, header);
    };
    const config = { inbox: await contract.getAddress(), lookAhead: 8, inFlight: 4, da };
    const quiet = { log: silentLog(), registry: createRegistry("test"), clock, kzg: thread };
    const batcher = createBatcher(config, { ...quiet, l1: chain, sender, node });
    return { batcher, inbox, seal, sealed, advised, sender, journal, accNow: () => acc };
  }

  it("posts entries of both types in order, and never two types at a time", async () => {
    const { batcher, inbox, seal, sealed, accNow } = await setup("blobs", mine);
    for (const kind of ["calldata", "blobs", "blobs", "calldata", "calldata", "blobs", "calldata"] as const) seal(kind);
    for (let i = 0; i < 12; i++) await batcher.step();
    expect(await inbox.acc(sealed.length)).to.equal(accNow());
    expect(provider.mixed).to.deep.equal([]);
    expect(provider.raws.map(({ type }) => type)).to.deep.equal([2, 2, 3, 3, 2, 2, 3, 2]); // the first one deploys
  });

  it("advises calldata while a transaction with blobs waits for its fee, once, and posts it first", async () => {
    let looks = 0;
    const { batcher, inbox, seal, advised, accNow } = await setup("auto", async () => {
      const sent = provider.raws.find(({ type }) => type === 3);
      const isGone = looks >= 90 && sent?.hash && (await provider.getTransaction(sent.hash)) === null;
      if (sent === undefined || isGone) {
        await new Promise((resolve) => setImmediate(resolve));
        return NOTHING; // until the transaction is sent; and again, where L1 dropped it while gas was dear
      }
      looks++;
      if (looks === 1) provider.blobWei = 1_000_000n * GWEI; // the spike
      // The transaction does not get in before gas costs less.
      await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${(looks < 90 ? 300n * GWEI : GWEI).toString(16)}`]);
      return mine();
    });
    for (let i = 0; i < 5; i++) {
      await mine();
      await batcher.step();
    }
    expect(advised).to.deep.equal(["calldata", "blobs"]);
    seal("blobs");
    await batcher.step();
    expect(advised.filter((mode, i) => mode !== advised[i - 1])).to.deep.equal(["calldata", "blobs", "calldata"]);
    seal("calldata");
    for (let i = 0; i < 3; i++) await batcher.step();
    expect(await inbox.acc(2)).to.equal(accNow());
    expect(provider.mixed).to.deep.equal([]);
  });

  it("waits for a transaction with blobs that L1 took back before it sends one of the other type", async () => {
    const { batcher, inbox, seal, sealed, accNow } = await setup("blobs", mine);
    seal("blobs");
    await batcher.step();
    const raw = provider.raws.at(-1) as Transaction;
    await provider.send("anvil_reorg", [1, []]);
    expect(await inbox.length()).to.equal(0n);
    await provider.send("eth_sendRawTransaction", [raw.serialized]); // as a node's pool does with what a reorg takes back
    sealed.length = 0; // the sequencer seals the same anew, the other way
    const other = { entry: 0n, accBefore: ZERO_HASH, kind: "calldata" as const, data: "0x01aa" as Hex };
    sealed.push({ ...other, time: BigInt((await provider.getBlock("latest"))?.timestamp ?? 0) });
    const code = await batcher.step().then(
      () => "none",
      (error: unknown) => (error instanceof CodedError ? `${error.severity} ${error.code}` : String(error)),
    );
    expect(code).to.equal("retry TakenBack");
    expect(await inbox.length()).to.equal(1n);
    expect(await inbox.acc(1)).to.equal(accNow());
    expect(provider.mixed).to.deep.equal([]);
  });

  it("sends again what L1 took back and forgot, where later nonces wait for it", async () => {
    let step = 0;
    const { sender, journal } = await setup("blobs", async () => {
      step++;
      if (step === 1) await mine();
      if (step === 2) await provider.send("anvil_reorg", [1, []]);
      if (step > 2) await mine();
    });
    const call = { label: "pay", to: `0x${"ab".repeat(20)}`, data: "0x", gasLimit: 50_000n };
    const first = await sender.send(call);
    expect(first.status).to.equal(1);
    const count = await provider.getTransactionCount(wallet.address);
    const [second] = await Promise.all([sender.send(call)]);
    expect(second?.status).to.equal(1);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(count + 1);
    expect(journal.load()).to.deep.equal([]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { BrowserProvider, Wallet, type Provider } from "ethers";
import { network } from "hardhat";

import {
  CodedError,
  createRegistry,
  createSender,
  fileJournal,
  memoryJournal,
  silentLog,
  type Clock,
  type Journal,
  type Sender,
  type SenderConfig,
} from "@lakh/service";
import { Inbox__factory } from "@lakh/bindings";

const RECEIVER = "0x" + "ab".repeat(20);

async function setup() {
  const { provider: rpc, ethers, networkHelpers } = await network.create();
  const provider = new BrowserProvider(rpc, undefined, { cacheTimeout: -1 });
  const wallet = Wallet.createRandom();
  const [funder] = await ethers.getSigners();
  if (!funder) throw new Error("no signer");
  await funder.sendTransaction({ to: wallet.address, value: 10n ** 18n });
  const chainId = (await provider.getNetwork()).chainId;
  /** What happens in the sender's pauses, one after the other; then it gives up. */
  const pauses: (() => Promise<unknown>)[] = [];
  const clock: Clock = {
    nowMilliseconds: () => 0,
    sleep: async () => {
      const next = pauses.shift();
      if (!next) throw new Error("the sender waits for ever");
      await next();
    },
  };
  const open = (config: SenderConfig = {}, journal: Journal = memoryJournal(), on: Provider = provider): Sender =>
    createSender(config, { l1: { provider: on, chainId }, wallet, journal, clock, log: silentLog() });
  return { rpc, ethers, networkHelpers, provider, wallet, funder, pauses, clock, open };
}

const PAYMENT = { label: "pay", to: RECEIVER, data: "0x", valueWei: 5n };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CodedError) return `${error.severity} ${error.code}`;
    throw error;
  }
  return "none";
}

/** An L1 to which no transaction gets through. */
function deafTo(provider: BrowserProvider): BrowserProvider {
  return new Proxy(provider, {
    get: (target, name) => {
      if (name === "broadcastTransaction") {
        return () => Promise.reject(Object.assign(new Error("no route"), { code: "EHOSTUNREACH" }));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

describe("service > createSender", () => {
  it("sends, waits for the receipt and forgets", async () => {
    const { open, provider } = await setup();
    const journal = memoryJournal();
    const sender = open({}, journal);
    const many = await Promise.all([sender.send(PAYMENT), sender.send(PAYMENT), sender.send(PAYMENT)]);
    expect(new Set(many.map(({ hash }) => hash)).size).to.equal(3);
    expect(journal.load()).to.deep.equal([]);
    expect(await provider.getTransactionCount(sender.address)).to.equal(3);
  });

  it("tells its balance whenever it is asked, sent or not: none before L1 answers, the last one while L1 does not", async () => {
    const { provider, wallet, clock } = await setup();
    const asked: { answer: (wei: bigint) => void; fail: () => void }[] = [];
    const slow = new Proxy(provider, {
      get: (target, name) =>
        name === "getBalance"
          ? () => new Promise<bigint>((answer, fail) => asked.push({ answer, fail: () => fail(new Error("away")) }))
          : (Reflect.get(target, name) as unknown),
    });
    const registry = createRegistry("test");
    const l1 = { provider: slow, chainId: 31_337n };
    createSender({}, { l1, wallet, journal: memoryJournal(), clock, log: silentLog(), registry });
    const shown = async () => /^lakh_l1_balance_ether\S* (\S+)$/m.exec(await registry.metrics())?.[1];
    const settled = () => new Promise((resolve) => setImmediate(resolve));

    expect([await shown(), await shown()]).to.deep.equal([undefined, undefined]);
    expect(asked).to.have.length(1); // one question at a time
    asked[0]?.answer(25n * 10n ** 17n);
    await settled();
    expect(await shown()).to.equal("2.5");
    asked[1]?.fail();
    await settled();
    expect(await shown()).to.equal("2.5");
    asked[2]?.answer(0n);
    await settled();
    expect(await shown()).to.equal("0");
  });

  it("sends nothing that would revert, and decodes why by its selector", async () => {
    const { open, ethers, provider, wallet } = await setup();
    const params = { batcher: RECEIVER, bridge: RECEIVER, forceDelay: 10, maxTimeDrift: 10, sequencerSilence: 100 };
    const inbox = await ethers.deployContract("Inbox", [params]);
    const data = Inbox__factory.createInterface().encodeFunctionData("includeQueue", [1]);
    const error: unknown = await open()
      .send({ label: "includeQueue", to: await inbox.getAddress(), data })
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CodedError).and.include({ code: "L1Reverted", severity: "reset" });
    expect((error as CodedError).data).to.include({ name: "SlicePastQueue" });
    expect(await provider.getTransactionCount(wallet.address)).to.equal(0);
  });

  it("replaces a stuck transaction after some L1 blocks, paying more", async () => {
    const { open, rpc, networkHelpers, pauses, provider } = await setup();
    await rpc.request({ method: "evm_setAutomine", params: [false] });
    const journal = memoryJournal();
    // The transaction leaves the pool and no block takes it, until the replacement is there.
    const drop = async (): Promise<void> => {
      const hash = journal.load()[0]?.attempts.at(-1)?.hash;
      await rpc.request({ method: "hardhat_dropTransaction", params: [hash] });
      await networkHelpers.mine(2);
    };
    pauses.push(
      drop,
      async () => expect(journal.load()[0]?.attempts.length).to.equal(2),
      () => networkHelpers.mine(1),
    );
    const receipt = await open({ fees: { bumpAfterBlocks: 2 } }, journal).send(PAYMENT);
    expect(receipt.status).to.equal(1);
    expect(await provider.getBalance(RECEIVER)).to.equal(5n);
  });

  it("alerts and waits while L1 costs more than the cap", async () => {
    const { open, pauses, networkHelpers } = await setup();
    await networkHelpers.setNextBlockBaseFeePerGas(50n * 10n ** 9n);
    await networkHelpers.mine(1);
    const cheaper = async (): Promise<void> => {
      await networkHelpers.setNextBlockBaseFeePerGas(10n ** 9n);
      await networkHelpers.mine(1);
    };
    pauses.push(async () => undefined, cheaper);
    const receipt = await open({ fees: { mostWei: 20n * 10n ** 9n } }).send(PAYMENT);
    expect(receipt.status).to.equal(1);
    expect(pauses).to.deep.equal([]);
  });

  it("goes on after a restart where it stood: sent once", async () => {
    const { open, rpc, networkHelpers, pauses, provider, wallet } = await setup();
    const folder = mkdtempSync(join(tmpdir(), "lakh-journal-"));
    const file = join(folder, "sender.json");
    await rpc.request({ method: "evm_setAutomine", params: [false] });
    const stopping = new AbortController();
    pauses.push(async () => stopping.abort());
    pauses.push(async () => undefined);
    expect(await codeOf(open({}, fileJournal(file)).send(PAYMENT, stopping.signal))).to.equal("retry Aborted");
    pauses.length = 0;
    pauses.push(() => networkHelpers.mine(1));
    await open({}, fileJournal(file)).resume();
    expect(fileJournal(file).load()).to.deep.equal([]);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(1);
    expect(await provider.getBalance(RECEIVER)).to.equal(5n);
    writeFileSync(file, "{");
    expect(() => fileJournal(file).load())
      .to.throw(CodedError)
      .with.property("code", "BadJournal");
    rmSync(folder, { recursive: true });
  });

  it("sends nothing that it cannot journal, and finishes what it could not strike out once it can", async () => {
    const { open, provider, wallet, pauses } = await setup();
    const journal = memoryJournal();
    let isFull = true;
    const full: Journal = {
      load: () => journal.load(),
      save: async (intents) => {
        if (isFull) throw new CodedError("JournalIo", "retry", "no room");
        await journal.save(intents);
        isFull = intents.length > 0; // the next one, which strikes it out, fails
      },
    };
    const sender = open({}, full);
    expect(await codeOf(sender.send(PAYMENT))).to.equal("retry JournalIo");
    expect(await provider.getTransactionCount(wallet.address)).to.equal(0);
    isFull = false;
    pauses.push(async () => void (isFull = false));
    await sender.send(PAYMENT);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(1);
    expect(journal.load()).to.deep.equal([]);
  });

  it("gives a code to a journal that cannot be written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lakh-journal-"));
    const journal = fileJournal(join(folder, "sender.json"));
    rmSync(folder, { recursive: true });
    expect(await codeOf(journal.save([]))).to.equal("retry JournalIo");
  });

  it("sends after a restart what was journalled and never left", async () => {
    const { open, provider, wallet, pauses } = await setup();
    const journal = memoryJournal();
    const deaf = deafTo(provider);
    const stopping = new AbortController();
    pauses.push(
      async () => stopping.abort(),
      async () => undefined,
    );
    expect(await codeOf(open({}, journal, deaf).send(PAYMENT, stopping.signal))).to.equal("retry Aborted");
    expect(await provider.getTransactionCount(wallet.address)).to.equal(0);
    expect(journal.load().length).to.equal(1);
    const again = open({}, journal);
    await again.resume();
    expect(journal.load()).to.deep.equal([]);
    expect(await provider.getBalance(RECEIVER)).to.equal(5n);
    await again.send(PAYMENT);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(2);
  });

  it("goes on by nonce after a restart, whichever transaction was replaced last", async () => {
    const { open, provider, wallet, pauses } = await setup();
    const journal = memoryJournal();
    const stopping = new AbortController();
    const call = { ...PAYMENT, gasLimit: 30_000n };
    pauses.push(
      async () => stopping.abort(),
      async () => undefined,
    );
    const sender = open({}, journal, deafTo(provider));
    const sent = [call, call].map((one) => codeOf(sender.send(one, stopping.signal)));
    expect(await Promise.all(sent)).to.deep.equal(["retry Aborted", "retry Aborted"]);
    // A replacement goes to the end of the journal.
    await journal.save(journal.load().toSorted((a, b) => b.nonce - a.nonce));
    pauses.push(
      async () => undefined,
      async () => undefined,
    );
    await open({}, journal).resume();
    expect(journal.load()).to.deep.equal([]);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(2);
  });

  it("knows after a restart what was mined meanwhile", async () => {
    const { open, rpc, networkHelpers, pauses, provider, wallet } = await setup();
    const journal = memoryJournal();
    await rpc.request({ method: "evm_setAutomine", params: [false] });
    const stopping = new AbortController();
    pauses.push(
      async () => stopping.abort(),
      async () => undefined,
    );
    expect(await codeOf(open({}, journal).send(PAYMENT, stopping.signal))).to.equal("retry Aborted");
    await networkHelpers.mine(1);
    pauses.length = 0;
    await open({}, journal).resume();
    expect(journal.load()).to.deep.equal([]);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(1);
  });

  it("loses nothing when L1's answers are lost: the same transaction is sent again, and mined once", async () => {
    const { open, provider, wallet, pauses } = await setup();
    const lost: string[] = [];
    const away = (method: string): Error => {
      lost.push(method);
      return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    };
    // The first broadcast never arrives, the second arrives and its answer is lost; so is one answer about the receipt.
    const flaky = new Proxy(provider, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
        if (name === "broadcastTransaction" && lost.length === 0) return () => Promise.reject(away(name));
        if (name === "broadcastTransaction" && lost.length === 1) {
          return async (...args: unknown[]) => {
            await call(...args);
            throw away(name);
          };
        }
        if (name === "getTransactionReceipt" && lost.length === 2) return () => Promise.reject(away(name));
        return call;
      },
    });
    pauses.push(
      async () => undefined,
      async () => undefined,
    );
    const receipt = await open({}, memoryJournal(), flaky).send(PAYMENT);
    expect(receipt.status).to.equal(1);
    expect(lost).to.deep.equal(["broadcastTransaction", "broadcastTransaction", "getTransactionReceipt"]);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(1);
  });

  it("does not call lost what another machine behind the same address has not seen yet", async () => {
    const { open, provider, pauses } = await setup();
    let looks = 0;
    const behind = new Proxy(provider, {
      get: (target, name) => {
        if (name === "getTransactionReceipt" && ++looks <= 4) return async () => null;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    for (let i = 0; i < 4; i++) pauses.push(async () => undefined);
    const receipt = await open({}, memoryJournal(), behind).send(PAYMENT);
    expect(receipt.status).to.equal(1);
    expect(pauses).to.deep.equal([]);
  });

  it("says when another transaction took the nonce, and when money is missing", async () => {
    const { open, rpc, networkHelpers, pauses, wallet, provider } = await setup();
    await rpc.request({ method: "evm_setAutomine", params: [false] });
    const journal = memoryJournal();
    const steal = async (): Promise<void> => {
      await rpc.request({ method: "hardhat_dropTransaction", params: [journal.load()[0]?.attempts[0]?.hash] });
      const other = { to: RECEIVER, value: 1n, nonce: 0, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
      await wallet.connect(provider).sendTransaction({ ...other, gasLimit: 21_000n });
      await networkHelpers.mine(1);
    };
    const nothing = async (): Promise<void> => undefined;
    pauses.push(steal, nothing, nothing, nothing, nothing);
    expect(await codeOf(open({}, journal).send(PAYMENT))).to.equal("reset NonceTaken");
    expect(pauses).to.deep.equal([]);
    expect(journal.load()).to.deep.equal([]);
    await networkHelpers.setBalance(wallet.address, 10n ** 12n);
    expect(await codeOf(open({}, journal).send(PAYMENT))).to.equal("retry InsufficientFunds");
    expect(journal.load()).to.deep.equal([]);
  });
});

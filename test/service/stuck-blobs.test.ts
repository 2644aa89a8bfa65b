/** A blob transaction that L1 dropped when its fees rose: refused as it was, replaced by one that pays more. */
import { loadKzg, makeSidecar, packBlobs } from "@lakh/da";
import { type Clock, createSender, memoryJournal, silentLog } from "@lakh/service";
import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";

import { developmentKey } from "../agents/wire.ts";
import { type Anvil, startAnvil } from "../deploy/anvil.ts";
import { seededBytes } from "../support/random.ts";

const GWEI = 10n ** 9n;
const RECEIVER = `0x${"ab".repeat(20)}`;
/** Above what the first attempt offers: twice anvil's first base fee of 1 gwei, and a tip. */
const RISEN = 5n * GWEI;

describe("service > a stuck transaction with blobs", function () {
  this.timeout(60_000);
  let anvil: Anvil;
  let provider: JsonRpcProvider;

  before(async () => {
    anvil = await startAnvil("--no-mining");
    provider = new JsonRpcProvider(anvil.url, undefined, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
  });
  after(async () => {
    provider.destroy();
    await anvil.stop();
  });

  const mineAt = async (baseWei: bigint): Promise<void> => {
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${baseWei.toString(16)}`]);
    await provider.send("evm_mine", []);
  };

  it("is replaced by one that offers double of all three fees, with the same blobs, and is mined once", async () => {
    const kzg = await loadKzg();
    const wallet = new Wallet(developmentKey(0));
    const journal = memoryJournal();
    const attempts = () => journal.load()[0]?.attempts ?? [];
    let offered = attempts();
    const pauses: (() => Promise<void>)[] = [
      () => mineAt(RISEN),
      () => mineAt(RISEN), // two blocks without it: it is replaced
      async () => void (offered = attempts()),
      () => mineAt(RISEN),
    ];
    const clock: Clock = {
      nowMilliseconds: () => 0,
      sleep: async () => {
        const next = pauses.shift();
        if (next === undefined) throw new Error("the sender waits for ever");
        await next();
      },
    };
    const l1 = { provider, chainId: (await provider.getNetwork()).chainId };
    const fees = { bumpAfterBlocks: 2 };
    const sender = createSender({ fees }, { l1, wallet, journal, clock, log: silentLog() });
    const blobs = packBlobs(seededBytes("stuck", 40_000));
    const receipt = await sender.send({
      label: "appendBlobs",
      to: RECEIVER,
      data: "0x",
      gasLimit: 100_000n,
      blobs: async (form) => makeSidecar(kzg, blobs, form),
    });
    const [first, second] = offered;
    if (first?.blobFeeWei === undefined || second === undefined) throw new Error("it was not replaced");
    expect(offered).to.have.length(2);
    expect(second.maxFeeWei >= 2n * first.maxFeeWei && second.tipWei >= 2n * first.tipWei).to.equal(true);
    expect((second.blobFeeWei ?? 0n) >= 2n * first.blobFeeWei).to.equal(true);
    expect(receipt.hash).to.equal(second.hash);
    expect(await provider.getTransactionReceipt(first.hash)).to.equal(null);
    expect((await provider.getTransaction(second.hash))?.blobVersionedHashes).to.have.length(blobs.length);
    expect(await provider.getTransactionCount(wallet.address)).to.equal(1);
    expect(journal.load()).to.deep.equal([]);
    expect(pauses).to.deep.equal([]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { batcherOptions, sealedEntriesOf, runBatcher, type BatcherOptions } from "@lakh/batcher";
import { serveRpc } from "@lakh/node";
import { deploymentText, Inbox__factory } from "@lakh/bindings";
import { createLifecycle, createRegistry, readOptions, silentLog, systemClock, type Clock } from "@lakh/service";
import { expect } from "chai";

import { cleanUp, deposit, newWorld, openSequencer, person, post, settle, signed, tempDir } from "../node/world.ts";
import { RPC_LIMITS } from "../support/rpc-limits.ts";
import { codeOf, developmentKey, openServedL1, serve } from "./wire.ts";

function optionsOf(env: Record<string, string>): BatcherOptions {
  return readOptions(batcherOptions, { role: "batcher", argv: [], env });
}

describe("batcher > runBatcher", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-batcher-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("waits for L1, posts what the sequencer sealed, serves its health, and stops in good order", async () => {
    const chain = await openServedL1();
    const { provider, deployment, l1 } = chain;
    const inbox = Inbox__factory.connect(deployment.inbox, provider);
    const time = String((await provider.getBlock("latest"))?.timestamp);
    const entry = { entry: 0, accBefore: `0x${"00".repeat(32)}`, kind: "calldata", time, data: "0x01aa" };
    const sequencer = await serve(async () => JSON.stringify({ result: [entry] }));
    // L1 is away until the daemon has paused once.
    l1.isAway = true;
    const file = join(folder, "deployment.json");
    writeFileSync(file, deploymentText(deployment));
    const options = optionsOf({
      LAKH_BATCHER_L1_URL: l1.url,
      LAKH_BATCHER_DEPLOYMENT: file,
      LAKH_BATCHER_NODE_URL: sequencer.url,
      LAKH_BATCHER_DATA_DIR: folder,
      LAKH_BATCHER_KEY: developmentKey(2),
      LAKH_BATCHER_MONITOR_PORT: "0",
    });
    let idle: () => void = () => undefined;
    const isIdle = new Promise<void>((resolve) => (idle = resolve));
    const clock: Clock = {
      nowMilliseconds: () => 0,
      sleep: async (_, signal) => {
        l1.isAway = false;
        if ((await inbox.length()) === 0n) return;
        idle();
        await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      },
    };
    const log = silentLog();
    const lifecycle = createLifecycle(log);
    const daemon = await runBatcher(options, { log, clock, lifecycle });
    await isIdle;
    expect(l1.refused).to.equal(1);
    expect(await inbox.length()).to.equal(1n);
    expect((await fetch(`http://127.0.0.1:${daemon.monitorPort}/healthz`)).status).to.equal(200);
    await lifecycle.stop("test");
    await daemon.done;
    sequencer.close();
    await chain.close();
  });

  it("does not start on the wrong chain, where nothing is deployed, or without its key", async () => {
    const chain = await openServedL1();
    const attempt = async (
      deployment: Partial<typeof chain.deployment>,
      env: Record<string, string> = {},
    ): Promise<string> => {
      const file = join(folder, "attempt.json");
      writeFileSync(file, deploymentText({ ...chain.deployment, ...deployment }));
      const options = optionsOf({
        LAKH_BATCHER_L1_URL: chain.l1.url,
        LAKH_BATCHER_DEPLOYMENT: file,
        LAKH_BATCHER_NODE_URL: "http://127.0.0.1:1",
        LAKH_BATCHER_DATA_DIR: folder,
        ...env,
      });
      const log = silentLog();
      const lifecycle = createLifecycle(log);
      const code = await codeOf(runBatcher(options, { log, clock: systemClock, lifecycle }));
      await lifecycle.stop("test");
      return code;
    };
    expect(await attempt({ chainId: 1 })).to.equal("fatal WrongChain");
    expect(await attempt({}, { LAKH_BATCHER_L1_CHAIN_ID: "5" })).to.equal("fatal WrongChain");
    expect(await attempt({ inbox: `0x${"00".repeat(19)}99` })).to.equal("fatal NoDeployment");
    expect(await attempt({})).to.equal("fatal MissingKey");
    expect(await attempt({}, { LAKH_BATCHER_KEY: "0x12" })).to.equal("fatal BadKey");
    await chain.close();
  });

  it("does not start with a bad deployment file", async () => {
    const file = join(folder, "bad.json");
    writeFileSync(file, JSON.stringify({ chainId: 31337 }));
    const options = optionsOf({
      LAKH_BATCHER_L1_URL: "http://127.0.0.1:1",
      LAKH_BATCHER_DEPLOYMENT: file,
      LAKH_BATCHER_NODE_URL: "http://127.0.0.1:1",
      LAKH_BATCHER_DATA_DIR: folder,
    });
    const log = silentLog();
    const run = runBatcher(options, { log, clock: systemClock, lifecycle: createLifecycle(log) });
    expect(await codeOf(run)).to.equal("fatal BadDeployment");
  });
});

describe("batcher > sealedEntriesOf", () => {
  async function ask(answer: unknown): Promise<string> {
    const { url, close } = await serve(async () => JSON.stringify(answer));
    const code = await codeOf(sealedEntriesOf(url).sealedEntries(0n, 1));
    close();
    return code;
  }

  it("tells a node that is away from one that is none or answers nonsense", async () => {
    expect(await codeOf(sealedEntriesOf("http://127.0.0.1:1").sealedEntries(0n, 1))).to.equal("retry NodeUnreachable");
    expect(await ask({ error: { code: -32010, message: "no" } })).to.equal("fatal NotSequencer");
    expect(await ask({ error: { code: -32603, message: "no" } })).to.equal("retry NodeFault");
    expect(await ask({ result: null })).to.equal("retry BadSealedEntry");
    const good = { entry: 0, accBefore: `0x${"00".repeat(32)}`, kind: "queue", time: "1", to: "2" };
    expect(await ask({ result: [good] })).to.equal("none");
    for (const bad of [{ entry: "x" }, { accBefore: "0x" }, { kind: "blobs" }, { time: "-1" }, { to: undefined }]) {
      expect(await ask({ result: [{ ...good, ...bad }] })).to.equal("retry BadSealedEntry");
    }
  });
});

describe("batcher > sealedEntriesOf a sequencer", () => {
  after(cleanUp);

  it("reads what the node writes", async () => {
    const world = await newWorld();
    const node = await openSequencer(world, await tempDir());
    await deposit(world, person(1).address, 1_000_000n);
    await settle(node);
    await post(world, node);
    await settle(node);
    const send = signed(node, person(1).key, 2, 0n, [
      { verb: "withdraw", object: 1, party: person(2).address, amount: 5n },
    ]);
    node.sequencer?.accept(send);
    world.clock.milliseconds += 1_000;
    await settle(node);
    const rpc = await serveRpc(RPC_LIMITS, {
      node,
      log: silentLog(),
      nowMilliseconds: () => 0,
      health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
      registry: createRegistry("node"),
    });
    const source = sealedEntriesOf(`http://127.0.0.1:${rpc.port}`);
    const [slice, batch, ...others] = await source.sealedEntries(0n, 10);
    await rpc.close();
    expect(slice).to.include({ entry: 0n, kind: "queue", to: 1n, accBefore: await world.inbox.acc(0) });
    expect(batch).to.include({ entry: 1n, kind: "calldata", accBefore: await world.inbox.acc(1) });
    expect(others).to.deep.equal([]);
  });
});

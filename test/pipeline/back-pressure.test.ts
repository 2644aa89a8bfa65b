/** What is behind slows the intake: nothing is refused or lost, and memory stays bounded. */
import { open } from "node:fs/promises";
import { join } from "node:path";

import { loadKernels } from "@lakh/kernels";
import { Outcome } from "@lakh/protocol";
import { expect } from "chai";

import { SequencerLog } from "../../packages/node/src/log/sequencer-log.ts";
import { cleanUp, onCleanUp, person, post, settle, signed, tempDir, transfer } from "../node/world.ts";
import { StreamClient } from "./client.ts";
import { type Stage, newStage } from "./stage.ts";

const ALICE = 2;
const BOB = 3;
const FRAME = 20;
const FRAMES = 70;
/** What is read off a socket at once: it may come in beyond the limit. */
const READ_BYTES = 1 << 16;
const MILLION = 1_000_000n;
/** As long as many turns of the main loop. */
const WHILE_MILLISECONDS = 100;

type Sync = () => Promise<void>;
type Write = (bytes: Uint8Array, at?: number) => Promise<{ bytesWritten: number }>;

/** Lets writes or syncs of all files wait until it is called. */
async function stopDisk(what: "datasync" | "write"): Promise<() => void> {
  const handle = await open(join(await tempDir(), "any"), "w");
  const proto = Object.getPrototypeOf(handle) as { datasync: Sync; write: Write };
  await handle.close();
  const before = { datasync: proto.datasync, write: proto.write };
  let start: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (start = resolve));
  if (what === "datasync")
    proto.datasync = async function () {
      await started;
      return before.datasync.call(this);
    };
  else {
    let first = true;
    proto.write = async function (bytes, at) {
      const waits = first;
      first = false;
      if (waits) await started;
      return before.write.call(this, bytes, at);
    };
  }
  const restart = (): void => {
    Object.assign(proto, before);
    start();
  };
  onCleanUp(restart);
  return restart;
}

const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WHILE_MILLISECONDS));

function frames({ node }: Stage, count: number): Uint8Array[][] {
  return Array.from({ length: count }, (_, f) =>
    Array.from({ length: FRAME }, (_, i) =>
      signed(node, person(1).key, ALICE, BigInt(FRAME * f + i), [transfer(BOB, 1n)]),
    ),
  );
}

const received = ({ node }: Stage): number => Number((node.engine.account(BOB)?.holdings[0]?.amount ?? 0n) - MILLION);

describe("pipeline > back-pressure", () => {
  afterEach(cleanUp);

  it("takes in no more than its limits while the disk does not answer, answers JSON-RPC, and loses nothing", async () => {
    const limits = { connectionBytes: 4096, totalBytes: 8192 };
    const stage = await newStage(2, {}, limits, await loadKernels());
    const sent = frames(stage, FRAMES);
    const { client } = await StreamClient.connect(stage.port);
    const restart = await stopDisk("datasync");
    let finished = 0;
    const results = sent.map((items) =>
      client.submit(items).then(({ outcomes }) => {
        finished++;
        return outcomes;
      }),
    );
    await aWhile();
    expect(finished).to.equal(0); // nothing is promised before it is durable
    const least = Math.min(...sent.flat().map(({ length }) => length));
    const mostItems = (limits.connectionBytes + READ_BYTES) / least + FRAME;
    expect(mostItems).to.be.lessThan(0.75 * FRAMES * FRAME);
    expect(received(stage)).to.be.within(1, mostItems);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_heads", params: [] });
    const answer = await fetch(`http://127.0.0.1:${stage.port}`, { method: "POST", body });
    expect(await answer.json()).to.have.property("result");
    expect(received(stage)).to.be.within(1, mostItems);
    restart();
    for (const outcomes of await Promise.all(results))
      expect(outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    expect(received(stage)).to.equal(FRAMES * FRAME);
    client.close();
  });

  it("takes a block that is larger than the limit once nothing waits for L1", async () => {
    const stage = await newStage(2, { maxUnpostedBytes: 1200, sealBytes: 1100 });
    const { node, world } = stage;
    const { client } = await StreamClient.connect(stage.port);
    const [first, second] = frames(stage, 2) as [Uint8Array[], Uint8Array[]];
    expect((await client.submit(first)).outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    let isDone = false;
    const waiting = client.submit(second).finally(() => (isDone = true));
    await aWhile();
    expect(isDone).to.equal(false);
    await node.sequencer?.seal();
    while ((await post(world, node)) > 0) await settle(node);
    expect((await waiting).outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    client.close();
  });

  it("promises nothing that stands only in a log which has not taken the old one's place", async () => {
    const { log } = await SequencerLog.open(join(await tempDir(), "log"));
    log.appendOpen(1n, "calldata");
    await log.commit();
    log.appendItems(Uint8Array.of(1, 7));
    const restart = await stopDisk("write"); // the old file's; the new one is written at once
    let isPromised = false;
    let committed: Promise<unknown> | undefined;
    const rewritten = log.rewrite(() => {
      committed = log.commit().then(() => (isPromised = true)); // in the turn in which the log goes over to the new file
      return { base: 0, drafts: [], open: { time: 1n, data: Uint8Array.of(1, 7), mode: "calldata" } };
    });
    await aWhile();
    expect(isPromised).to.equal(false);
    restart();
    await Promise.all([rewritten, committed]);
    expect(isPromised).to.equal(true);
    await log.close();
  });
});

import type { Worker } from "node:worker_threads";

import { type Kernels, createPortableKernels, loadKernels } from "@lakh/kernels";
import { itemHash } from "@lakh/node";
import { type Hex, Outcome } from "@lakh/protocol";
import { expect } from "chai";

import type { Block } from "../../packages/node/src/pipeline/block.ts";
import { Board } from "../../packages/node/src/pipeline/board.ts";
import { type ThreadDeath, VerifyPool } from "../../packages/node/src/pipeline/verify-pool.ts";
import { cleanUp, onCleanUp } from "../node/world.ts";
import { Random, SEED } from "../support/random.ts";
import { StreamClient } from "./client.ts";
import { executed, place } from "./executed.ts";
import { Mixture } from "./mixture.ts";
import { newStage } from "./stage.ts";

const PEOPLE = 6;
const FRAME = 50;
const FRAMES = 40;
/** Results after which a verifier is killed. */
const KILL_EVERY = 4;
const THREADS = 2;
/** Deaths in a row of one thread until nobody replaces it. */
const DEATHS = 4;
const BLOCKS = 3;

/** Calls back with every thread that is started until the test ends. */
function onThread(started: (worker: Worker) => void): void {
  process.on("worker", started);
  onCleanUp(() => process.off("worker", started));
}

describe("pipeline > a verifier thread that dies", () => {
  afterEach(cleanUp);

  it(`loses nothing and doubles nothing when verifiers are killed under load (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    const workers: Worker[] = [];
    onThread((worker) => workers.push(worker));
    const { node, port } = await newStage(PEOPLE, {}, { verifyThreads: THREADS }, await loadKernels());
    const first = node.chain.length;
    const mixture = new Mixture(node, random, PEOPLE);
    const { client } = await StreamClient.connect(port);
    const acknowledged = new Map<string, Hex>();
    let results = 0;
    let killed = 0;
    const submit = async (items: readonly Uint8Array[]): Promise<void> => {
      const { outcomes } = await client.submit(items);
      expect(outcomes.length).to.equal(items.length);
      outcomes.forEach((outcome, i) => {
        if (outcome.code === Outcome.Ok) acknowledged.set(place(outcome), itemHash(items[i] as Uint8Array));
      });
      if (++results % KILL_EVERY !== 0) return;
      killed++;
      await workers.at(-1 - random.below(THREADS))?.terminate();
    };
    const lane = async (): Promise<void> => {
      for (let i = 0; i < FRAMES / 4; i++) await submit(mixture.take(FRAME));
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(killed).to.equal(FRAMES / KILL_EVERY);
    expect(workers.length).to.be.greaterThan(THREADS); // they were replaced
    expect(acknowledged.size).to.be.greaterThan((FRAMES * FRAME) / 4);
    expect(new Set(acknowledged.values()).size).to.equal(acknowledged.size); // none stands twice
    await node.sequencer?.seal();
    await node.sequencer?.commit();
    expect(await executed(node, first)).to.deep.equal(acknowledged);
  });

  it("verifies in the main thread when no verifier stays alive, and says of each death how many are left", async () => {
    onThread((worker) => void worker.terminate());
    const deaths: ThreadDeath[] = [];
    const kernels = createPortableKernels();
    const pool = newPool(kernels, deaths);
    const blocks = Array.from({ length: BLOCKS }, () => rubbish(pool.take() as Block));
    await Promise.all(blocks.map((block) => verified(pool, block)));
    expect(deaths.length).to.equal(THREADS * DEATHS);
    expect(deaths.at(-1)?.left).to.equal(0);
    for (const { status } of blocks) expect(status[0]).to.equal(1); // malformed, as it is
    const again = rubbish(blocks[0] as Block);
    await verified(pool, again);
    expect(again.status[0]).to.equal(1);
    expect(pool.hasIdle).to.equal(true);
  });

  it("lets the main thread do something else behind every block that it verifies itself", async () => {
    onThread((worker) => void worker.terminate());
    const pool = newPool(createPortableKernels(), []);
    const order: string[] = [];
    const verifyOne = async (number: number): Promise<void> => {
      await verified(pool, rubbish(pool.take() as Block), () => {
        order.push(`block ${number}`);
        setImmediate(() => order.push("else"));
      });
    };
    await Promise.all([0, 1, 2].map(verifyOne));
    expect(order).to.deep.equal(["block 0", "else", "block 1", "else", "block 2"]);
  });

  it("wakes another for a block that it was woken for and never took", async () => {
    const memory = Board.memory(1, THREADS);
    const board = new Board(memory);
    const words = new Int32Array(memory.words);
    const [dying, other] = [0, 1].map((thread) => {
      words[words.length - THREADS + thread] = 1; // it sleeps, as `take` has it
      return Atomics.waitAsync(words, 0, 0).value as Promise<string>;
    });
    board.give(0);
    expect(await dying).to.equal("ok");
    board.takeBack(0);
    expect(await other).to.equal("ok");
  });
});

function newPool(kernels: Kernels, deaths: ThreadDeath[]): VerifyPool {
  const onFailure = (error: unknown): never => {
    throw error;
  };
  const parts = { kernels, domain: new Uint8Array(32), threads: THREADS, keyAccounts: 0 };
  const pool = new VerifyPool({ ...parts, onDeath: (death) => deaths.push(death), onFailure }, new Uint8Array(32));
  onCleanUp(() => pool.close());
  return pool;
}

/** A block with one envelope that is none. */
function rubbish(block: Block): Block {
  block.data.set([2, 1, 1]);
  block.spans.set([1, 3]);
  block.count = 1;
  block.status[0] = 0xff;
  return block;
}

function verified(pool: VerifyPool, block: Block, done = (): void => undefined): Promise<Block> {
  return new Promise((resolve) =>
    pool.verify(block, new Uint8Array(32), 1, (same) => {
      done();
      resolve(same);
    }),
  );
}

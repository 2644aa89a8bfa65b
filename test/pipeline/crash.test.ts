import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type LakhNode, itemHash, receiptOf } from "@lakh/node";
import { NONCE_WINDOW, Outcome } from "@lakh/protocol";
import { expect } from "chai";

import { serveL1 } from "../node/l1-server.ts";
import {
  type World,
  cleanUp,
  deposit,
  newWorld,
  onCleanUp,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "../node/world.ts";
import { Random, SEED } from "../support/random.ts";
import { type Placed, StreamClient } from "./client.ts";

/** Ten in the long form; `npm run kill` does the same to the whole product under full load. */
const KILLS = Number(process.env.PIPELINE_KILLS ?? 3);
const SECONDS_A_KILL = 30;
const PEOPLE = 4;
const FRAME = 20;
/** Frames under way at once. */
const WINDOW = 4;
/** Nonces of a person that a run may use: those of all runs are within the window. */
const NONCES = Math.floor(NONCE_WINDOW / KILLS);

interface Acknowledged extends Placed {
  readonly item: Uint8Array;
}

async function startChild(dir: string, l1Url: string, world: World): Promise<{ child: ChildProcess; port: number }> {
  const args = [join(import.meta.dirname, "crash-child.ts"), dir, l1Url, JSON.stringify(world.deployment)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onCleanUp(() => child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("the child has no output");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, port: Number(line) };
}

/** Sends frames, several at once, until the process is killed after `frames` results. @returns what was acknowledged */
async function loadUntilKilled(child: ChildProcess, port: number, items: readonly Uint8Array[], frames: number) {
  const { client } = await StreamClient.connect(port);
  const acknowledged: Acknowledged[] = [];
  let next = 0;
  let results = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const frame = items.slice(next, (next += FRAME));
      const { outcomes } = await client.submit(frame);
      outcomes.forEach((outcome, i) => {
        if (outcome.code === Outcome.Ok) acknowledged.push({ ...outcome, item: frame[i] as Uint8Array });
      });
      if (++results === frames) child.kill("SIGKILL");
    }
  };
  const exited = once(child, "exit");
  const lanes = Promise.all(Array.from({ length: WINDOW }, lane));
  await Promise.race([lanes, client.closed]);
  child.kill("SIGKILL");
  await Promise.all([client.closed, exited]); // until then it holds its folder's lock
  return acknowledged;
}

/** Envelopes of everybody with nonces from `base` on, in turn. */
function envelopes(node: LakhNode, base: number): Uint8Array[] {
  return Array.from({ length: PEOPLE * NONCES }, (_, i) => {
    const from = 1 + (i % PEOPLE);
    const nonce = BigInt(base + Math.floor(i / PEOPLE));
    return signed(node, person(from).key, from + 1, nonce, [transfer(PEOPLE + 2, 1n)]);
  });
}

describe("pipeline > kill -9 under load", () => {
  afterEach(cleanUp);

  it(`loses no acknowledged envelope and executes none twice, killed ${KILLS} times (seed ${SEED})`, async function () {
    this.timeout(1000 * SECONDS_A_KILL * (1 + KILLS));
    const random = new Random(SEED);
    const world = await newWorld();
    const l1 = await serveL1(world.provider);
    onCleanUp(l1.close);
    const dir = await tempDir();
    const first = await openSequencer(world, dir);
    for (let i = 1; i <= PEOPLE; i++) await deposit(world, person(i).address, 1_000_000n);
    await deposit(world, person(9).address, 5n); // receives one unit with every envelope
    await settle(first);
    await post(world, first);
    await settle(first);
    const base = await signingBase(first);
    await first.close();

    const acknowledged: Acknowledged[] = [];
    for (let i = 0; i < KILLS; i++) {
      const items = base(i);
      const { child, port } = await startChild(dir, l1.url, world);
      const found = await loadUntilKilled(child, port, items, 1 + random.below(items.length / FRAME - WINDOW));
      expect(found.length, `child ${i} acknowledged nothing`).to.be.at.least(1);
      acknowledged.push(...found);
    }
    const again = await openSequencer(world, dir, { maxUnpostedBytes: 1 << 26 });
    await settle(again);
    for (const { item, entry, position, accBefore } of acknowledged)
      expect(await receiptOf(again, itemHash(item))).to.include({ entry, position, accBefore });
    await again.sequencer?.seal();
    while ((await post(world, again)) > 0) await settle(again);
    const follower = await openFollower(world);
    await settle(follower);
    expect(follower.engine.machineHash()).to.equal(again.engine.machineHash());
    const items = Array.from({ length: again.chain.length }, (_, i) => again.chain.at(i)?.outcomes.length ?? 0);
    const transfers = items.slice(1).reduce((sum, count) => sum + count, 0);
    const received = follower.engine.account(PEOPLE + 2)?.holdings[0]?.amount ?? 0n;
    expect(received).to.equal(5n + BigInt(transfers)); // every item logged was executed once, and none was void
    expect(new Set(acknowledged.map(({ item }) => itemHash(item))).size).to.equal(acknowledged.length);
    expect(transfers).to.be.at.least(acknowledged.length);
  });
});

/** Envelopes by run: whatever became of the runs before, their nonces are in the window. */
async function signingBase(node: LakhNode): Promise<(run: number) => Uint8Array[]> {
  const copy = { engine: await node.stateAt(node.chain.length) } as LakhNode;
  return (run) => envelopes(copy, run * NONCES);
}

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { type L1Provider, receiptOf } from "@lakh/node";
import type { Hex } from "@lakh/protocol";

import { Random, SEED } from "../support/random.ts";
import { serveL1 } from "./l1-server.ts";
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
  tempDir,
} from "./world.ts";

const KILLS = 4;

interface Acknowledged {
  readonly itemHash: Hex;
  readonly entry: number;
  readonly position: number;
  readonly accBefore: Hex;
}

/** Runs the child until it has acknowledged `count` envelopes, and kills it at once. */
async function runUntil(count: number, child: ChildProcess): Promise<Acknowledged[]> {
  const found: Acknowledged[] = [];
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.stdout === null) throw new Error("the child has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.endsWith("}")) break; // cut by the kill
    found.push(JSON.parse(line) as Acknowledged);
    if (found.length === count) child.kill("SIGKILL");
  }
  await ended;
  return found;
}

describe("node > kill -9 and a bad L1", () => {
  afterEach(cleanUp);

  it(`loses no acknowledged envelope and executes none twice (seed ${SEED})`, async () => {
    const random = new Random(SEED);
    const world: World = await newWorld();
    const l1 = await serveL1(world.provider);
    onCleanUp(l1.close);
    const dir = await tempDir();
    const first = await openSequencer(world, dir);
    await deposit(world, person(1).address, 1_000_000n);
    await deposit(world, person(2).address, 5n);
    await settle(first);
    await post(world, first);
    await settle(first);
    await first.close();

    const acknowledged: Acknowledged[] = [];
    for (let i = 0; i < KILLS; i++) {
      const args = [join(import.meta.dirname, "crash-child.ts"), dir, l1.url, JSON.stringify(world.deployment)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      const found = await runUntil(1 + random.below(30), child);
      expect(found.length, `child ${i} acknowledged nothing`).to.be.at.least(1);
      acknowledged.push(...found);
    }
    const again = await openSequencer(world, dir);
    await settle(again);
    for (const promised of acknowledged)
      expect(await receiptOf(again, promised.itemHash)).to.include({
        entry: promised.entry,
        position: promised.position,
        accBefore: promised.accBefore,
      });
    world.clock.milliseconds += 1000;
    await settle(again);
    await post(world, again);
    const follower = await openFollower(world);
    await settle(again, follower);
    expect(follower.engine.machineHash()).to.equal(again.engine.machineHash());
    const received = follower.engine.account(3)?.holdings[0]?.amount ?? 0n;
    const items = Array.from({ length: again.chain.length }, (_, i) => again.chain.at(i)?.outcomes.length ?? 0);
    const transfers = items.slice(1).reduce((sum, count) => sum + count, 0);
    expect(received).to.equal(5n + BigInt(transfers)); // every item logged was executed once, and none was void
    expect(transfers).to.be.at.least(acknowledged.length);
    expect(new Set(acknowledged.map(({ itemHash }) => itemHash)).size).to.equal(acknowledged.length);
  });

  it("waits while L1 is down, and goes on when it is back", async () => {
    const world = await newWorld();
    const l1 = await serveL1(world.provider);
    onCleanUp(l1.close);
    const provider = new JsonRpcProvider(l1.url, 31337, { staticNetwork: true, cacheTimeout: -1 });
    onCleanUp(() => provider.destroy());
    const follower = await openFollower(world, {}, provider);
    await settle(follower);
    l1.isDown = true;
    const error: unknown = await follower.step().catch((caught: unknown) => caught);
    expect(error).to.include({ code: "L1Unreachable", severity: "retry" });
    l1.isDown = false;
    await deposit(world, person(1).address, 5n);
    expect((await follower.step()).did).to.deep.equal([
      `read L1 up to block ${await world.ethers.provider.getBlockNumber()}`,
    ]);
  });

  it("stays where it is while L1's endpoint is behind, and reads fewer blocks where it gives too many logs", async () => {
    const world = await newWorld();
    const real = world.ethers.provider;
    let most = Infinity;
    let lag = 0;
    const l1: L1Provider = {
      getNetwork: () => real.getNetwork(),
      getCode: (address) => real.getCode(address),
      call: (request) => real.call(request),
      getTransaction: (hash) => real.getTransaction(hash),
      getBlock: async (tag) => {
        const seen = (await real.getBlockNumber()) - lag;
        return typeof tag === "number" && tag > seen ? null : real.getBlock(tag === "latest" ? seen : tag);
      },
      getLogs: async (filter) => {
        const { fromBlock, toBlock } = filter as { fromBlock: number; toBlock: number };
        if (toBlock - fromBlock >= most) throw new Error("query returned more than 10000 results");
        return real.getLogs(filter);
      },
    };
    for (let i = 0; i < 5; i++) await deposit(world, person(1).address, 5n);
    const follower = await openFollower(world, {}, l1);
    most = 2;
    for (let i = 0; i < 20 && !follower.caughtUp; i++) await follower.step().catch(() => undefined);
    expect(follower.caughtUp).to.equal(true);
    lag = 2;
    for (let i = 0; i < 3; i++) expect((await follower.step()).did).to.deep.equal([]);
    lag = 0;
    await deposit(world, person(1).address, 5n);
    expect((await follower.step()).did).to.have.length(1);
  });
});

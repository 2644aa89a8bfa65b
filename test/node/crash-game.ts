/** A sequencer in a process of its own, killed again and again under load; what it acknowledged must stand. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { receiptOf } from "@lakh/node";
import type { Hex } from "@lakh/protocol";
import type { FailPoint } from "@lakh/service";
import { expect } from "chai";

import type { Random } from "../support/random.ts";
import { serveL1 } from "./l1-server.ts";
import { deposit, newWorld, onCleanUp, openFollower, openSequencer, person, post, settle, tempDir } from "./world.ts";

/** A run that is to reach a point is killed after so many envelopes at the latest: it may not get there. */
const MOST_ACKNOWLEDGED = 120;

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

export interface CrashGame {
  readonly kills: number;
  /** Kills after which a half-written record is put behind the log, as a torn write leaves it. */
  readonly tornWrites: boolean;
  /** Where some runs kill themselves. */
  readonly points?: readonly FailPoint[];
}

export interface CrashEnd {
  readonly acknowledged: number;
  /** Items on L1 at the end. */
  readonly executed: number;
  readonly torn: number;
  /** Points reached. */
  readonly reached: readonly FailPoint[];
}

/** @throws AssertionError where something acknowledged is lost, twice, or not what was promised */
export async function playCrashGame(random: Random, { kills, tornWrites, points = [] }: CrashGame): Promise<CrashEnd> {
  let torn = 0;
  const reached: FailPoint[] = [];
  const world = await newWorld();
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
  for (let i = 0; i < kills; i++) {
    const args = [join(import.meta.dirname, "crash-child.ts"), dir, l1.url, JSON.stringify(world.deployment)];
    const point = points.length > 0 && random.chance(0.7) ? random.pick(points) : undefined;
    const env = { ...process.env, ...(point && { LAKH_FAIL_POINT: `${point}:${1 + random.below(8)}` }) };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    const most = point === undefined ? 1 + random.below(30) : MOST_ACKNOWLEDGED;
    const found = await runUntil(most, child);
    if (point === undefined) expect(found.length, `child ${i} acknowledged nothing`).to.be.at.least(1);
    else if (found.length < most) reached.push(point);
    acknowledged.push(...found);
    if (!tornWrites || random.chance(0.5)) continue;
    await appendFile(join(dir, "sequencer.records"), random.bytes(1 + random.below(30)));
    torn++;
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
  return { acknowledged: acknowledged.length, executed: transfers, torn, reached };
}

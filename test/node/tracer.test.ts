import { expect } from "chai";

import { type ClaimTracer, type LakhNode, sendEnvelope } from "@lakh/node";
import { ROOT, childOf, encodeBatch, machineHash, toHex } from "@lakh/protocol";

import {
  RULES,
  cleanUp,
  deposit,
  newWorld,
  openFollower,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "./world.ts";

const alice = person(1);
const FANOUT = 4;

/** A follower of: two deposits, a batch of six transfers, a batch of rubbish, a batch of one transfer. */
async function start() {
  const world = await newWorld();
  const node = await openSequencer(world, await tempDir());
  await deposit(world, alice.address, 1_000_000n);
  await deposit(world, person(2).address, 5n);
  await settle(node);
  for (let i = 0n; i < 6n; i++) await sendEnvelope(node, signed(node, alice.key, 2, i, [transfer(3, 10n)]));
  world.clock.milliseconds += 1000;
  await settle(node);
  await post(world, node);
  const { inbox, stranger, networkHelpers } = world;
  await networkHelpers.time.increase(RULES.sequencerSilence + 1);
  await inbox
    .connect(stranger)
    .appendBatch(
      await inbox.acc(2),
      await networkHelpers.time.latest(),
      toHex(encodeBatch([Uint8Array.of(1), Uint8Array.of(2, 3)])),
    );
  const follower = await openFollower(world);
  await settle(follower);
  return { world, follower };
}

function tracerOf(follower: LakhNode, startEntry = 0): ClaimTracer {
  return follower.tracer({ startEntry, endEntry: follower.safeLength, levels: 2, fanout: FANOUT });
}

describe("node > a claim's tracer", () => {
  afterEach(cleanUp);

  it("cuts the claim at every path as a walk from its start does", async () => {
    const { follower } = await start();
    const tracer = tracerOf(follower);
    expect(await tracer.items()).to.equal(10);
    const walk = await Promise.all(Array.from({ length: 17 }, (_, step) => tracerOf(follower).machine(step)));
    const hashes = walk.map(machineHash);
    expect(hashes[10]).to.equal(follower.engine.machineHash());
    expect(hashes[16]).to.equal(hashes[10]);
    expect(await tracer.trace(ROOT)).to.deep.equal([4, 8, 12, 16].map((step) => hashes[step]));
    for (const j of [3, 1, 4, 2]) {
      const from = 4 * (j - 1);
      expect(await tracer.trace(childOf(ROOT, j))).to.deep.equal([1, 2, 3, 4].map((i) => hashes[from + i]));
    }
    expect(await tracer.machine(5)).to.deep.equal(walk[5]);
  });

  it("gives proofs that the step verifier accepts, step by step", async () => {
    const { world, follower } = await start();
    const { ethers, inbox, deployment } = world;
    const families = [];
    for (const name of ["WalletOps", "PoolOps", "SessionOps"]) families.push(await ethers.deployContract(name));
    const verifier = await ethers.deployContract("StepVerifier", [inbox, deployment.feeRecipient, families]);
    const tracer = tracerOf(follower, 1);
    const steps = await tracer.items();
    expect(steps).to.equal(8);
    for (let step = 0; step < steps; step++) {
      const { machine, witness } = await tracer.proof(step);
      const [post] = await verifier.getFunction("step")(machine, witness);
      const { stateRoot, nextObject, nextExit, entry, cursor, time, fees } = post;
      const after = { stateRoot, nextObject: Number(nextObject), nextExit, entry, cursor: Number(cursor), time, fees };
      expect(after).to.deep.equal(await tracer.machine(step + 1));
    }
    const error: unknown = await tracer.proof(steps).catch((caught: unknown) => caught);
    expect(error).to.include({ code: "NotFound" });
  });

  it("traces 200,000 items", async () => {
    const { world, follower } = await start();
    const { inbox, stranger, networkHelpers } = world;
    const before = follower.safeLength;
    const rubbish = toHex(encodeBatch(Array.from({ length: 49_000 }, () => Uint8Array.of(1))));
    for (let i = 0; i < 5; i++)
      await inbox
        .connect(stranger)
        .appendBatch(await inbox.acc(before + i), await networkHelpers.time.latest(), rubbish, {
          gasLimit: 16_000_000,
        });
    await settle(follower);
    const range = { startEntry: 0, endEntry: follower.safeLength, levels: 2, fanout: 1024 };
    const tracer = follower.tracer(range);
    expect(await tracer.items()).to.equal(10 + 5 * 49_000);
    const root = await tracer.trace(ROOT);
    expect(root.at(-1)).to.equal(follower.engine.machineHash());
    const inner = await tracer.trace(childOf(ROOT, 100));
    expect(inner.at(-1)).to.equal(root[99]);
    const { machine } = await tracer.proof(99 * 1024 + 7);
    expect(machineHash(machine)).to.equal(inner[6]);
  });
});

/** What a sequencer says while its log finds the disk full. */
import { join } from "node:path";

import { sendEnvelopes } from "@lakh/node";
import { expect } from "chai";

import { fillDisk } from "../support/full-disk.ts";
import { cleanUp, deposit, newWorld, openSequencer, person, post, settle, signed, tempDir, transfer } from "./world.ts";

/** Turns of the event loop in which a write finds out that the disk is full. */
const MOST_TURNS = 10_000;

describe("node > sequencer on a full disk", () => {
  afterEach(cleanUp);

  it("refuses at once, and acknowledges what it had accepted once there is room", async () => {
    const world = await newWorld();
    const dir = await tempDir();
    const node = await openSequencer(world, dir);
    for (const number of [1, 2]) await deposit(world, person(number).address, 1_000_000n);
    await settle(node);
    await post(world, node);
    await settle(node);
    const send = (nonce: bigint) => sendEnvelopes(node, [signed(node, person(1).key, 2, nonce, [transfer(3, 1n)])]);
    const restore = await fillDisk(join(dir, "sequencer.records"), Infinity);
    const accepted = send(0n);
    for (let turn = 0; turn < MOST_TURNS && !node.disk.isFull; turn++) await new Promise(setImmediate);
    const [refused] = await send(1n);
    expect(refused).to.have.nested.property("fault.fault", "Busy");
    expect(refused).to.have.nested.property("fault.data.reason", "DiskFull");
    restore();
    expect((await accepted)[0]).to.have.property("receipt");
    expect((await send(1n))[0]).to.have.property("receipt");
  });
});

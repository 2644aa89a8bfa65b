import { expect } from "chai";

import { loadKernels } from "@lakh/kernels";
import { Outcome } from "@lakh/protocol";

import { cleanUp, person, signed, transfer } from "../node/world.ts";
import { Random, SEED } from "../support/random.ts";
import { StreamClient, submitFrame } from "./client.ts";
import { type Stage, newStage } from "./stage.ts";

const ALICE = 2;
const BOB = 3;
const SIGNATURE = 64;
/** The flood: frames, and envelopes of a frame. */
const FRAMES = 64;
const FRAME = 1000;

/** Copies of an envelope with signatures of nobody. */
function forgeries(item: Uint8Array, random: Random): Uint8Array[] {
  return Array.from({ length: FRAME }, () => {
    const forged = item.slice();
    forged.set(random.bytes(SIGNATURE), item.length - SIGNATURE);
    return forged;
  });
}

async function heads({ port }: Stage): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_heads", params: [] });
  return (await fetch(`http://127.0.0.1:${port}`, { method: "POST", body })).json();
}

describe("pipeline > fairness", () => {
  afterEach(cleanUp);

  it(`answers an honest connection and JSON-RPC while another floods it with bad signatures (seed ${SEED})`, async () => {
    const stage = await newStage(2, {}, { turn: 64 }, await loadKernels());
    const { node } = stage;
    const unused = signed(node, person(1).key, ALICE, 400n, [transfer(BOB, 1n)]);
    const items = Array.from({ length: 40 }, (_, i) =>
      signed(node, person(1).key, ALICE, BigInt(i), [transfer(BOB, 1n)]),
    );
    const forged = forgeries(unused, new Random(SEED));
    const { client: flooder } = await StreamClient.connect(stage.port);
    const { client: honest } = await StreamClient.connect(stage.port);
    let finished = 0;
    const flood = Array.from({ length: FRAMES }, () =>
      flooder.submit(forged).then(({ outcomes }) => {
        finished++;
        return outcomes;
      }),
    );
    await flood[0]; // under load from here on
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) {
      const { outcomes } = await honest.submit(items.slice(10 * i, 10 * i + 10));
      expect(outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
      seen.push(finished);
    }
    expect(await heads(stage)).to.have.property("result");
    seen.push(finished);
    expect(finished, `after ${seen.join(", ")} frames of the flood`).to.be.lessThan(FRAMES);
    for (const outcomes of await Promise.all(flood))
      expect(outcomes.every(({ code }) => code === Outcome.BadSignature)).to.equal(true);
    flooder.close();
    honest.close();
  });

  it("does not read on from a connection that has too much under way, and forgets what a closed one left", async () => {
    const stage = await newStage(2, {}, { connectionBytes: 4096, totalBytes: 8192 });
    const item = signed(stage.node, person(1).key, ALICE, 0n, [transfer(BOB, 1n)]);
    const { client: gone } = await StreamClient.connect(stage.port);
    for (let i = 0; i < 50; i++) gone.sendRaw(submitFrame(i, new Array<Uint8Array>(100).fill(item)));
    gone.close();
    const { client } = await StreamClient.connect(stage.port);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => client.submit(new Array<Uint8Array>(100).fill(item))),
    );
    for (const { outcomes } of results) expect(outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
    expect(stage.node.engine.account(BOB)?.holdings[0]?.amount).to.equal(1_000_001n); // it was accepted once
    client.close();
  });
});

import { expect } from "chai";

import { itemHash } from "@lakh/node";
import { loadKernels, nativeModes } from "@lakh/kernels";
import { Outcome, type Hex, machineHash } from "@lakh/protocol";

import { cleanUp, openFollower, openSequencer, post, settle, tempDir } from "../node/world.ts";
import { Random, SEED } from "../support/random.ts";
import { StreamClient, signerOf } from "./client.ts";
import { executed, place } from "./executed.ts";
import { Mixture } from "./mixture.ts";
import { newStage, serve } from "./stage.ts";

const PEOPLE = 6;
const CONNECTIONS = 3;
/** Envelopes in all; the long form by PIPELINE_ENVELOPES. */
const ENVELOPES = Number(process.env.PIPELINE_ENVELOPES ?? 900);
const FRAME = 50;

describe("pipeline > a mixture under load", () => {
  afterEach(cleanUp);

  for (const name of ["portable", ...(nativeModes().length > 0 ? ["native"] : [])])
    it(`acknowledged = executed = logged = derived from L1, on ${name} kernels (seed ${SEED})`, async () => {
      const random = new Random(SEED);
      const kernels = await loadKernels(name);
      const stage = await newStage(PEOPLE, {}, {}, kernels);
      const { node, world } = stage;
      const first = node.chain.length;
      const mixture = new Mixture(node, random, PEOPLE);
      const frames = Array.from({ length: ENVELOPES / FRAME }, () => mixture.take(FRAME));
      const clients = await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => (await StreamClient.connect(stage.port)).client),
      );
      const acknowledged = new Map<string, Hex>();
      let refused = 0;
      const results = await Promise.all(
        frames.map((items, i) => (clients[i % CONNECTIONS] as StreamClient).submit(items)),
      );
      results.forEach((result, f) => {
        const items = frames[f] as Uint8Array[];
        if (result.seal !== undefined)
          expect(signerOf(node.engine.config, items, result)).to.equal(world.deployment.sequencer.toLowerCase());
        result.outcomes.forEach((outcome, i) => {
          if (outcome.code !== Outcome.Ok) refused++;
          else acknowledged.set(place(outcome), itemHash(items[i] as Uint8Array));
        });
      });
      expect(refused).to.be.greaterThan(ENVELOPES / 10);
      expect(acknowledged.size).to.be.greaterThan(ENVELOPES / 4);
      expect(new Set(acknowledged.values()).size).to.equal(acknowledged.size); // none stands twice
      await node.sequencer?.seal();
      await node.sequencer?.commit();
      expect(await executed(node, first)).to.deep.equal(acknowledged);

      while ((await post(world, node)) > 0) await settle(node);
      const follower = await openFollower(world);
      await settle(follower);
      expect(follower.chain.length).to.equal(node.chain.length);
      expect(await executed(follower, first)).to.deep.equal(acknowledged);
      for (let entry = 0; entry <= node.chain.length; entry++)
        expect(machineHash(await follower.machineAt(entry))).to.equal(machineHash(await node.machineAt(entry)));
    });

  it(`logs what it acknowledges: a process that starts from the folder gives the same promises (seed ${SEED})`, async () => {
    const dir = await tempDir();
    const stage = await newStage(PEOPLE, {}, {}, undefined, dir);
    const { node, world } = stage;
    const mixture = new Mixture(node, new Random(SEED + 1), PEOPLE);
    const { client } = await StreamClient.connect(stage.port);
    const frames = Array.from({ length: 4 }, () => mixture.take(60));
    const before = await Promise.all(frames.map((items) => client.submit(items)));
    client.close();
    await stage.close();
    await node.close();
    const again = await openSequencer(world, dir, { maxUnpostedBytes: 1 << 26 });
    await settle(again);
    const resent = await StreamClient.connect(await serve(again));
    for (const [f, items] of frames.entries()) {
      const after = await resent.client.submit(items);
      after.outcomes.forEach((outcome, i) => {
        const was = before[f]?.outcomes[i];
        if (was?.code === Outcome.Ok) expect(outcome).to.deep.equal(was);
      });
    }
    resent.client.close();
  });
});

/** KZG in a thread of its own: the same bytes, in order, within bounds, whatever becomes of the thread. */
import type { Worker } from "node:worker_threads";

import {
  BLOB_BYTES,
  KzgFault,
  KzgThread,
  type KzgThreadConfig,
  elementProver,
  loadKzg,
  makeSidecar,
  packBlobs,
  versionedHashes,
} from "@lakh/da";
import { type ElementProofs, toHex } from "@lakh/protocol";
import { expect } from "chai";

import { seededBytes } from "../support/random.ts";

const BLOBS = packBlobs(seededBytes("thread", 130_000));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KzgFault) return error.code;
    throw error;
  }
  return "none";
}

describe("KZG > a thread of its own", function () {
  this.timeout(60_000);
  const threads: KzgThread[] = [];
  const listeners: ((worker: Worker) => void)[] = [];
  const open = (config: KzgThreadConfig = {}): KzgThread => {
    const thread = new KzgThread(config);
    threads.push(thread);
    return thread;
  };
  /** Calls back with every thread that is started until the test ends. */
  const onThread = (started: (worker: Worker) => void): void => {
    process.on("worker", started);
    listeners.push(started);
  };
  afterEach(async () => {
    for (const listener of listeners.splice(0)) process.off("worker", listener);
    await Promise.all(threads.splice(0).map((thread) => thread.close()));
  });

  it("gives what the main thread would compute, in the order of asking", async () => {
    const thread = open();
    const kzg = await loadKzg();
    const order: number[] = [];
    const noted = async <T>(number: number, work: Promise<T>): Promise<T> => {
      const result = await work;
      order.push(number);
      return result;
    };
    const [hashes, elements, sidecar, implementation] = await Promise.all([
      noted(0, thread.versionedHashes(BLOBS)),
      noted(1, thread.proveElements(BLOBS, 4095, 4096)),
      noted(2, thread.makeSidecar(BLOBS, "eip4844")),
      noted(3, thread.implementation()),
    ]);
    expect(order).to.deep.equal([0, 1, 2, 3]);
    expect(hashes).to.deep.equal(versionedHashes(kzg, BLOBS));
    const hex = ({ elements: values, proofs, commitments }: ElementProofs) =>
      [values, proofs, commitments].flat().map(toHex);
    expect(hex(elements)).to.deep.equal(hex(elementProver(kzg, BLOBS)(4095, 4096)));
    expect(elements.hashes).to.have.length(BLOBS.length);
    expect(sidecar).to.deep.equal(makeSidecar(kzg, BLOBS, "eip4844"));
    expect(implementation).to.equal(kzg.implementation);
  });

  it("lets the main thread serve others meanwhile", async () => {
    const thread = open();
    await thread.implementation();
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await thread.versionedHashes(BLOBS);
    isDone = true;
    expect(turns).to.be.greaterThan(2);
  });

  it("says what is no blob, and goes on", async () => {
    const thread = open();
    const blob = new Uint8Array(BLOB_BYTES).fill(0xff); // no element is below the field's order
    expect(await codeOf(thread.versionedHashes([blob]))).to.equal("KzgRefused");
    expect(await codeOf(thread.versionedHashes([new Uint8Array(7)]))).to.equal("KzgRefused");
    expect(await codeOf(thread.proveElements(BLOBS, 0, 9000))).to.equal("KzgRefused");
    expect(await thread.versionedHashes(BLOBS)).to.have.length(BLOBS.length);
  });

  it("takes no more than may wait, and all that it took", async () => {
    const thread = open({ mostWaiting: 2 });
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(thread.implementation())));
    expect(codes).to.deep.equal(["none", "none", "none", "KzgBusy", "KzgBusy"]); // one at work, two waiting
    expect(await codeOf(thread.implementation())).to.equal("none");
  });

  it("is replaced when it dies, and loses nothing that waits", async () => {
    let started = 0;
    onThread((worker) => {
      if (started++ === 0) void worker.terminate();
    });
    const deaths: unknown[] = [];
    const thread = open({ isPortable: true, onDeath: (error) => deaths.push(error) }); // c-kzg must not be cut short
    const zeros = packBlobs(new Uint8Array(1));
    const [, hashes] = await Promise.all([thread.implementation(), thread.versionedHashes(zeros)]);
    expect(hashes).to.deep.equal(versionedHashes(await loadKzg(), zeros));
    expect([started, deaths.length]).to.deep.equal([2, 1]);
  });

  it("gives up a task over which it died twice, and goes on with the next", async () => {
    let started = 0;
    onThread((worker) => {
      if (started++ < 2) void worker.terminate();
    });
    const thread = open({ isPortable: true });
    const codes = await Promise.all([codeOf(thread.implementation()), codeOf(thread.implementation())]);
    expect(codes).to.deep.equal(["KzgDied", "none"]);
  });

  it("ends its task and gives up what waits when it is closed, and takes nothing more", async () => {
    const thread = open();
    const codes = Promise.all([codeOf(thread.versionedHashes(BLOBS)), codeOf(thread.versionedHashes(BLOBS))]);
    await thread.close();
    expect(await codes).to.deep.equal(["none", "KzgClosed"]);
    expect(await codeOf(thread.implementation())).to.equal("KzgClosed");
    await thread.close();
  });

  it("works without c-kzg", async () => {
    expect(await open({ isPortable: true }).implementation()).to.equal("micro-eth-signer");
  });
});

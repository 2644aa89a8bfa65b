import { receiptOf } from "@lakh/node";
import { MAX_ITEM, Outcome, fromHex, keccak256, toHex } from "@lakh/protocol";
import {
  BadArgumentError,
  BadResponseError,
  type EnvelopeStream,
  LakhError,
  StreamEndedError,
  type StreamOptions,
  type StreamReceipt,
  type StreamSocket,
  UnreachableError,
  WrongChainError,
  openStream,
  verifyStreamReceipt,
} from "@lakh/sdk";
import { expect } from "chai";

import { cleanUp, onCleanUp, person, signed, transfer } from "../node/world.ts";
import { type Stage, newStage } from "../pipeline/stage.ts";

const ALICE = 2;
const BOB = 3;
const INBOX = "1b".repeat(20);
const SEQUENCER = "5e".repeat(20);
const HELLO = `8001${(31_337).toString(16).padStart(16, "0")}${INBOX}${SEQUENCER}00000400${"0004"}`;
const EXPECTED = { chainId: 31_337, inbox: `0x${INBOX}` } as const;

/** A server's end in memory: what was sent to it, and a way to answer. */
class FakeSocket implements StreamSocket {
  binaryType = "blob";
  isClosed = false;
  readonly sent: string[] = [];
  private readonly listeners = new Map<string, (event: never) => void>();

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, listener);
  }
  send(frame: Uint8Array): void {
    this.sent.push(toHex(frame).slice(2));
  }
  close(): void {
    this.isClosed = true;
  }
  says(hex: string): void {
    this.tell("message", { data: fromHex(`0x${hex}`).slice().buffer });
  }
  tell(type: string, event: unknown): void {
    this.listeners.get(type)?.(event as never);
  }
}

/** A result that refuses `count` envelopes for their nonce. */
function refusal(requestId: number, count: number): string {
  const head = `81${requestId.toString(16).padStart(8, "0")}00${count.toString(16).padStart(4, "0")}00000000`;
  return head + "050000000000".repeat(count);
}

async function failure(promise: Promise<unknown>): Promise<LakhError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LakhError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

async function fakeStream(more: Partial<StreamOptions> = {}): Promise<{ socket: FakeSocket; stream: EnvelopeStream }> {
  const socket = new FakeSocket();
  const opening = openStream({ url: "ws://fake/stream", webSocket: () => socket, ...more });
  socket.says(HELLO);
  return { socket, stream: await opening };
}

describe("SDK stream", () => {
  afterEach(cleanUp);

  describe("with a sequencer", () => {
    const open = async ({ port, node }: Stage): Promise<EnvelopeStream> => {
      const { chainId, inbox } = node.config.deployment;
      const stream = await openStream({
        url: `ws://127.0.0.1:${port}/stream`,
        expect: { chainId, inbox: inbox as never },
      });
      onCleanUp(() => stream.close());
      return stream;
    };
    const paid = ({ node }: Stage, nonces: readonly bigint[]): Uint8Array[] =>
      nonces.map((nonce) => signed(node, person(1).key, ALICE, nonce, [transfer(BOB, 1n)]));

    it("gives each accepted envelope a receipt that the sequencer signed, and each refused one its code", async () => {
      const stage = await newStage(2);
      const stream = await open(stage);
      const items = paid(stage, [0n, 1n, 2n, 3n, 4n, 5n]);
      items[2]?.fill(1, -64); // another signature
      const result = await stream.send(items);
      const names = ["Ok", "Ok", "BadSignature", "Ok", "Ok", "Ok"];
      expect(result.outcomes().map(({ name }) => name)).to.deep.equal(names);
      expect([result.count, result.accepted]).to.deep.equal([6, 5]);
      expect(await result.verify()).to.equal(true);
      const receipts = result.receipts();
      expect(receipts[2]).to.equal(undefined);
      for (const [i, receipt] of receipts.entries()) {
        if (receipt === undefined) continue;
        const hash = toHex(keccak256(items[i] as Uint8Array));
        const { accBefore, entry, position } = (await receiptOf(stage.node, hash)) as {
          accBefore: string;
          entry: number;
          position: number;
        };
        expect(receipt).to.include({ itemHash: hash, accBefore, entry: BigInt(entry), position });
        expect(await verifyStreamReceipt(receipt, stream.info.sequencer)).to.equal(true);
      }
    });

    it("finds a receipt that was changed anywhere", async () => {
      const stage = await newStage(2);
      const stream = await open(stage);
      const [receipt] = (await stream.send(paid(stage, [0n, 1n]))).receipts() as [StreamReceipt];
      const [step, ...steps] = receipt.path as [StreamReceipt["path"][number]];
      const changed: StreamReceipt[] = [
        { ...receipt, chainId: receipt.chainId + 1 },
        { ...receipt, inbox: `0x${INBOX}` },
        { ...receipt, position: receipt.position + 1 },
        { ...receipt, itemHash: receipt.accBefore },
        { ...receipt, accBefore: receipt.itemHash },
        { ...receipt, path: steps },
        { ...receipt, path: [{ ...step, isLeft: !step.isLeft }, ...steps] },
        { ...receipt, signature: `0x${"00".repeat(65)}` },
      ];
      for (const one of changed) expect(await verifyStreamReceipt(one, stream.info.sequencer)).to.equal(false);
      expect(await verifyStreamReceipt(receipt, `0x${SEQUENCER}`)).to.equal(false);
    });

    it("executes many submissions in the order in which they were sent, with little under way", async () => {
      const stage = await newStage(2);
      const { chainId, inbox } = stage.node.config.deployment;
      const url = `ws://127.0.0.1:${stage.port}/stream`;
      const stream = await openStream({ url, underWayBytes: 200, expect: { chainId, inbox: inbox as never } });
      onCleanUp(() => stream.close());
      const items = paid(
        stage,
        Array.from({ length: 40 }, (_, i) => BigInt(i)),
      );
      const results = await Promise.all(items.map((item) => stream.send([toHex(item)])));
      const places = results.map((result) => result.receipts()[0] as StreamReceipt);
      const order = places.map(({ entry, position }) => Number(entry) * 1e6 + position);
      expect(order).to.deep.equal(order.toSorted((a, b) => a - b));
      expect(results.every((result) => result.code(0) === Outcome.Ok)).to.equal(true);
    });
  });

  describe("openStream", () => {
    it("says what the server is", async () => {
      const { stream, socket } = await fakeStream({ expect: EXPECTED });
      const sequencer = `0x${SEQUENCER}`;
      expect(stream.info).to.deep.equal({ ...EXPECTED, sequencer, maxFrameBytes: 1024, maxItems: 4 });
      expect(socket.binaryType).to.equal("arraybuffer");
    });

    it("refuses another chain, and another Inbox", async () => {
      expect(await failure(fakeStream({ expect: { ...EXPECTED, chainId: 1 } }))).to.be.instanceOf(WrongChainError);
      const inbox = `0x${SEQUENCER}` as const;
      expect(await failure(fakeStream({ expect: { ...EXPECTED, inbox } }))).to.be.instanceOf(WrongChainError);
    });

    it("fails with the server's reason, on another version, and when nobody is there", async () => {
      const opened = (act: (socket: FakeSocket) => void): Promise<LakhError> => {
        const socket = new FakeSocket();
        const opening = openStream({ url: "ws://fake/stream", webSocket: () => socket });
        act(socket);
        return failure(opening);
      };
      const follower = await opened((socket) => socket.says(`ff0000000003${"00"}`));
      expect(follower).to.be.instanceOf(StreamEndedError).and.include({ reason: "NotSequencer" });
      expect(await opened((socket) => socket.says(`8002${HELLO.slice(4)}`))).to.be.instanceOf(BadResponseError);
      expect(await opened((socket) => socket.tell("error", {}))).to.be.instanceOf(UnreachableError);
      const closed = await opened((socket) => socket.tell("close", { code: 1006 }));
      expect(closed).to.include({ code: "LAKH_STREAM_ENDED", closeCode: 1006 });
    });
  });

  describe("send", () => {
    const small = new Uint8Array(40);

    it("frames envelopes with their lengths, and counts requests", async () => {
      const { stream, socket } = await fakeStream();
      void stream.send([Uint8Array.of(7), new Uint8Array(130).fill(9)]);
      void stream.send(["0xaabb"]);
      expect(socket.sent).to.deep.equal([`0100000000000002${"0107"}8082${"09".repeat(130)}`, "010000000100000102aabb"]);
    });

    it("lets further submissions wait while too much is under way, and keeps their order", async () => {
      const { stream, socket } = await fakeStream({ underWayBytes: 100 });
      const results = [stream.send([small]), stream.send([small]), stream.send([small, small])];
      expect(socket.sent).to.have.length(2);
      socket.says(refusal(0, 1));
      expect(socket.sent).to.have.length(2); // 49 and 90 bytes are more than 100
      socket.says(refusal(1, 1));
      expect(socket.sent).to.have.length(3);
      socket.says(refusal(2, 2));
      expect((await Promise.all(results)).map(({ count }) => count)).to.deep.equal([1, 1, 2]);
    });

    it("sends alone what is larger than all that may be under way", async () => {
      const { stream, socket } = await fakeStream({ underWayBytes: 10 });
      const [first, second] = [stream.send([small]), stream.send([small])];
      expect(socket.sent).to.have.length(1);
      socket.says(refusal(0, 1));
      expect((await first).outcomes()).to.deep.equal([{ code: 5, name: "NonceUsed" }]);
      socket.says(refusal(1, 1));
      expect((await second).accepted).to.equal(0);
      expect(await (await second).verify()).to.equal(true); // nothing was accepted, nothing is signed
    });

    it("refuses what the server would not take", async () => {
      const { stream } = await fakeStream();
      for (const bad of [[], [new Uint8Array(0)], [new Uint8Array(MAX_ITEM + 1)], Array<Uint8Array>(5).fill(small)])
        expect(() => stream.send(bad)).to.throw(BadArgumentError);
      expect(() => stream.send([new Uint8Array(MAX_ITEM)])).to.throw(BadArgumentError); // a frame above maxFrameBytes
    });

    it("rejects what has no result when the connection ends, and what comes after", async () => {
      const { stream, socket } = await fakeStream({ underWayBytes: 10 });
      const results = [stream.send([small]), stream.send([small])];
      socket.says("ff00000000" + "05");
      for (const result of results) expect(await failure(result)).to.include({ reason: "Stopping" });
      expect(await failure(stream.send([small]))).to.be.instanceOf(StreamEndedError);
      expect(socket.isClosed).to.equal(true);
    });

    it("ends the connection on frames that mean nothing", async () => {
      const whole = refusal(0, 1);
      const frames = ["42", refusal(9, 1), whole.slice(0, -2), `${whole}00`, whole.replace("000100", "000101"), "81"];
      for (const frame of frames) {
        const { stream, socket } = await fakeStream();
        const result = stream.send([small]);
        socket.says(frame);
        expect(await failure(result), frame).to.be.instanceOf(BadResponseError);
      }
    });
  });
});

/** The frames of the stream, as a client reads them. */
import { concat, uintBytes } from "@lakh/protocol";
import { type StreamSocket, openStream } from "@lakh/sdk";
import { expect } from "chai";

import { FrameType, errorFrame, helloFrame } from "../../packages/node/src/stream/frames.ts";
import type { Random } from "../../test/support/random.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { type WireTarget, codeOf, many } from "./targets.ts";

/** Most envelopes of a submission, here. */
const MOST_ITEMS = 6;

/** A server's end in memory. */
class FakeServer implements StreamSocket {
  binaryType = "blob";
  private readonly listeners = new Map<string, (event: never) => void>();
  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, listener);
  }
  send(): void {}
  close(): void {}
  /** A listener's error would end the client's process: here it goes to who says it. */
  says(data: unknown): void {
    this.listeners.get("message")?.({ data } as never);
  }
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const hello = helloFrame({
  chainId: 31_337n,
  inbox: `0x${"1b".repeat(20)}`,
  sequencer: `0x${"5e".repeat(20)}`,
  maxFrameBytes: 4096,
  maxItems: MOST_ITEMS,
});

/** A result for so many envelopes, the first of the connection. */
function result(random: Random, count: number): Uint8Array {
  const isAccepted = many(count, () => random.chance(0.7));
  const accepted = isAccepted.filter(Boolean).length;
  const entries = accepted === 0 ? 0 : 1 + random.below(2);
  const outcomes = isAccepted.map((one) =>
    one ? concat(Uint8Array.of(0), random.bytes(3), uintBytes(random.below(entries), 2)) : uintBytes(5n << 40n, 6),
  );
  const steps = random.below(4);
  const seal = accepted === 0 ? [] : [Uint8Array.of(steps), random.bytes(33 * steps + 65)];
  const counts = [count, accepted, entries].map((value) => uintBytes(value, 2));
  const head = concat(Uint8Array.of(FrameType.Result), uintBytes(0, 4), Uint8Array.of(0), ...counts);
  return concat(head, random.bytes(48 * entries), ...outcomes, ...seal);
}

/** Something else than a frame: what a text message is. */
const someText = (random: Random): string => mutateText(random.pick(["", "7", "hello", "1e12"]), random);

/** What a server says: a submission gets a result that fits it, or an error with a code. */
export const answers: WireTarget = {
  name: "answer of the stream",
  inputs: 1000,
  try: (random) => {
    const server = new FakeServer();
    const envelopes = many(1 + random.below(MOST_ITEMS), () => random.bytes(1 + random.below(40)));
    const good = random.chance(0.05) ? errorFrame("Stopping", 0) : result(random, envelopes.length);
    const answer = random.chance(0.2) ? good : mutateBytes(good, random, hello);
    return codeOf(async () => {
      const opening = openStream({ url: "ws://127.0.0.1:1/stream", webSocket: () => server });
      server.says(
        random.chance(0.02) ? someText(random) : bufferOf(random.chance(0.9) ? hello : mutateBytes(hello, random)),
      );
      const stream = await opening;
      const sent = stream.send(envelopes);
      server.says(random.chance(0.05) ? someText(random) : bufferOf(answer));
      stream.close(); // what has no result by now is rejected
      const read = await sent;
      expect(read.outcomes()).to.have.length(envelopes.length);
      expect(read.places()).to.have.length(read.accepted);
      expect(read.receipts().filter((receipt) => receipt !== undefined)).to.have.length(read.accepted);
      if (random.chance(0.02)) expect(await read.verify()).to.equal(read.accepted === 0);
    });
  },
};

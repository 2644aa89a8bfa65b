/** One connection of the binary stream (docs/STREAM.md), as thin as a load generator needs it. */
import { WebSocket } from "ws";

import type { Frame } from "./frames.ts";

const HELLO = 0x80;
const RESULT = 0x81;
const RESULT_HEAD = 12;
const ENTRY_BYTES = 48;
const OUTCOME_BYTES = 6;
/** Patience for the first frame, ms. */
const HELLO_MS = 20_000;

/** A result, read as far as counting needs. */
export interface Result {
  readonly requestId: number;
  readonly count: number;
  readonly accepted: number;
  /** The whole frame, and where its outcomes start. */
  readonly bytes: Uint8Array;
  readonly outcomesAt: number;
}

export class StreamClient {
  /** The node's first frame. */
  readonly hello: Uint8Array;
  private readonly socket: WebSocket;

  private constructor(socket: WebSocket, hello: Uint8Array) {
    this.socket = socket;
    this.hello = hello;
  }

  /** @param onResult told each result; @param onEnd told why the connection ended */
  static connect(url: string, onResult: (result: Result) => void, onEnd: (why: string) => void): Promise<StreamClient> {
    return new Promise((resolve, reject) => {
      // An all-zero mask: the processes trust each other (docs/STREAM.md, hints for senders).
      const socket = new WebSocket(url, { perMessageDeflate: false, generateMask: (mask) => mask.fill(0) });
      socket.binaryType = "nodebuffer";
      socket.on("message", (data: Buffer) => {
        if (data[0] === RESULT) onResult(readResult(data));
        else if (data[0] === HELLO) resolve(new StreamClient(socket, data));
        else onEnd(`error ${data[5]}: ${data.toString("utf8", 6)}`);
      });
      setTimeout(() => reject(new Error(`no hello from ${url}`)), HELLO_MS).unref();
      socket.on("error", reject);
      socket.on("close", (code) => onEnd(`closed with ${code}`));
    });
  }

  send({ bytes }: Frame, requestId: number): void {
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(1, requestId);
    this.socket.send(bytes);
  }

  close(): void {
    this.socket.removeAllListeners("close");
    this.socket.close();
  }
}

function readResult(bytes: Buffer): Result {
  const count = bytes.readUInt16BE(6);
  const accepted = bytes.readUInt16BE(8);
  const entryCount = bytes.readUInt16BE(10);
  const outcomesAt = RESULT_HEAD + ENTRY_BYTES * entryCount;
  return { requestId: bytes.readUInt32BE(1), count, accepted, bytes, outcomesAt };
}

/** Adds the codes of a result's outcomes to a tally. */
export function tallyOutcomes({ bytes, count, outcomesAt }: Result, tally: Map<number, number>): void {
  for (let i = 0; i < count; i++) {
    const code = bytes[outcomesAt + OUTCOME_BYTES * i] as number;
    tally.set(code, (tally.get(code) ?? 0) + 1);
  }
}

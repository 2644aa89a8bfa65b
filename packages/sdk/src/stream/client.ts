/** Packed envelopes in volume: one connection of a sequencer's binary stream (docs/STREAM.md). */
import { type Hex, fromHex } from "@lakh/protocol";

import type { ExpectedDeployment } from "../core.ts";
import {
  BadArgumentError,
  BadResponseError,
  StreamEndedError,
  TimeoutError,
  UnreachableError,
  WrongChainError,
} from "../errors.ts";
import {
  FrameType,
  STREAM_ERRORS,
  type StreamInfo,
  countOf,
  readError,
  readHello,
  readResult,
  setRequestId,
  submitFrame,
} from "./frames.ts";
import { StreamResult } from "./result.ts";

const DEFAULT_UNDER_WAY_BYTES = 1 << 20;
const HELLO_SECONDS = 20;
const REQUEST_IDS = 2 ** 32;
/** What a text message is. */
const NO_FRAME = new Uint8Array(0);

/** The part of a WebSocket that the stream uses; the platform's is one. */
export interface StreamSocket {
  binaryType: string;
  send(frame: Uint8Array): void;
  close(): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
  addEventListener(type: "error", listener: (event: unknown) => void): void;
}

export interface StreamOptions {
  /** `ws://…/stream` of a sequencer. */
  readonly url: string;
  /** Refuse a node of another deployment. */
  readonly expect?: ExpectedDeployment;
  /** While frames of so many bytes have no result yet, further ones wait. Without it 1 MiB, as the server's limit. */
  readonly underWayBytes?: number;
  /** Opens the connection; without it the platform's WebSocket. */
  readonly webSocket?: (url: string) => StreamSocket;
}

interface Waiting {
  readonly frame: Uint8Array;
  readonly resolve: (result: StreamResult) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Connects and reads what the server says of itself.
 * @throws UnreachableError, StreamEndedError (a follower: `NotSequencer`), WrongChainError, BadResponseError, TimeoutError
 */
export async function openStream(options: StreamOptions): Promise<EnvelopeStream> {
  const { url, expect, underWayBytes = DEFAULT_UNDER_WAY_BYTES, webSocket = platformSocket } = options;
  const stream = new EnvelopeStream(url, webSocket(url), underWayBytes);
  const info = await stream.hello();
  const wrong = expect && mismatch(info, expect);
  if (wrong === undefined) return stream;
  stream.close();
  throw wrong;
}

function platformSocket(url: string): StreamSocket {
  return new WebSocket(url) as StreamSocket;
}

function mismatch(info: StreamInfo, expect: ExpectedDeployment): WrongChainError | undefined {
  if (info.chainId !== expect.chainId)
    return new WrongChainError("the sequencer's chain id", String(expect.chainId), String(info.chainId));
  if (info.inbox.toLowerCase() !== expect.inbox.toLowerCase())
    return new WrongChainError("the sequencer's Inbox", expect.inbox, info.inbox);
  return undefined;
}

export class EnvelopeStream {
  private readonly url: string;
  private readonly socket: StreamSocket;
  private readonly most: number;
  private readonly greeting: Promise<StreamInfo>;
  private greeted: { resolve: (info: StreamInfo) => void; reject: (error: Error) => void } | undefined;
  private known: StreamInfo | undefined;
  private readonly underWay = new Map<number, Waiting>();
  private readonly queue: Waiting[] = [];
  private bytes = 0;
  private nextId = 0;
  private ended: Error | undefined;

  /** Use {@link openStream}. */
  constructor(url: string, socket: StreamSocket, most: number) {
    this.url = url;
    this.socket = socket;
    this.most = most;
    this.greeting = new Promise((resolve, reject) => (this.greeted = { resolve, reject }));
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) =>
      this.receive(data instanceof ArrayBuffer ? new Uint8Array(data) : NO_FRAME),
    );
    socket.addEventListener("error", (cause) => this.end(new UnreachableError(url, cause)));
    socket.addEventListener("close", ({ code }) => this.end(new StreamEndedError(url, undefined, code)));
  }

  /** What the server said first. */
  get info(): StreamInfo {
    if (this.known === undefined) throw new BadArgumentError("stream", "openStream has not resolved yet");
    return this.known;
  }

  async hello(): Promise<StreamInfo> {
    const late = new TimeoutError("the hello of the stream", HELLO_SECONDS);
    const timer = setTimeout(() => this.end(late), 1000 * HELLO_SECONDS);
    return this.greeting.finally(() => clearTimeout(timer));
  }

  /**
   * Sends signed envelopes as one submission, in this order; resolves once all that the sequencer accepts of them is on its disk.
   * Waits for its turn while too much is under way. 100 to 1,000 envelopes at once are best.
   * @param envelopes their packed bytes, as `signEnvelope` gives them
   * @throws BadArgumentError for what the server would not take
   * @throws StreamEndedError, UnreachableError when the connection ends first: the envelopes may have been accepted or not; send
   * them again on another connection, which gives those that were accepted the same receipts
   */
  send(envelopes: readonly (Uint8Array | Hex)[]): Promise<StreamResult> {
    const { maxItems } = this.info;
    if (envelopes.length > maxItems)
      throw new BadArgumentError("envelopes", `${envelopes.length} are more than ${maxItems}, the server's limit`);
    return this.sendFrame(submitFrame(envelopes.map((one) => (typeof one === "string" ? fromHex(one) : one))));
  }

  /** Sends a submission that was packed before ({@link submitFrame}); its request id is written into it. Otherwise as `send`. */
  sendFrame(frame: Uint8Array): Promise<StreamResult> {
    const { maxFrameBytes } = this.info;
    if (frame.length > maxFrameBytes)
      throw new BadArgumentError(
        "envelopes",
        `${frame.length} bytes are more than ${maxFrameBytes}, the server's limit`,
      );
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) return reject(this.ended);
      this.queue.push({ frame, resolve, reject });
      this.flush();
    });
  }

  /** Ends the connection; what has no result is rejected. */
  close(): void {
    this.end(new StreamEndedError(this.url, undefined, undefined));
  }

  /** Sends from the queue while there is room; one submission always goes. */
  private flush(): void {
    for (let next = this.queue[0]; next !== undefined; next = this.queue[0]) {
      const { frame } = next;
      if (this.underWay.size > 0 && this.bytes + frame.length > this.most) return;
      this.queue.shift();
      const id = this.nextId;
      this.nextId = (id + 1) % REQUEST_IDS;
      setRequestId(frame, id);
      this.underWay.set(id, next);
      this.bytes += frame.length;
      this.socket.send(frame);
    }
  }

  private receive(frame: Uint8Array): void {
    switch (frame[0]) {
      case FrameType.Hello: {
        this.known = readHello(frame);
        if (this.known === undefined) return this.end(new BadResponseError(this.url, "a hello of another version"));
        return this.greeted?.resolve(this.known);
      }
      case FrameType.Result:
        return this.settle(frame);
      case FrameType.Error: {
        const { code } = readError(frame);
        return this.end(new StreamEndedError(this.url, STREAM_ERRORS[code], undefined));
      }
      default:
        return this.end(new BadResponseError(this.url, `a frame of type ${frame[0]}`));
    }
  }

  private settle(frame: Uint8Array): void {
    const layout = readResult(frame);
    const waiting = layout && this.underWay.get(layout.requestId);
    if (
      layout === undefined ||
      waiting === undefined ||
      this.known === undefined ||
      layout.count !== countOf(waiting.frame)
    )
      return this.end(new BadResponseError(this.url, "a result that answers nothing"));
    this.underWay.delete(layout.requestId);
    this.bytes -= waiting.frame.length;
    waiting.resolve(new StreamResult(frame, layout, waiting.frame, this.known));
    this.flush();
  }

  /** The first reason counts. */
  private end(error: Error): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    this.socket.close();
    this.greeted?.reject(error);
    for (const { reject } of [...this.underWay.values(), ...this.queue]) reject(error);
    this.underWay.clear();
    this.queue.length = 0;
  }
}

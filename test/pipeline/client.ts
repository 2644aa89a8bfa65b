/** A client of the binary stream, written from docs/STREAM.md alone. */
import {
  type Hex,
  ZERO_ADDRESS,
  addressWord,
  concat,
  encodeVarint,
  keccak256,
  toHex,
  utf8,
  word,
} from "@lakh/protocol";
import { hashMessage, recoverAddress } from "ethers";
import { WebSocket } from "ws";

export interface Placed {
  readonly code: number;
  readonly entry: number;
  readonly position: number;
  readonly accBefore: Hex;
}

export interface StreamResult {
  readonly requestId: number;
  readonly outcomes: readonly Placed[];
  /** Roots of the seal's path applied to the root of the receipts; undefined when nothing was accepted. */
  readonly seal: { readonly path: Uint8Array; readonly signature: Uint8Array } | undefined;
  /** Paths of the accepted ones, when they were asked for. */
  readonly proofs: readonly Uint8Array[];
}

export interface Domain {
  readonly chainId: bigint;
  readonly inbox: Hex;
}

const NOWHERE = { entry: -1, position: -1, accBefore: "0x" } as const;
const STEP = 33;

export function submitFrame(requestId: number, items: readonly Uint8Array[], withProofs = false): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(requestId, 1);
  head[5] = withProofs ? 1 : 0;
  head.writeUInt16BE(items.length, 6);
  return Buffer.concat([head, ...items.flatMap((item) => [encodeVarint(item.length), item])]);
}

function readResult(frame: Buffer): StreamResult {
  const [requestId, flags, count] = [frame.readUInt32BE(1), frame.readUInt8(5), frame.readUInt16BE(6)];
  const [accepted, entryCount] = [frame.readUInt16BE(8), frame.readUInt16BE(10)];
  let at = 12;
  const entries = Array.from({ length: entryCount }, () => {
    const entry = { entry: Number(frame.readBigUInt64BE(at)), accBefore: toHex(frame.subarray(at + 16, at + 48)) };
    at += 48;
    return entry;
  });
  const outcomes = Array.from({ length: count }, (): Placed => {
    const [code, position, entry] = [frame.readUInt8(at), frame.readUIntBE(at + 1, 3), frame.readUInt16BE(at + 4)];
    at += 6;
    return { code, ...NOWHERE, ...(code === 0 && { ...entries[entry], position }) };
  });
  const steps = (): Uint8Array => {
    const end = at + 1 + STEP * frame.readUInt8(at);
    const path = frame.subarray(at + 1, end);
    at = end;
    return path;
  };
  let seal: StreamResult["seal"];
  if (accepted > 0) {
    const path = steps();
    seal = { path, signature: frame.subarray(at, (at += 65)) };
  }
  const proofs = (flags & 1) === 0 ? [] : Array.from({ length: accepted }, steps);
  if (at !== frame.length) throw new Error("bytes behind the result");
  return { requestId, outcomes, seal, proofs };
}

/** The node above, after the steps of a path. */
export function climb(from: Uint8Array, path: Uint8Array): Uint8Array {
  let node = from;
  for (let at = 0; at < path.length; at += STEP) {
    const sibling = path.subarray(at + 1, at + STEP);
    node = path[at] === 0 ? keccak256(node, sibling) : keccak256(sibling, node);
  }
  return node;
}

export function leafOf({ chainId, inbox }: Domain, item: Uint8Array, { accBefore, position }: Placed): Uint8Array {
  const place = [Buffer.from(accBefore.slice(2), "hex"), word(position), keccak256(item)];
  return keccak256(keccak256(utf8("Lakh receipt")), word(chainId), addressWord(inbox), ...place);
}

export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1)
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [left, right] = [level[2 * i] as Uint8Array, level[2 * i + 1]];
      return right === undefined ? left : keccak256(left, right);
    });
  return level[0] as Uint8Array;
}

/** Who signed a result for these items. */
export function signerOf(domain: Domain, items: readonly Uint8Array[], { outcomes, seal }: StreamResult): string {
  if (seal === undefined) return ZERO_ADDRESS;
  const leaves = items.flatMap((item, i) => {
    const placed = outcomes[i] as Placed;
    return placed.code === 0 ? [leafOf(domain, item, placed)] : [];
  });
  return rootSigner(domain, climb(rootOf(leaves), seal.path), seal.signature);
}

export function rootSigner({ chainId, inbox }: Domain, root: Uint8Array, signature: Uint8Array): string {
  const digest = keccak256(concat(keccak256(utf8("Lakh receipts")), word(chainId), addressWord(inbox), root));
  return recoverAddress(hashMessage(digest), toHex(signature)).toLowerCase();
}

export class StreamClient {
  /** How the connection ended, once it did. */
  readonly closed: Promise<{ code: number; error: number | undefined }>;
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (result: StreamResult) => void>();
  private nextId = 1;
  private error: number | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on("close", (code) => resolve({ code, error: this.error })));
    socket.on("error", () => undefined); // "close" follows
  }

  /** Resolves with the first frame, the hello or an error. */
  static async connect(port: number, localAddress = "127.0.0.1"): Promise<{ client: StreamClient; hello: Buffer }> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`, { perMessageDeflate: false, localAddress });
    const client = new StreamClient(socket);
    const hello = await new Promise<Buffer>((resolve) => {
      socket.on("message", (frame: Buffer) => {
        client.receive(frame);
        resolve(frame);
      });
    });
    return { client, hello };
  }

  /** Never resolves when the connection ends first. */
  submit(items: readonly Uint8Array[], withProofs = false): Promise<StreamResult> {
    const id = this.nextId++;
    const result = new Promise<StreamResult>((resolve) => this.waiting.set(id, resolve));
    this.sendRaw(submitFrame(id, items, withProofs));
    return result;
  }

  sendRaw(frame: Buffer | string): void {
    this.socket.send(frame);
  }

  close(): void {
    this.socket.terminate();
  }

  private receive(frame: Buffer): void {
    if (frame[0] === 0xff) this.error = frame[5];
    if (frame[0] !== 0x81) return;
    const result = readResult(frame);
    this.waiting.get(result.requestId)?.(result);
    this.waiting.delete(result.requestId);
  }
}

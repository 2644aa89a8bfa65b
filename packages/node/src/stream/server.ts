/** The binary stream on the wire: WebSocket connections at `/stream` of the RPC's port (docs/STREAM.md). */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import type { Kernels } from "@lakh/kernels";
import { type WebSocket, WebSocketServer } from "ws";

import type { Pipeline } from "../pipeline/pipeline.ts";
import { ConnectionCounter } from "../rpc/limits.ts";
import { StreamConnection } from "./connection.ts";
import { type Hello, errorFrame, helloFrame } from "./frames.ts";

export interface StreamConfig {
  /** Longest frame, bytes. */
  readonly maxFrameBytes: number;
  /** Most envelopes of a submission. */
  readonly maxItems: number;
  readonly maxConnections: number;
  /** Connections of one address: so that nobody can take all of them. */
  readonly maxAddressConnections: number;
  /** Bytes of one connection under way above which it is not read. */
  readonly connectionBytes: number;
  /** Bytes of all connections under way above which those with their share are not read. */
  readonly totalBytes: number;
  /** Unsent result bytes above which a connection is not read. */
  readonly backlogBytes: number;
}

export interface StreamParts {
  readonly kernels: Kernels;
  /** Absent on a follower. */
  readonly pipeline: Pipeline | undefined;
  readonly identity: Pick<Hello, "chainId" | "inbox" | "sequencer">;
}

export const STREAM_PATH = "/stream";
const REFUSED = 1008;
const GOING_AWAY = 1001;

export class StreamServer {
  readonly config: StreamConfig;
  readonly kernels: Kernels;
  private readonly parts: StreamParts;
  private readonly sockets: WebSocketServer;
  private readonly connections = new Set<StreamConnection>();
  private readonly byAddress: ConnectionCounter;
  /** Bytes of all connections under way. */
  private total = 0;

  constructor(config: StreamConfig, parts: StreamParts) {
    this.config = config;
    this.kernels = parts.kernels;
    this.parts = parts;
    this.byAddress = new ConnectionCounter(config.maxAddressConnections);
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: config.maxFrameBytes,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
  }

  /** Takes over a request whose path is `STREAM_PATH`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.sockets.handleUpgrade(request, socket, head, (connection) =>
      this.welcome(connection, request.socket.remoteAddress ?? ""),
    );
  }

  /** Adds to, or takes from, what is under way. */
  account(bytes: number): void {
    this.total += bytes;
    if (bytes < 0) for (const connection of this.connections) connection.resume();
  }

  /** Whether a connection with so many bytes under way is to wait. */
  mustWait(bytes: number): boolean {
    const { connectionBytes, totalBytes } = this.config;
    if (bytes > connectionBytes) return true;
    return this.total > totalBytes && bytes >= totalBytes / this.connections.size;
  }

  close(): void {
    for (const connection of this.connections) connection.end("Stopping", 0, GOING_AWAY);
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
  }

  private welcome(socket: WebSocket, address: string): void {
    const { pipeline, identity } = this.parts;
    socket.on("error", () => socket.terminate());
    const refuse = (error: "NotSequencer" | "TooManyConnections"): void => {
      socket.send(errorFrame(error, 0));
      socket.close(REFUSED);
    };
    if (pipeline === undefined) return refuse("NotSequencer");
    const isFull = this.connections.size >= this.config.maxConnections;
    if (isFull || !this.byAddress.admit(address, (gone) => socket.on("close", gone)))
      return refuse("TooManyConnections");
    socket.send(helloFrame({ ...identity, ...this.config }));
    const connection = new StreamConnection(this, pipeline, socket);
    this.connections.add(connection);
    socket.on("close", () => {
      this.connections.delete(connection);
      connection.closed();
    });
  }
}

/** The RPC on the wire: HTTP POST and WebSocket on one port, `/healthz` and `/metrics` beside them. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { HealthReport, Log, Registry } from "@lakh/service";
import { type WebSocket, WebSocketServer } from "ws";

import { nodeError } from "../errors.ts";
import { Fault } from "../faults.ts";
import type { LakhNode } from "../node.ts";
import { dispatch } from "./dispatch.ts";
import { faultView } from "./fault-view.ts";
import { toJson } from "./json.ts";
import { ConnectionCounter, RateLimiter, type RpcLimits } from "./limits.ts";
import { STREAM_PATH, type StreamServer } from "../stream/server.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface RpcConfig extends RpcLimits {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface RpcParts {
  readonly node: LakhNode;
  readonly log: Log;
  readonly nowMilliseconds: () => number;
  readonly health: () => HealthReport;
  readonly registry: Registry;
  /** Serves the binary stream. */
  readonly stream?: StreamServer;
}

export interface RpcServer {
  readonly port: number;
  close(): Promise<void>;
}

const JSON_TYPE = { "content-type": "application/json" };
/** Time within which a request must have come in whole. */
const REQUEST_MILLISECONDS = 30_000;
/** A kept connection may rest for so long: longer than in proxies and clients, which would else use it as it is closed. */
const KEEP_ALIVE_MILLISECONDS = 75_000;
const TIMEOUTS = { requestTimeout: REQUEST_MILLISECONDS, keepAliveTimeout: KEEP_ALIVE_MILLISECONDS };

/** @throws CodedError CannotListen */
export async function serveRpc(config: RpcConfig, parts: RpcParts): Promise<RpcServer> {
  const limiter = new RateLimiter(config.callsPerSecond, parts.nowMilliseconds);
  const server = createServer(TIMEOUTS, (request, response) => {
    onRequest(config, parts, limiter, request, response).catch((error: unknown) => {
      parts.log.debug({ err: error }, "A request broke off");
      response.destroy();
    });
  });
  // Room for as many of plain HTTP, kept alive between requests, as of WebSocket.
  server.maxConnections = 2 * config.maxConnections;
  const connections = new ConnectionCounter(config.maxAddressConnections);
  server.on("connection", (socket) => {
    const admitted = connections.admit(socket.remoteAddress ?? "", (gone) => socket.once("close", gone));
    if (!admitted) socket.destroy();
  });
  const sockets = serveSockets(config, parts, limiter, server);
  await listen(server, config);
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    parts.stream?.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  // A TCP server's address is an AddressInfo.
  return { port: (server.address() as AddressInfo).port, close };
}

async function listen(server: Server, { host, port }: RpcConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(nodeError("CannotListen", `cannot listen on ${host}:${port}: ${cause.message}`, { host, port }, cause)),
    );
    server.listen(port, host, resolve);
  });
}

async function onRequest(
  config: RpcConfig,
  { node, log, health, registry }: RpcParts,
  limiter: RateLimiter,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "GET" && request.url === "/healthz") {
    const report = health();
    response.writeHead(report.healthy ? 200 : 503, JSON_TYPE).end(toJson(report));
    return;
  }
  if (request.method === "GET" && request.url === "/metrics") {
    response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
    return;
  }
  if (request.method !== "POST") {
    response.writeHead(405, { allow: "POST" }).end();
    return;
  }
  const body = await readBody(request, config.maxRequestBytes);
  if (body === undefined) {
    const fault = new Fault("TooLarge", `a request has at most ${config.maxRequestBytes} bytes`, {
      most: config.maxRequestBytes,
    });
    response.writeHead(413, { ...JSON_TYPE, connection: "close" });
    response.end(toJson({ jsonrpc: "2.0", id: null, error: faultView(fault) }));
    return;
  }
  const address = request.socket.remoteAddress ?? "";
  const admit = (): boolean => limiter.admit(address);
  const answer = await dispatch({ node, log, maxBatch: config.maxBatch, admit }, body);
  if (answer === undefined) response.writeHead(204).end();
  else response.writeHead(200, JSON_TYPE).end(answer);
}

/** The request's text; undefined when it is longer than allowed. */
async function readBody(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function serveSockets(config: RpcConfig, parts: RpcParts, limiter: RateLimiter, server: Server): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: config.maxRequestBytes });
  server.on("upgrade", (request, socket, head) => {
    if (request.url === STREAM_PATH && parts.stream !== undefined) {
      parts.stream.upgrade(request, socket, head);
      return;
    }
    if (sockets.clients.size >= config.maxConnections) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) =>
      onConnection(config, parts, limiter, connection, request.socket.remoteAddress ?? ""),
    );
  });
  return sockets;
}

function onConnection(
  config: RpcConfig,
  parts: RpcParts,
  limiter: RateLimiter,
  socket: WebSocket,
  address: string,
): void {
  const { node, log } = parts;
  const send = (text: string): void => {
    if (socket.bufferedAmount > config.maxBacklogBytes)
      socket.terminate(); // a slow reader
    else socket.send(text);
  };
  const subscriptions = new Subscriptions(node, config.maxSubscriptions, send);
  let isPublishing = false;
  const stop = node.onChange(() => {
    if (isPublishing) return;
    isPublishing = true; // many changes at once make one notification
    setImmediate(() => {
      isPublishing = false;
      if (socket.readyState === socket.OPEN) subscriptions.publish();
    });
  });
  const admit = (): boolean => limiter.admit(address);
  let turn: Promise<void> = Promise.resolve();
  socket.on("message", (message: Buffer, isBinary: boolean) => {
    const text = isBinary ? "" : message.toString("utf8");
    // Calls of one connection are answered in the order they came.
    turn = turn
      .then(() => dispatch({ node, log, maxBatch: config.maxBatch, admit, own: subscriptions.methods }, text))
      .then((answer) => {
        if (answer !== undefined && socket.readyState === socket.OPEN) send(answer);
      });
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", stop);
}

/** The RPC on the wire: HTTP POST and WebSocket on one port, `/healthz` and `/metrics` beside them. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { HealthReport, Log, Registry } from "@lakh/service";
import { WebSocketServer } from "ws";

import { nodeError } from "../errors.ts";
import type { LakhNode } from "../node.ts";
import { mayUpgrade } from "./cors.ts";
import { answerHttp } from "./http.ts";
import { ConnectionCounter, RateLimiter, type RpcLimits } from "./limits.ts";
import { Publisher } from "./publisher.ts";
import { serveSocket } from "./socket.ts";
import { Turnstile } from "../turns.ts";
import { STREAM_PATH, type StreamServer } from "../stream/server.ts";

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

/** What connections share. */
export interface ServedRpc {
  readonly config: RpcConfig;
  readonly parts: RpcParts;
  readonly limiter: RateLimiter;
  readonly publisher: Publisher;
  readonly turnstile: Turnstile;
}

/** How often connections are looked at for requests that take too long, a request's time. */
const CHECKS = 4;
/** A kept connection may rest for so long: longer than in proxies and clients, which would else use it as it is closed. */
const KEEP_ALIVE_MILLISECONDS = 75_000;
/** Without a sign of life for so long, the other side of a connection is asked whether it is there (TCP). */
const PROBE_MILLISECONDS = 60_000;

/** @throws CodedError CannotListen */
export async function serveRpc(config: RpcConfig, parts: RpcParts): Promise<RpcServer> {
  const limiter = new RateLimiter(config.callsPerSecond, parts.nowMilliseconds);
  const served = { config, parts, limiter, publisher: new Publisher(parts.node), turnstile: new Turnstile() };
  const { requestMilliseconds } = config;
  const timing = {
    headersTimeout: requestMilliseconds,
    requestTimeout: requestMilliseconds,
    connectionsCheckingInterval: Math.ceil(requestMilliseconds / CHECKS),
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_MILLISECONDS,
  };
  const server = createServer(timing, (request, response) => {
    answerHttp(served, request, response).catch((error: unknown) => {
      parts.log.debug({ err: error }, "A request broke off");
      response.destroy();
    });
  });
  server.timeout = 2 * requestMilliseconds; // who does not read an answer, either; WebSockets are not meant
  // Room for as many of plain HTTP, kept alive between requests, as of WebSocket.
  server.maxConnections = 2 * config.maxConnections;
  const connections = new ConnectionCounter(config.maxAddressConnections);
  server.on("connection", (socket) => {
    const admitted = connections.admit(socket.remoteAddress ?? "", (gone) => socket.once("close", gone));
    if (!admitted) socket.destroy();
  });
  const sockets = serveSockets(served, server);
  await listen(server, config);
  const close = async (): Promise<void> => {
    served.publisher.close();
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

function serveSockets(served: ServedRpc, server: Server): WebSocketServer {
  const { config, parts } = served;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: config.maxRequestBytes });
  server.on("upgrade", (request, socket, head) => {
    if (!mayUpgrade(config.corsOrigins, request)) {
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    if (request.url === STREAM_PATH && parts.stream !== undefined) {
      parts.stream.upgrade(request, socket, head);
      return;
    }
    if (sockets.clients.size >= config.maxConnections) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) =>
      serveSocket(served, connection, request.socket.remoteAddress ?? ""),
    );
  });
  return sockets;
}

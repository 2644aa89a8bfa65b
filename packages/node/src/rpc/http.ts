/** Plain HTTP: POST `/`, `/healthz`, `/metrics`, and what a browser asks beforehand. */
import type { IncomingMessage, ServerResponse } from "node:http";

import { Fault } from "../faults.ts";
import { corsHeaders } from "./cors.ts";
import { dispatch } from "./dispatch.ts";
import { faultView } from "./fault-view.ts";
import { toJson } from "./json.ts";
import type { ServedRpc } from "./server.ts";

const JSON_TYPE = { "content-type": "application/json" };

export async function answerHttp(served: ServedRpc, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { config, parts, limiter, turnstile } = served;
  const { node, log, health, registry } = parts;
  if (request.method === "GET" && request.url === "/healthz") {
    const report = health();
    response.writeHead(report.healthy ? 200 : 503, JSON_TYPE).end(toJson(report));
    return;
  }
  if (request.method === "GET" && request.url === "/metrics") {
    response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
    return;
  }
  const cors = corsHeaders(config.corsOrigins, request);
  if (request.method === "OPTIONS" && cors !== undefined) {
    response.writeHead(204, cors).end();
    return;
  }
  if (request.method !== "POST") {
    response.writeHead(405, { allow: "POST" }).end();
    return;
  }
  const headers = { ...JSON_TYPE, ...cors };
  const body = await readBody(request, config.maxRequestBytes);
  if (body === undefined) {
    const fault = new Fault("TooLarge", `a request has at most ${config.maxRequestBytes} bytes`, {
      most: config.maxRequestBytes,
    });
    response.writeHead(413, { ...headers, connection: "close" });
    response.end(toJson({ jsonrpc: "2.0", id: null, error: faultView(fault) }));
    return;
  }
  const address = request.socket.remoteAddress ?? "";
  const admit = (calls?: number): boolean => limiter.admit(address, calls);
  const { maxBatch, maxBacklogBytes: maxAnswerBytes } = config;
  const answer = await dispatch({ node, log, turnstile, maxBatch, maxAnswerBytes, admit }, body);
  if (answer === undefined) response.writeHead(204, cors).end();
  else response.writeHead(200, headers).end(answer);
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

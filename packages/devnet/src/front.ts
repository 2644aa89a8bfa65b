/** A front before the sequencer's RPC that can refuse envelopes of some accounts: the story's censor. */
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type Hex, decodeEnvelope, fromHex } from "@lakh/protocol";

export interface Front {
  readonly url: string;
  /** Accounts whose envelopes are refused. */
  readonly refused: Set<number>;
  close(): Promise<void>;
}

/** `RateLimited` of docs/RPC.md: what a censor would say. */
const REFUSAL = { code: -32005, message: "this sequencer does not serve you" };

interface Request {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: readonly unknown[];
}

/** @param upstream HTTP address of the sequencer's RPC */
export async function openFront(upstream: string): Promise<Front> {
  const refused = new Set<number>();
  const server = createServer((request, response) => {
    const answer = async (): Promise<string> => {
      const body = await bodyOf(request);
      const { id, method, params } = JSON.parse(body) as Request;
      const isRefused = method === "lakh_sendEnvelope" && refused.has(accountIn(params?.[0]) ?? 0);
      if (isRefused) return JSON.stringify({ jsonrpc: "2.0", id, error: REFUSAL });
      const headers = { "content-type": "application/json" };
      return (await fetch(upstream, { method: "POST", headers, body })).text();
    };
    answer().then(
      (text) => response.setHeader("content-type", "application/json").end(text),
      () => response.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's
  return { url: `http://127.0.0.1:${port}`, refused, close: () => closeServer(server) };
}

function accountIn(bytes: unknown): number | undefined {
  return typeof bytes === "string" ? decodeEnvelope(fromHex(bytes as Hex))?.account : undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

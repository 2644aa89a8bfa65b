/** An L1 endpoint that misbehaves: in front of a chain in this process. */
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Random } from "../../test/support/random.ts";

export const FAULTS = [
  "good",
  "cut connection",
  "half-open socket",
  "429",
  "500",
  "HTML in place of JSON",
  "JSON cut short",
  "an answer to another request",
  "node error",
  "null results",
  "dropped receipts",
  "stale head",
  "empty logs",
  "slow",
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Requester {
  request(call: { method: string; params: unknown[] }): Promise<unknown>;
}

interface RpcCall {
  readonly id: number;
  readonly method: string;
  readonly params?: unknown[];
}

/** Blocks that a stale head lags behind. */
const LAG_BLOCKS = 3n;
const SLOW_MILLISECONDS = 30;

export interface FaultyL1 {
  readonly url: string;
  /** What the next requests meet. */
  fault: Fault;
  /** The chain id that it tells, when it is not its own. */
  chainId: string | undefined;
  /** Requests met by each fault. */
  readonly met: Map<Fault, number>;
  close(): Promise<void>;
}

/** @param share of the requests that meet the fault; the others are answered well */
export async function openFaultyL1(chain: Requester, random: Random, share: number): Promise<FaultyL1> {
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as RpcCall | RpcCall[];
    const fault = random.chance(share) ? l1.fault : "good";
    l1.met.set(fault, (l1.met.get(fault) ?? 0) + 1);
    switch (fault) {
      case "cut connection":
        request.socket.destroy();
        return;
      case "half-open socket":
        held.add(response); // never answered
        return;
      case "429":
      case "500":
        response.writeHead(Number(fault)).end("no");
        return;
      case "HTML in place of JSON":
        response.end("<html>bad gateway</html>");
        return;
      default: // spoilt below, or not at all
    }
    if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MILLISECONDS));
    const calls = [body].flat();
    const answers = [];
    for (const call of calls) answers.push(await answer(call, fault));
    const out = JSON.stringify(Array.isArray(body) ? answers : answers[0]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(fault === "JSON cut short" ? out.slice(0, out.length / 2) : out);
  }

  async function answer({ id, method, params = [] }: RpcCall, fault: Fault): Promise<object> {
    if (fault === "an answer to another request") return { jsonrpc: "2.0", id: id + 1_000_000, result: "0x1" };
    if (fault === "node error") return { jsonrpc: "2.0", id, error: { code: -32000, message: "header not found" } };
    if (method === "eth_chainId" && l1.chainId !== undefined) return { jsonrpc: "2.0", id, result: l1.chainId };
    let result: unknown;
    try {
      result = await chain.request({ method, params });
    } catch (error) {
      const { data } = error as { data?: unknown };
      return { jsonrpc: "2.0", id, error: { code: 3, message: String(error), data } };
    }
    return { jsonrpc: "2.0", id, result: await spoil(method, params, result, fault) };
  }

  async function spoil(method: string, params: unknown[], result: unknown, fault: Fault): Promise<unknown> {
    if (fault === "null results") return null;
    if (fault === "dropped receipts" && /Receipt|ByHash/.test(method)) return null;
    if (fault === "empty logs" && method === "eth_getLogs") return [];
    if (fault !== "stale head") return result;
    const head = BigInt((await chain.request({ method: "eth_blockNumber", params: [] })) as string);
    const seen = `0x${(head > LAG_BLOCKS ? head - LAG_BLOCKS : 0n).toString(16)}`;
    if (method === "eth_blockNumber") return seen;
    if (method !== "eth_getBlockByNumber") return result;
    const [tag, ...more] = params;
    if (tag === "latest") return chain.request({ method, params: [seen, ...more] });
    return typeof tag === "string" && tag.startsWith("0x") && BigInt(tag) > BigInt(seen) ? null : result;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const l1: FaultyL1 = {
    // A TCP server's address is an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: "good",
    chainId: undefined,
    met: new Map(),
    close: async () => {
      for (const response of held) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return l1;
}

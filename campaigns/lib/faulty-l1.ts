/** An L1 endpoint that misbehaves: in front of a chain in this process. */
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";

import type { Random } from "../../test/support/random.ts";
import { type L1Call, type Requester, staleView } from "./stale-l1.ts";

export const FAULTS = [
  "cut connection",
  "half-open socket",
  "429",
  "500",
  "redirect in a circle",
  "HTML in place of JSON",
  "JSON cut short",
  "answer in pieces",
  "huge answer",
  "an answer to another request",
  "node error",
  "null results",
  "results of another kind",
  "dropped receipts",
  "stale head",
  "stale nonce",
  "stale machine",
  "empty logs",
  "slow",
  "another chain",
] as const;
export type Fault = (typeof FAULTS)[number];

interface RpcCall extends Partial<L1Call> {
  readonly id: number;
  readonly method: string;
}

const SLOW_MILLISECONDS = 30;
const HUGE_BYTES = 1 << 20;
/** What no method answers with. */
const ODD_RESULTS: readonly unknown[] = [{}, [], "", "0x", "0xzz", true, 7, "latest", [null], `0x${"f".repeat(100)}`];

export interface FaultyL1 {
  readonly url: string;
  /** What the next requests meet. */
  fault: Fault | "good";
  /** The chain id that it tells, when it is not its own. */
  chainId: string | undefined;
  /** Requests met by each fault. */
  readonly met: Map<Fault | "good", number>;
  close(): Promise<void>;
}

export interface Behind {
  readonly chain: Requester;
  /** Another one, with other blocks and none of the contracts. */
  readonly foreign: Requester;
}

/** @param share of the requests that meet the fault; the others are answered well */
export async function openFaultyL1({ chain, foreign }: Behind, random: Random, share: number): Promise<FaultyL1> {
  const held = new Set<ServerResponse>();
  const stale = staleView(chain, BigInt(1 + random.below(5)));
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
      case "redirect in a circle":
        response.writeHead(302, { location: l1.url }).end();
        return;
      case "HTML in place of JSON":
        response.end("<html>bad gateway</html>");
        return;
      default: // spoilt below, or not at all
    }
    if (fault === "slow") await setTimeout(SLOW_MILLISECONDS);
    const calls = [body].flat();
    const answers = [];
    for (const call of calls) answers.push(await answer(call, fault));
    const out = JSON.stringify(Array.isArray(body) ? answers : answers[0]);
    response.writeHead(200, { "content-type": "application/json" });
    if (fault === "answer in pieces") {
      for (let at = 0; at < out.length; at += 1 + out.length / 3) {
        response.write(out.slice(at, at + 1 + out.length / 3));
        await setTimeout(1);
      }
      response.end();
    } else response.end(fault === "JSON cut short" ? out.slice(0, out.length / 2) : out);
  }

  async function answer({ id, method, params = [] }: RpcCall, fault: Fault | "good"): Promise<object> {
    const answered = { jsonrpc: "2.0", id };
    if (fault === "an answer to another request") return { ...answered, id: id + 1_000_000, result: "0x1" };
    if (fault === "node error") return { ...answered, error: { code: -32000, message: "header not found" } };
    if (method === "eth_chainId" && l1.chainId !== undefined) return { ...answered, result: l1.chainId };
    try {
      return { ...answered, result: await resultOf({ method, params }, fault) };
    } catch (error) {
      const { data } = error as { data?: unknown };
      return { ...answered, error: { code: 3, message: String(error), data } };
    }
  }

  async function resultOf(call: L1Call, fault: Fault | "good"): Promise<unknown> {
    const { method } = call;
    if (fault === "null results") return null;
    if (fault === "results of another kind") return random.pick(ODD_RESULTS);
    if (fault === "huge answer") return "x".repeat(HUGE_BYTES);
    if (fault === "dropped receipts" && /Receipt|ByHash/.test(method)) return null;
    if (fault === "empty logs" && method === "eth_getLogs") return [];
    if (fault === "another chain") return foreign.request(call);
    const isStale =
      fault === "stale machine" ||
      (fault === "stale nonce" && method === "eth_getTransactionCount") ||
      (fault === "stale head" && /^eth_(blockNumber|getBlockByNumber)$/.test(method));
    return (isStale ? stale : chain).request(call);
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

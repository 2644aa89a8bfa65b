/** Servers on ports of their own, until `cleanUp`: a node's RPC, a consensus node. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type LakhNode, serveRpc } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { createRegistry, silentLog } from "@lakh/service";

import { RPC_LIMITS } from "../support/rpc-limits.ts";
import { onCleanUp } from "./world.ts";

/** Serves it until `cleanUp`; its URL. */
export async function serveNode(node: LakhNode): Promise<string> {
  const health = () => ({ healthy: true, lastGoodStep: null, fault: null });
  const registry = createRegistry("test");
  const rpc = await serveRpc(RPC_LIMITS, { node, log: silentLog(), nowMilliseconds: () => 0, health, registry });
  onCleanUp(() => rpc.close());
  return `http://127.0.0.1:${rpc.port}`;
}

/** A consensus node that gives, for any block, what `blobs` says; it asks like a mainnet's when `slots` is set. */
export async function serveBeacon(blobs: () => readonly Uint8Array[], slots = false) {
  const asked: string[] = [];
  const queries: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    asked.push(path);
    queries.push(new URL(request.url ?? "", "http://beacon").searchParams);
    const answers: Record<string, unknown> = slots
      ? { "/eth/v1/beacon/genesis": { genesis_time: "1000" }, "/eth/v1/config/spec": { SECONDS_PER_SLOT: "12" } }
      : {};
    const data = path.startsWith("/eth/v1/beacon/blobs/") ? blobs().map(toHex) : answers[path];
    response.statusCode = data === undefined ? 404 : 200;
    response.end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onCleanUp(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, queries };
}

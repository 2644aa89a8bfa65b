/** L1 behind HTTP, which can be away, and other endpoints: for agents as daemons. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { deployLakh, readParameters } from "@lakh/bindings";
import { CodedError } from "@lakh/service";
import { HDNodeWallet, JsonRpcProvider } from "ethers";
import { network } from "hardhat";

import devnet from "../../parameters/devnet.json" with { type: "json" };

/** Key of an account that every Hardhat node funds. */
export function developmentKey(index: number): string {
  const phrase = "test test test test test test test test test test test junk";
  return HDNodeWallet.fromPhrase(phrase, undefined, `m/44'/60'/0'/0/${index}`).privateKey;
}

export interface Endpoint {
  readonly url: string;
  close(): void;
}

/** Answers each request's body; undefined cuts the connection. */
export async function serve(answer: (body: string) => Promise<string | undefined>): Promise<Endpoint> {
  const server = createServer((request, response) => {
    void text(request)
      .then(answer)
      .then((body) => (body === undefined ? request.socket.destroy() : response.end(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

/** L1's wire, which a test can cut. */
export interface CuttableWire extends Endpoint {
  isAway: boolean;
  /** Requests that came while it was away. */
  refused: number;
}

async function openWire(upstream: string): Promise<CuttableWire> {
  const endpoint = await serve(async (body) => {
    if (wire.isAway) wire.refused++;
    const headers = { "content-type": "application/json" };
    return wire.isAway ? undefined : (await fetch(upstream, { method: "POST", body, headers })).text();
  });
  const wire: CuttableWire = { ...endpoint, isAway: false, refused: 0 };
  return wire;
}

/** A chain of its own with Lakh deployed by the devnet's rules: `provider` speaks to it directly, daemons through `l1`. */
export async function openServedL1() {
  const server = await network.createServer("default", "127.0.0.1", 0);
  const { port } = await server.listen();
  const upstream = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(upstream, undefined, { cacheTimeout: -1 });
  const deployment = await deployLakh(await provider.getSigner(0), readParameters(devnet));
  const l1 = await openWire(upstream);
  const close = async (): Promise<void> => {
    provider.destroy();
    l1.close();
    await server.close();
  };
  return { provider, deployment, l1, close };
}

/** Severity and code of the fault that the work ends with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CodedError) return `${error.severity} ${error.code}`;
    throw error;
  }
  return "none";
}

/** A fresh chain behind a wire that is cut at a transaction of the test's choice. */
import { network } from "hardhat";
import { JsonRpcProvider } from "ethers";

import { developmentKey, serve } from "../agents/wire.ts";
import { type Run, lakh } from "../cli/run.ts";

export const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/** Where the wire is cut: L1 gets the transaction, or not; the sender hears nothing. */
export type Cut = "before" | "after";

export interface CutChain {
  readonly provider: JsonRpcProvider;
  readonly url: string;
  /** The wire is cut at this transaction from now on, counted from 1; undefined: never. */
  cutAt(number: number | undefined, cut: Cut): void;
  /** Does something once, right behind this transaction from now on, before the sender hears of it. */
  after(number: number, act: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export async function openChain(): Promise<CutChain> {
  const server = await network.createServer("default", "127.0.0.1", 0);
  const { port } = await server.listen();
  const upstream = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(upstream, undefined, { cacheTimeout: -1 });
  let [until, cut, isAway]: [number | undefined, Cut, boolean] = [undefined, "before", false];
  const forward = async (body: string): Promise<string> =>
    (await fetch(upstream, { method: "POST", body, headers: { "content-type": "application/json" } })).text();
  let act: { left: number; readonly run: () => Promise<unknown> } | undefined;
  const wire = await serve(async (body) => {
    if (isAway) return undefined;
    if (act !== undefined && body.includes("eth_sendRawTransaction") && --act.left === 0) {
      const { run } = act;
      act = undefined;
      const answer = await forward(body);
      await run();
      return answer;
    }
    if (until === undefined || !body.includes("eth_sendRawTransaction")) return forward(body);
    until--;
    if (until > 0) return forward(body);
    isAway = true;
    if (cut === "after") await forward(body);
    return undefined;
  });
  return {
    provider,
    url: wire.url,
    cutAt: (number, where) => {
      [until, cut, isAway] = [number, where, false];
    },
    after: (number, run) => {
      act = { left: number, run };
    },
    close: async () => {
      provider.destroy();
      wire.close();
      await server.close();
    },
  };
}

/** Runs `lakh deploy` in this process with a development key. */
export function deploy(url: string, out: string, ...more: string[]): Promise<Run> {
  return lakh(["deploy", "--l1-url", url, "--out", out, ...more, "--json"], { LAKH_KEY: developmentKey(0) });
}

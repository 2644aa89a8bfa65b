/** Bodies of JSON-RPC at a sequencer over a chain in this process: an answer as docs/RPC.md says, never an internal error. */
import type { LakhNode } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { silentLog } from "@lakh/service";

import { METHODS, dispatch } from "../../packages/node/src/rpc/dispatch.ts";
import { Subscriptions } from "../../packages/node/src/rpc/subscriptions.ts";
import { Turnstile } from "../../packages/node/src/turns.ts";
import * as node from "../../test/node/world.ts";
import { mutateJson, mutateText } from "./mutate.ts";
import type { WireTarget } from "./targets.ts";

/** Envelopes that bodies carry; some are taken. */
const ENVELOPES = 60;
const MOST_SUBSCRIPTIONS = 8;

/** Opens a sequencer with two accounts; `node.cleanUp` closes it. */
export async function openSequencer(): Promise<LakhNode> {
  const world = await node.newWorld();
  const opened = await node.openSequencer(world, await node.tempDir());
  for (const number of [1, 2]) await node.deposit(world, node.person(number).address, 1_000_000n);
  await node.settle(opened);
  return opened;
}

export function rpcTarget(target: LakhNode): WireTarget {
  const envelopes = Array.from({ length: ENVELOPES }, (_, nonce) =>
    toHex(node.signed(target, node.person(1).key, 2, BigInt(nonce), [node.transfer(3, 1n)])),
  );
  const subscriptions = new Subscriptions(target, MOST_SUBSCRIPTIONS, () => undefined);
  const parts = {
    node: target,
    log: silentLog(),
    turnstile: new Turnstile(),
    maxBatch: 5,
    maxAnswerBytes: 1 << 20,
    admit: () => true,
    own: subscriptions.methods,
  };
  const methods = [...Object.keys(METHODS), ...Object.keys(subscriptions.methods)];
  const hash = `0x${"11".repeat(32)}`;
  const params: readonly unknown[] = [0, 1, "1", 2, hash, node.person(1).address, "swapExactIn0", "heads", "0x1"];
  return {
    name: "RPC body",
    inputs: 300,
    try: async (random) => {
      const all = [...params, random.pick(envelopes), [random.pick(envelopes)]];
      const call = {
        jsonrpc: "2.0",
        id: random.below(9),
        method: random.pick(methods),
        params: Array.from({ length: random.below(4) }, () => random.pick(all)),
      };
      const body: unknown = random.chance(0.2) ? [call, call] : call;
      const text = random.chance(0.5)
        ? mutateText(JSON.stringify(body), random)
        : JSON.stringify(random.chance(0.5) ? mutateJson(body, random) : body);
      const answer = await dispatch(parts, text);
      if (answer === undefined) return "no answer due";
      const answers = [JSON.parse(answer) as unknown].flat() as { error?: { code: number } }[];
      const codes = answers.map(({ error }) => error?.code ?? 0);
      if (codes.includes(-32603)) throw new Error(`an internal error after ${text}`);
      return codes[0] === 0 ? "result" : `error ${codes[0]}`;
    },
  };
}

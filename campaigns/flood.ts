/** A flood on a sequencer's RPC and stream: beyond every limit, by ten thousand connections; two honest users. */
import type { LakhNode } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { expect } from "chai";

import { person, signed, transfer } from "../test/node/world.ts";
import type { Campaign, Tally } from "./lib/campaign.ts";
import { type FloodPlan, openFilesLimit } from "./lib/flood-plan.ts";
import { FLOODER, LIMITS, RPC_USER, SHARE, STREAM_LIMITS, openStage } from "./lib/flood-stage.ts";
import { startFlooder } from "./lib/flooder.ts";
import { HonestUsers } from "./lib/honest-users.ts";
import { main } from "./lib/main.ts";
import { MemoryWatch } from "./lib/memory-watch.ts";

/** Silent connections that are held while the flood goes on; fewer where the process may not open so many files. */
const CONNECTIONS = 10_000;
/** Files that the flood's server has open for anything else. */
const OTHER_FILES = 2000;
/** Envelopes of the flood's account, sent again and again. */
const FLOOD_ENVELOPES = 1000;
/** Far enough ahead that an honest user does not come to this nonce in a wave, and within the window. */
const UNUSED = 100n;
/** Capacity is exceeded so many times at least: sent, to let through. */
const TIMES_OVER = 10;

/** @param connections silent connections that are held meanwhile */
export function floodOf(connections: number): Campaign {
  return {
    name: "flood",
    promise: "a flood is cut at the limits; honest users are served within bounds, and memory stays flat",
    open: async () => {
      const stage = await openStage();
      const { node, rpc } = stage;
      const users = new HonestUsers(stage);
      const memory = new MemoryWatch();
      const crowd = Math.min(connections, openFilesLimit() - OTHER_FILES);
      let mostHeld = 0;
      return {
        play: async (seed, tally) => {
          const first = usedNonces(node, FLOODER);
          const sent = tally.of("envelope of one account");
          const envelopes = Array.from({ length: FLOOD_ENVELOPES }, (_, i) =>
            toHex(signed(node, person(3).key, FLOODER, first + BigInt(i), [transfer(RPC_USER, 1n)])),
          );
          const forged = signed(node, person(1).key, RPC_USER, users.nonce + UNUSED, [transfer(FLOODER, 1n)]);
          const { maxFrameBytes, maxItems, maxConnections: streamConnections } = STREAM_LIMITS;
          const stream = { maxFrameBytes, maxItems, streamConnections };
          const honest = toHex(forged);
          const plan: FloodPlan = { ...LIMITS, ...stream, port: rpc.port, connections: crowd, envelopes, honest, seed };
          const flooder = await startFlooder(plan);
          mostHeld = Math.max(mostHeld, flooder.held);
          tally.count("silent connection", "refused", flooder.refused);
          await users.wave(tally);
          await flooder.end(tally);
          checkAnswers(tally);
          const taken = Number(usedNonces(node, FLOODER) - first);
          tally.count("envelope of one account, sent the first time", "taken", taken);
          checkShare(taken, tally.of("envelope of one account") - sent);
          await stage.pass();
          memory.look();
        },
        figures: () => [
          ...users.figures(),
          `silent connections held at once: ${mostHeld} of ${connections} (files that a process may have open: ${openFilesLimit()})`,
          ...memory.figures(),
        ],
        close: stage.close,
      };
    },
  };
}

export const flood = floodOf(CONNECTIONS);

/** Every refusal has its code. */
function checkAnswers(tally: Tally): void {
  const expected = {
    "huge frame": ["closed with 1009"],
    "frame of too many items": ["error 2"],
    "frame of random bytes": ["error 1", "error 2"],
    "frame that ends early": ["error 1"],
    "frame of text": ["error 1"],
    "forged envelope": ["BadSignature"],
    "envelope of one account": ["Ok", "RateLimited", "NonceTooHigh", "NonceUsed"],
  };
  for (const [tried, results] of Object.entries(expected)) {
    const others = tally.rows.filter(([what, result]) => what === tried && !results.includes(result));
    // A stream that is full says so instead.
    expect(
      others.filter(([, result]) => result !== "error 4"),
      tried,
    ).to.deep.equal([]);
  }
}

/** The flood's account got no more than its share, however often it sent. */
function checkShare(taken: number, sent: number): void {
  expect(taken, "envelopes taken of one account").to.be.at.most(SHARE);
  expect(sent, "envelopes sent by one account").to.be.at.least(TIMES_OVER * taken);
}

/** Nonces that an account has used, when it uses them in order. */
function usedNonces(node: LakhNode, account: number): bigint {
  const { nonceBase, nonceBits } = node.engine.account(account) ?? { nonceBase: 0n, nonceBits: 0n };
  return nonceBits === 0n ? nonceBase : nonceBase + BigInt(nonceBits.toString(2).length);
}

if (import.meta.main) await main(flood);

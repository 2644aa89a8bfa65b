/** Anvil and Hardhat's node, each mining as it does best. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Kernels } from "@lakh/kernels";

import { startAnvil, startHardhat } from "../stack/l1.ts";
import { type PeerFigures, runPeer } from "./run-peer.ts";
import { type PeerMix, makePeerLoad } from "./transactions.ts";

const SECONDS = 8;
/** Signed before: more than they manage. */
const MOST = 8_000;

export async function measurePeers(folder: string, mix: PeerMix, kernels: Kernels): Promise<PeerFigures[]> {
  const load = makePeerLoad(mix, MOST * SECONDS, kernels);
  const best: PeerFigures[] = [];
  for (const [name, start] of [
    ["anvil", startAnvil],
    ["hardhat", startHardhat],
  ] as const) {
    const found: PeerFigures[] = [];
    for (const mining of ["auto", "interval"] as const) {
      const place = join(folder, `${name}-${mining}`);
      mkdirSync(place);
      const chain = await start(place);
      try {
        found.push(await runPeer(name, chain, { mining, seconds: SECONDS, load }));
      } finally {
        await chain.process.stop();
      }
    }
    best.push(...found.toSorted((a, b) => b.perSecond - a.perSecond).slice(0, 1));
  }
  return best;
}

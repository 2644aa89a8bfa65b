/** Anvil and Hardhat's node, each mining both as it does when started without flags, and tuned; the better way counts. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { Kernels } from "@lakh/kernels";

import type { Phases } from "../report/phases.ts";
import { startAnvil, startHardhat } from "../stack/l1.ts";
import type { Mining } from "./blocks.ts";
import { type PeerRunFigures, runPeer } from "./run-peer.ts";
import { type PeerMix, makePeerLoad } from "./transactions.ts";

const SECONDS = 8;
/** Signed before, a second of a run: more than they manage. */
const MOST = 12_000;
const PEERS = [
  ["anvil", startAnvil],
  ["hardhat", startHardhat],
] as const;
const WAYS: readonly Mining[] = ["each", "second"];

export interface PeerFigures {
  readonly name: (typeof PEERS)[number][0];
  readonly runs: readonly PeerRunFigures[];
  /** Transactions a second of the better run. */
  readonly perSecond: number;
}

export async function measurePeers(
  folder: string,
  mix: PeerMix,
  kernels: Kernels,
  phases: Phases,
): Promise<PeerFigures[]> {
  const load = await phases.run("signing for anvil and Hardhat", () => makePeerLoad(mix, MOST * SECONDS, kernels));
  const found: PeerFigures[] = [];
  for (const [name, start] of PEERS) {
    const runs: PeerRunFigures[] = [];
    for (const mining of WAYS)
      await phases.run(`${name}, a block ${mining === "each" ? "each" : "a second"}`, async () => {
        const place = join(folder, `${name}-${mining}`);
        mkdirSync(place);
        const chain = await start(place);
        try {
          runs.push(await runPeer(chain, { mining, seconds: SECONDS, load }));
        } catch (error) {
          // One way to mine that stalls under the load does not count; the report shows which ones are there.
          console.error(`${name}, mining by ${mining}: ${String(error)}`);
        } finally {
          await chain.process.stop();
        }
      });
    found.push({ name, runs, perSecond: Math.max(0, ...runs.map((run) => run.perSecond)) });
  }
  return found;
}

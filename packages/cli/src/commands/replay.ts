import type { BlobUrls } from "@lakh/devnet";
import type { Hex } from "@lakh/protocol";
import { createLakhClient } from "@lakh/sdk";
import { fatal, integer, isLocalChain, type Options, optional, toggle, url } from "@lakh/service";

import { command } from "../command.ts";
import { type SignerOptions, l1Clients, signingClient } from "../context.ts";
import { MOCKS, type Funder, openMarket } from "../replay/market.ts";
import { planReplay } from "../replay/plan.ts";
import { readSwaps } from "../replay/rows.ts";
import { settle } from "../replay/settlement.ts";
import { bar, summaryText } from "../replay/summary.ts";
import { sendSwaps } from "../replay/swaps.ts";
import { openTraders } from "../replay/traders.ts";
import { signerTable } from "../tables.ts";

/** Account 9 of the public development mnemonic: the funder on a local chain when no key is given. */
const LOCAL_FUNDER = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
const VALIDITY_SECONDS = 3_600n;

const table = {
  ...signerTable,
  follower: optional(url({ help: "a follower's JSON-RPC whose root is compared as well" })),
  derive: toggle({ help: "derive the chain from L1 alone in this process, and compare that root as well" }),
  beaconUrl: optional(url({ help: "with derive: API of a consensus node, which has the blobs of the last weeks" })),
  archiveUrl: optional(url({ help: "with derive: JSON-RPC of a Lakh node that has older ones; not given: rpcUrl's" })),
  timeoutSeconds: integer(1, 86_400, { help: "longest wait for batches and claims, each", fallback: 600 }),
};

const replay = command({
  words: "replay",
  about: "Sends real Uniswap v3 swaps of a CSV file (.csv, .csv.gz) through the running chain, with mock tokens",
  arguments: [{ name: "FILE" }],
  table,
  stopsItself: true,
  async run({ options, args, out, signal }) {
    const started = performance.now();
    const file = args[0] ?? "";
    const { swaps: rows, skipped } = await readSwaps(file);
    const funder = await openFunder(options);
    const plan = planReplay(rows, MOCKS);
    const market = await openMarket(funder, plan, out.note);
    const { client } = funder;
    const { minFee } = await client.chainInfo();
    const validUntil = (await client.heads()).unsafe.time + VALIDITY_SECONDS;
    const traders = await openTraders(client, market, plan.traders, {
      funderKey: funder.key,
      minFee,
      progress: (done) => out.progress(bar("accounts", done, 2 * plan.traders.length)),
    });
    const swaps = await sendSwaps(client, market, plan.swaps, traders, {
      minFee,
      validUntil,
      progress: (done) => out.progress(bar("swaps", done, rows.length)),
      signal,
    });
    const seconds = (performance.now() - started) / 1000;
    const roots = await settle(client, {
      lastEntry: swaps.lastEntry,
      timeoutSeconds: options.timeoutSeconds,
      ...(options.follower === undefined ? {} : { follower: createLakhClient({ rpcUrl: options.follower }) }),
      ...(options.derive ? { deriveFrom: { l1Url: options.l1Url, blobs: blobUrls(options) } } : {}),
      progress: out.progress,
      signal,
    });
    const acceptedPercent = (100 * swaps.accepted) / rows.length;
    const summary = {
      file,
      rows: rows.length,
      skipped,
      traders: traders.length,
      swaps,
      acceptedPercent,
      seconds,
      roots,
    };
    out.result(summary, summaryText(summary));
    if (!roots.equal) throw fatal("RootsDiffer", `the roots at entry ${roots.entry} differ`, { ...roots });
  },
});

/** The key given, or a public development key. @throws CodedError fatal `NotLocalChain` */
async function openFunder(options: SignerOptions): Promise<Funder & { key: Hex }> {
  const { chainId } = await createLakhClient({ rpcUrl: options.rpcUrl }).chainInfo();
  if (!isLocalChain(BigInt(chainId)))
    throw fatal("NotLocalChain", `a replay makes mock tokens: only on a development chain, not on ${chainId}`, {
      chainId,
    });
  const isGiven = options.key !== undefined || options.keyFile !== undefined;
  const key = isGiven ? options.key : LOCAL_FUNDER;
  const { client, signer, privateKey } = await signingClient({ ...options, key });
  return { client, signer, key: privateKey, l1: l1Clients(options.l1Url, signer) };
}

/** Blobs are checked against L1, whoever gives them. */
function blobUrls({ beaconUrl, archiveUrl, rpcUrl }: Options<typeof table>): BlobUrls {
  return { ...(beaconUrl === undefined ? {} : { beaconUrl }), archiveUrl: archiveUrl ?? rpcUrl };
}

export const replayCommands = [replay];

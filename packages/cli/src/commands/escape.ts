import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type Address, Facet, MAX_OPS, type Hex, type Op } from "@lakh/protocol";
import { followerOptions } from "@lakh/node";
import { createProposer } from "@lakh/proposer";
import { type LakhClient, LakhError, createLakhClient } from "@lakh/sdk";
import {
  address,
  CodedError,
  connectL1,
  createLifecycle,
  createLog,
  createRegistry,
  createSender,
  fileJournal,
  integer,
  type Lifecycle,
  type Log,
  loadDeployment,
  loadKey,
  optional,
  path,
  retry,
  runStepper,
  systemClock,
  takeLock,
  url,
} from "@lakh/service";
import { privateKeyToAccount } from "viem/accounts";

import { amountOption, assetOption, findAsset, parseAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients } from "../context.ts";
import { createLeaver } from "../escape/leave.ts";
import { serveFollower } from "../escape/follower.ts";
import type { Output } from "../output.ts";
import { jsonTable, keyTable, unitsTable } from "../tables.ts";

const table = {
  l1Url: url({ help: "JSON-RPC of L1: all that is needed" }),
  deployment: path({ help: "JSON file of the deployment's addresses" }),
  dataDir: path({ help: "folder for the chain derived and for what is under way" }),
  ...keyTable,
  ...unitsTable,
  ...followerOptions,
  account: optional(integer(1, 2 ** 28 - 1, { help: "index of the account; not given: the first one of the key" })),
  asset: optional(assetOption("what to withdraw; not given: every balance of the account")),
  amount: optional(amountOption("how much of the asset; not given: all")),
  to: optional(address({ help: "who is paid on L1; not given: the key's address" })),
  pollMilliseconds: integer(50, 600_000, { help: "pause between looks at L1, ms", fallback: 5_000 }),
  ...jsonTable,
};

const escape = command({
  words: "escape",
  about:
    "Leaves without anybody's help: forces the withdrawal on L1, includes it when overdue, claims with a bond, waits, finalizes",
  table,
  stopsItself: true,
  async run({ options, out, signal }) {
    // Standard output is the command's own.
    const log = createLog({ service: "escape", level: "warn", format: out.json ? "json" : "text" }, process.stderr);
    const lifecycle = createLifecycle(log);
    const stop = (): void => void lifecycle.stop("signal");
    signal.addEventListener("abort", stop);
    try {
      mkdirSync(options.dataDir, { recursive: true });
      const deployment = loadDeployment(options.deployment);
      const clock = systemClock;
      const config = { url: options.l1Url, chainId: deployment.chainId };
      const l1 = await connectL1(config, { log, clock, signal: lifecycle.signal });
      lifecycle.onClose("l1", () => l1.provider.destroy());
      const wallet = await loadKey(options, l1.chainId);
      const signer = privateKeyToAccount(wallet.privateKey as Hex);
      const file = join(options.dataDir, `transactions-${wallet.address}.json`);
      lifecycle.onClose("lock", takeLock(`${file}.lock`));
      const { pollMilliseconds } = options;
      const sender = await createSender({ pollMilliseconds }, { l1, wallet, journal: fileJournal(file), clock, log });
      await sender.resume(lifecycle.signal);
      const { rpcUrl, truth } = await serveFollower(options, { deployment, l1, log, clock, lifecycle });
      const { account } = options;
      const clients = { ...l1Clients(options.l1Url, signer), fromBlock: BigInt(deployment.deployedAtBlock) };
      const client = createLakhClient({
        rpcUrl,
        account: signer,
        l1: clients,
        ...(account === undefined ? {} : { accountIndex: account }),
      });
      const rules = { claims: deployment.claims, fromBlock: deployment.deployedAtBlock, marginSeconds: 0 };
      const leaver = createLeaver({
        client,
        l1: clients,
        truth,
        proposer: createProposer(
          { ...rules, intervalSeconds: 0, mostPending: 1 },
          { l1, sender, truth, log, registry: createRegistry("escape") },
        ),
        journal: join(options.dataDir, "escape.json"),
        to: (options.to ?? signer.address) as Address,
        ops: () => withdrawals(client, options, (options.to ?? signer.address) as Address),
      });
      await untilLeft(leaver, out, { lifecycle, log, intervalMilliseconds: pollMilliseconds });
    } finally {
      signal.removeEventListener("abort", stop);
      await lifecycle.stop("the end");
    }
  },
});

/** One withdrawal a balance, or the one asked for. */
async function withdrawals(
  client: LakhClient,
  options: {
    readonly l1Url: string;
    readonly asset: string | undefined;
    readonly amount: string | undefined;
    readonly units: boolean;
  },
  party: Address,
): Promise<Op[]> {
  const { holdings } = await client.getAccount();
  const balances = holdings.filter(({ facet }) => facet === Facet.Balance);
  if (options.asset === undefined)
    return balances.slice(0, MAX_OPS).map(({ object, amount }) => ({ verb: "withdraw", object, party, amount }));
  const asset = await findAsset(client, l1Clients(options.l1Url).public, options.asset);
  const held = balances.find(({ object }) => object === asset.index)?.amount ?? 0n;
  const amount = options.amount === undefined ? held : parseAmount(options.amount, asset, options.units);
  return amount === 0n ? [] : [{ verb: "withdraw", object: asset.index, party, amount }];
}

/** Errors of the SDK that another look may not meet. */
const PASSING = ["LAKH_L1", "LAKH_L1_REVERT", "LAKH_UNREACHABLE", "LAKH_TIMEOUT", "LAKH_EXIT_NOT_READY"];

/** Steps until all is paid, and tells each move. */
async function untilLeft(
  leaver: ReturnType<typeof createLeaver>,
  out: Output,
  { lifecycle, log, intervalMilliseconds }: { lifecycle: Lifecycle; log: Log; intervalMilliseconds: number },
): Promise<void> {
  const done = new AbortController();
  const told: string[] = [];
  let failure: unknown;
  const stepper = {
    step: async (signal?: AbortSignal) => {
      try {
        const report = await leaver.step(signal);
        for (const line of report.did) out.tell(line);
        told.push(...report.did);
        if (leaver.left() !== undefined) done.abort();
        return report;
      } catch (error) {
        if (error instanceof CodedError && error.severity !== "fatal") throw error;
        if (error instanceof LakhError && PASSING.includes(error.code))
          throw retry(error.code, error.message, {}, error);
        failure = error; // told by the command, not by its log
        done.abort();
        return { did: [] };
      }
    },
  };
  const signal = AbortSignal.any([done.signal, lifecycle.signal]);
  await runStepper({ stepper, intervalMilliseconds, log, clock: systemClock, signal });
  if (failure !== undefined) throw failure;
  const exits = leaver.left();
  if (exits !== undefined) out.result({ exits, moves: told }, `left: ${exits.length} exits are paid`);
}

export const escapeCommands = [escape];

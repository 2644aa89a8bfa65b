/** A burst of signed envelopes, and everybody's root behind it. */
import type { Hex } from "@lakh/protocol";
import { type SendResult, type SignedItem, createLakhClient } from "@lakh/sdk";
import { fatal } from "@lakh/service";

import { derive } from "../derivation.ts";
import { type Telling, grouped, textTable } from "../ledger.ts";
import type { Person } from "../people.ts";
import { pollFor } from "./poll.ts";
import { type Accounts, type Scene, short } from "./scene.ts";

const ETH = 1;
const A_REQUEST = 500;
const LAND_SECONDS = 120;
const CONFIRM_SECONDS = 180;
/** What Ethereum's target of 14 blobs a block of 12 seconds carries, for everybody: 31 bytes a field element, 4,096 a blob. */
const BLOB_BYTES_A_SECOND = (14 * 4_096 * 31) / 12;

export async function burst(scene: Scene, accounts: Accounts, count: number, telling: Telling): Promise<void> {
  const { alice, bob } = scene;
  const half = Math.ceil(count / 2);
  const items = [
    ...(await signTransfers(alice, accounts.bob, half)),
    ...(await signTransfers(bob, accounts.alice, count - half)),
  ];
  telling.say(`${grouped(count)} transfers signed beforehand`);
  const started = performance.now();
  const results: SendResult[] = [];
  for (let at = 0; at < items.length; at += A_REQUEST)
    results.push(...(await alice.client.sendEnvelopes(items.slice(at, at + A_REQUEST))));
  const seconds = (performance.now() - started) / 1000;
  const refused = results.find((result) => "error" in result);
  if (refused && "error" in refused) throw refused.error;
  telling.say(`all accepted, each with a signed receipt, in ${seconds.toFixed(2)} s`);
  const lastEntry = results.reduce(
    (most, result) => ("receipt" in result && result.receipt.entry > most ? result.receipt.entry : most),
    0n,
  );
  await alice.client.waitForHead({ head: "safe", entry: lastEntry, timeoutSeconds: LAND_SECONDS });
  const bytes = await noteBatches(alice, results, telling);
  telling.say(`all on L1 up to entry ${lastEntry}; waiting for a confirmed claim`);
  await compareRoots(scene, lastEntry, { count, seconds, bytes }, telling);
}

async function signTransfers({ client }: Person, to: number, count: number): Promise<SignedItem[]> {
  const items: SignedItem[] = [];
  for (let i = 0; i < count; i++)
    items.push(
      await client.signEnvelope({
        ops: [{ verb: "transfer", object: ETH, object2: to, amount: 1n }],
      }),
    );
  return items;
}

/** Notes the transactions that carry the burst's entries. @returns the entries' bytes in all */
async function noteBatches({ client }: Person, results: readonly SendResult[], telling: Telling): Promise<number> {
  const entries = new Set(results.flatMap((result) => ("receipt" in result ? [result.receipt.entry] : [])));
  let bytes = 0;
  for (const number of entries) {
    const { l1Transaction, header } = await client.getEntry(number);
    if (l1Transaction) telling.sent(l1Transaction);
    bytes += Number(header.a);
  }
  return bytes;
}

interface Rate {
  readonly count: number;
  readonly seconds: number;
  /** Posted for them. */
  readonly bytes: number;
}

async function compareRoots({ alice, stack }: Scene, lastEntry: bigint, rate: Rate, telling: Telling): Promise<void> {
  const { head, stateRoot, id } = await alice.client.waitForConfirmed({
    entry: lastEntry,
    timeoutSeconds: CONFIRM_SECONDS,
  });
  const entry = head.endEntry;
  const [made] = await alice.client.claimHistory(id);
  if (made) telling.sent(made.transactionHash);
  const follower = createLakhClient({ rpcUrl: stack.followerUrl });
  await pollFor("the follower", LAND_SECONDS, async () =>
    (await follower.heads()).safe.entry >= entry ? true : undefined,
  );
  const [sequenced, followed] = await Promise.all([alice.client.getMachine(entry), follower.getMachine(entry)]);
  const derived = await deriveAgain({ alice, stack }, entry);
  const roots: [string, Hex][] = [
    ["sequencer", sequenced.stateRoot],
    ["follower", followed.stateRoot],
    [`L1 claim ${short(id)}`, stateRoot],
    ["derived again from L1 alone", derived.stateRoot],
  ];
  telling.say("");
  const bytesEach = rate.bytes / rate.count;
  const rows = [
    ["envelopes/s executed, through the RPC", perSecond(rate.count, rate.seconds)],
    ["items/s derived again from L1 and verified", perSecond(derived.items, derived.seconds)],
    [
      `envelopes/s that Ethereum's blobs carry at ${bytesEach.toFixed(1)} bytes each`,
      perSecond(BLOB_BYTES_A_SECOND, bytesEach),
    ],
    ...roots.map(([who, root]) => [`root at entry ${entry}, ${who}`, root]),
  ];
  for (const line of textTable(["figure", "value"], rows).split("\n")) telling.say(line);
  telling.say("");
  const hashes = [sequenced.hash, followed.hash, head.machine, derived.hash];
  if (new Set(hashes).size !== 1)
    throw fatal("RootsDiffer", `the machines at entry ${entry} differ`, { roots, hashes });
  telling.say("all roots are equal: sequencer, follower, L1 claim, and the chain derived again from nothing but L1");
}

const perSecond = (count: number, seconds: number): string => grouped(Math.round(count / seconds));

/** Derives the whole chain once more, from an empty state. */
async function deriveAgain({ alice, stack }: Pick<Scene, "alice" | "stack">, entry: bigint) {
  let items = 0;
  for (let number = 0n; number < entry; number++) items += (await alice.client.getEntry(number)).items.length;
  const info = await alice.client.chainInfo();
  const { l1Url, blobs } = stack;
  const { signal } = new AbortController();
  const config = { l1Url, info, entry, blobs, progress: () => undefined, signal };
  const { machine, hash, seconds } = await derive(config);
  return { stateRoot: machine.stateRoot, hash, seconds, items };
}

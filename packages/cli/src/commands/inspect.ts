import { readFileSync } from "node:fs";

import { EntryKind, type Hex } from "@lakh/protocol";
import { type ClaimInfo, type Entry, type LakhClient, type Receipt, readReceipt } from "@lakh/sdk";
import { fatal, optional, path } from "@lakh/service";

import { command } from "../command.ts";
import { readingClient } from "../context.ts";
import { disputeTree } from "../inspect/dispute.ts";
import { drawTree } from "../inspect/tree.ts";
import { columns } from "../output.ts";
import { nodeTable } from "../tables.ts";

const entry = command({
  words: "inspect entry",
  about: "Shows an Inbox entry and how each of its items ended",
  arguments: [{ name: "NUMBER" }],
  table: nodeTable,
  async run({ options, args, out }) {
    if (!/^\d{1,18}$/.test(args[0] ?? ""))
      throw fatal("BadOption", `${args[0]} is no entry number`, { given: args[0] });
    const found = await readingClient(options).getEntry(BigInt(args[0] ?? ""));
    out.result(found, entryText(found));
  },
});

const MOST_ITEMS = 50;

function entryText({ entry: number, header, accBefore, items, l1Block, l1Transaction }: Entry): string {
  const kind = Object.entries(EntryKind).find(([, id]) => id === header.kind)?.[0] ?? `kind ${header.kind}`;
  const rows = items.slice(0, MOST_ITEMS).map(({ name, itemHash }, i) => [`  ${i}`, name, itemHash ?? ""]);
  const more = items.length > MOST_ITEMS ? `\n  … and ${items.length - MOST_ITEMS} more (--json shows all)` : "";
  const place = l1Block === undefined ? "not on L1 yet" : `L1 block ${l1Block}, transaction ${l1Transaction}`;
  return `entry ${number}: ${kind}, time ${header.time}, ${items.length} items, ${place}\nacc before ${accBefore}\n${columns(rows)}${more}`;
}

const machine = command({
  words: "inspect machine",
  about: "Shows the machine (with the state's root) at the start of an entry; without one, at the node's safe head",
  arguments: [{ name: "ENTRY", optional: true }],
  table: nodeTable,
  async run({ options, args, out }) {
    const client = readingClient(options);
    const entry = args[0] === undefined ? (await client.heads()).safe.entry : entryNumber(args[0]);
    const found = await client.getMachine(entry);
    const { stateRoot, hash, nextObject, nextExit, time, fees } = found;
    const counts = `${nextObject} objects, ${nextExit} exits, time ${time}, fees ${fees} gwei`;
    out.result(found, `machine at the start of entry ${entry}\n  root ${stateRoot}\n  hash ${hash}\n  ${counts}`);
  },
});

function entryNumber(given: string | undefined): bigint {
  if (!/^\d{1,15}$/.test(given ?? "")) throw fatal("BadOption", `${given} is no entry number`, { given });
  return BigInt(given ?? "");
}

async function findClaim(client: LakhClient, given: string | undefined): Promise<ClaimInfo> {
  if (given === "latest") return client.confirmedClaim();
  const claims = await client.listClaims();
  const matching = claims.filter(({ id }) => id.startsWith((given ?? "").toLowerCase()));
  const [claim] = matching;
  if (!claim || !/^0x[0-9a-fA-F]+$/.test(given ?? "") || matching.length > 1)
    throw fatal("NoSuchClaim", `${given}: no claim, or several, begin so; an id, its beginning or "latest" is needed`, {
      given,
    });
  return claim;
}

const claim = command({
  words: "inspect claim",
  about: "Shows a claim by its id (or the beginning of it) or `latest`; without one, all claims",
  arguments: [{ name: "ID", optional: true }],
  table: nodeTable,
  async run({ options, args, out }) {
    const client = readingClient(options);
    const claims = args[0] === undefined ? await client.listClaims() : [await findClaim(client, args[0])];
    out.result(args[0] === undefined ? claims : claims[0], claims.map(claimText).join("\n"));
  },
});

function claimText({ id, head, status, stateRoot, time }: ClaimInfo): string {
  const when = new Date(Number(time) * 1000).toISOString();
  return `${id} ${status}: up to entry ${head.endEntry}, L = ${head.levels}, by ${head.proposer} at ${when}\n  state root ${stateRoot}, parent ${head.parent}`;
}

const dispute = command({
  words: "inspect dispute",
  about: "Draws the dispute about a claim as a tree",
  arguments: [{ name: "ID" }],
  table: nodeTable,
  async run({ options, args, out }) {
    const client = readingClient(options);
    const found = await findClaim(client, args[0]);
    const events = await client.claimHistory(found.id);
    const tree = disputeTree(found, events);
    const plain = events.map(({ eventName, args: fields, blockNumber, transactionHash }) => ({
      event: eventName,
      ...fields,
      block: blockNumber,
      transaction: transactionHash,
    }));
    out.result({ claim: found, events: plain }, drawTree(tree));
  },
});

const receipt = command({
  words: "inspect receipt",
  about: "Says what became of a receipt: kept, pending, superseded or broken (or forged)",
  arguments: [{ name: "ITEM_HASH", optional: true }],
  table: { ...nodeTable, file: optional(path({ help: "file with the receipt's JSON, in place of ITEM_HASH" })) },
  async run({ options, args, out }) {
    const client = readingClient(options);
    const found = options.file === undefined ? await client.getReceipt(itemHash(args[0])) : receiptIn(options.file);
    if (!found) throw fatal("NoSuchReceipt", `the node has no receipt of ${args[0]}`, { itemHash: args[0] });
    const fate = await client.receiptFate(found);
    out.result(
      { fate, receipt: found },
      `${fate}: entry ${found.entry}, position ${found.position}, by ${found.sequencer}`,
    );
  },
});

function itemHash(given: string | undefined): Hex {
  if (given === undefined || !/^0x[0-9a-fA-F]{64}$/.test(given))
    throw fatal("BadOption", "an item's hash (0x and 64 hex digits) or --file is needed", { given });
  return given.toLowerCase() as Hex;
}

/** @throws CodedError fatal `BadFile` */
export function receiptIn(file: string): Receipt {
  try {
    return readReceipt(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw fatal("BadFile", `cannot read a receipt from ${file}: ${String(error)}`, { file }, error);
  }
}

export const inspectCommands = [entry, machine, claim, dispute, receipt];

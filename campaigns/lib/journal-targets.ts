/** Files in which a process or a person finds what was done: journals, receipts, recorded swaps. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { readSwaps } from "@lakh/cli";
import type { LakhClient } from "@lakh/sdk";
import { type Truth, fileJournal } from "@lakh/service";
import { expect } from "chai";

import { receiptIn } from "../../packages/cli/src/commands/inspect.ts";
import { type Identity, openJournal } from "../../packages/cli/src/deploy/journal.ts";
import { createLeaver } from "../../packages/cli/src/escape/leave.ts";
import type { Random } from "../../test/support/random.ts";
import { mutateBytes, mutateJson, mutateText } from "./mutate.ts";
import { type WireTarget, codeOf } from "./targets.ts";

const HASH = `0x${"11".repeat(32)}`;

/** JSON with a part changed, or with pieces of its text. */
function badJson(good: unknown, random: Random): string {
  const text = JSON.stringify(random.chance(0.7) ? mutateJson(good, random) : good);
  return random.chance(0.3) ? mutateText(text, random) : text;
}

function sender(folder: string): WireTarget {
  const path = join(folder, "sender.json");
  const attempt = { hash: HASH, raw: "0x02", maxFeeWei: "1", tipWei: "1", block: 1 };
  const intent = { nonce: 0, label: "x", to: "0x", data: "0x", valueWei: "0", gasLimit: "1", attempts: [attempt] };
  const journal = fileJournal(path);
  return {
    name: "sender's journal",
    inputs: 60,
    try: async (random) => {
      writeFileSync(path, badJson([intent, { ...intent, nonce: 1 }], random));
      return codeOf(() => {
        // What a sender does with them at once.
        for (const { nonce, attempts, valueWei } of journal.load())
          expect(
            attempts.reduce((sum, { maxFeeWei, tipWei }) => sum + maxFeeWei + tipWei, valueWei + BigInt(nonce)) >= 0n,
          );
      });
    },
  };
}

function deployment(folder: string): WireTarget {
  const path = join(folder, "deploy");
  const identity: Identity = { chainId: 1, genesis: HASH, deployer: "0x", rules: { a: 1 }, code: HASH };
  const sent = [0, 1, 2].map((nonce) => JSON.stringify({ nonce, hash: HASH, raw: "0x02" })).join("\n");
  return {
    name: "deployment's journal",
    inputs: 60,
    try: async (random) => {
      mkdirSync(join(path, "ignition"), { recursive: true });
      const plan = { firstNonce: 3, ...identity };
      writeFileSync(join(path, "plan.json"), random.chance(0.5) ? JSON.stringify(plan) : badJson(plan, random));
      writeFileSync(join(path, "sent.jsonl"), random.chance(0.2) ? sent : mutateText(sent, random));
      writeFileSync(join(path, "ignition", "journal.jsonl"), mutateText(sent, random));
      return codeOf(() => {
        const journal = openJournal(path, identity);
        for (const { hash } of journal.sent()) journal.ignitionKnows(hash);
      });
    },
  };
}

/** What `lakh escape` remembers of a forced withdrawal. */
function escape(folder: string): WireTarget {
  const journal = join(folder, "escape.json");
  const good = { queueIndex: "1", firstExit: "2", exits: 1, transaction: HASH };
  const client = { exitsOf: async () => [], includeQueue: async () => ({ hash: HASH }) } as unknown as LakhClient;
  const truth = { refresh: async () => undefined } as unknown as Truth;
  const nothing = { step: async () => ({ did: [] }) };
  const leaver = createLeaver({
    client,
    truth,
    journal,
    proposer: nothing,
    to: `0x${"12".repeat(20)}`,
    ops: async () => [],
    l1: {} as never,
  });
  return {
    name: "journal of an escape",
    inputs: 60,
    try: async (random) => {
      writeFileSync(journal, badJson(good, random));
      return codeOf(() => leaver.step());
    },
  };
}

function receipt(folder: string): WireTarget {
  const path = join(folder, "receipt.json");
  const hashes = { accBefore: HASH, itemHash: HASH, sequencer: `0x${"12".repeat(20)}`, signature: HASH };
  const good = { entry: "7", position: 1, time: "5", outcome: 0, ...hashes };
  return {
    name: "receipt's file",
    inputs: 60,
    try: async (random) => {
      writeFileSync(path, badJson(good, random));
      return codeOf(() => receiptIn(path));
    },
  };
}

const COLUMNS =
  "block_number,block_timestamp,protocol,event_type,pool_address,token0,token1,amount0,amount1,tx_hash,log_index";

function csv(folder: string): WireTarget {
  const address = `0x${"ab".repeat(20)}`;
  const row = `1,2,uniswap_v3,swap,${address},${address},${address},5,-7,${HASH},0`;
  return {
    name: "CSV of swaps",
    inputs: 60,
    try: async (random) => {
      const rows = Array.from({ length: 1 + random.below(5) }, () =>
        random.chance(0.3) ? mutateText(row, random) : row,
      );
      const text = [random.chance(0.1) ? mutateText(COLUMNS, random) : COLUMNS, ...rows].join("\n");
      const zipped = random.chance(0.3);
      const path = join(folder, zipped ? "swaps.csv.gz" : "swaps.csv");
      writeFileSync(path, zipped ? mutateBytes(gzipSync(text), random) : text);
      return codeOf(() => readSwaps(path));
    },
  };
}

export function journalTargets(folder: string): WireTarget[] {
  return [sender(folder), deployment(folder), escape(folder), receipt(folder), csv(folder)];
}

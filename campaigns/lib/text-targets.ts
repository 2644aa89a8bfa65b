/** Everything that parses texts and files: RPC bodies, option tables, deployments, parameters, journals, CSV. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { batcherOptions } from "@lakh/batcher";
import { ConfigError, deploymentText, readDeployment, readParameters } from "@lakh/bindings";
import { readSwaps } from "@lakh/cli";
import { type LakhNode, nodeOptions } from "@lakh/node";
import { fromHex, type Hex, toHex } from "@lakh/protocol";
import { CodedError, fileJournal, flagOf, type OptionTable, readOptions, silentLog, variableOf } from "@lakh/service";

import { SequencerLog } from "../../packages/node/src/log/sequencer-log.ts";
import { METHODS, dispatch } from "../../packages/node/src/rpc/dispatch.ts";
import { Turnstile } from "../../packages/node/src/turns.ts";
import { RecordFile } from "../../packages/node/src/store/record-file.ts";
import devnet from "../../parameters/devnet.json" with { type: "json" };
import * as node from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import { mutateBytes, mutateJson, mutateText } from "./mutate.ts";

const turnstile = new Turnstile();

/** A parser with a wire or a file before it. */
export interface TextTarget {
  readonly name: string;
  /** Inputs a round. */
  readonly inputs: number;
  /** @returns what came of it @throws what must not come of it */
  try(random: Random): Promise<string> | string;
}

/** The code of an expected fault; any other error goes on. */
async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "taken";
  } catch (error) {
    if (error instanceof CodedError || error instanceof ConfigError) return error.code;
    throw error;
  }
}

function optionsTarget(role: string, table: OptionTable, file: string): TextTarget {
  const texts = ["1", "31337", "http://127.0.0.1:1", "/tmp/x", "info", "true", `0x${"12".repeat(20)}`, "0.5"];
  const names = [...Object.keys(table), "nothing"];
  const some = (random: Random): string => {
    const text = random.pick(texts);
    return random.chance(0.5) ? text : mutateText(text, random);
  };
  return {
    name: `options of the ${role}`,
    inputs: 300,
    try: async (random) => {
      const given = Array.from({ length: random.below(7) }, () => [random.pick(names), some(random)] as const);
      const argv = given.flatMap(([name, text]) => (random.chance(0.5) ? [flagOf(name), text] : [flagOf(name)]));
      const env = Object.fromEntries(
        Object.keys(table).map((name) => [variableOf(role, name), random.chance(0.5) ? some(random) : undefined]),
      );
      if (random.chance(0.1)) {
        await writeFile(file, mutateText(JSON.stringify(Object.fromEntries(given)), random));
        argv.push("--config", file);
      }
      return codeOf(() => readOptions(table, { role, argv, env }));
    },
  };
}

function rpcTarget(target: LakhNode): TextTarget {
  const log = silentLog();
  const envelope = (nonce: number): string =>
    toHex(node.signed(target, node.person(1).key, 2, BigInt(nonce), [node.transfer(3, 1n)]));
  const params: readonly unknown[] = [0, 1, "1", 2, `0x${"11".repeat(32)}`, node.person(1).address, "swapExactIn0"];
  return {
    name: "RPC body",
    inputs: 300,
    try: async (random) => {
      const all = [...params, envelope(random.below(600)), [envelope(0)]];
      const call = {
        jsonrpc: "2.0",
        id: random.below(9),
        method: random.pick(Object.keys(METHODS)),
        params: Array.from({ length: random.below(4) }, () => random.pick(all)),
      };
      const body: unknown = random.chance(0.2) ? [call, call] : call;
      const text = random.chance(0.5)
        ? mutateText(JSON.stringify(body), random)
        : JSON.stringify(random.chance(0.5) ? mutateJson(body, random) : body);
      const answer = await dispatch(
        { node: target, log, turnstile, maxBatch: 5, maxAnswerBytes: 1 << 20, admit: () => true },
        text,
      );
      if (answer === undefined) return "no answer due";
      const answers = [JSON.parse(answer) as unknown].flat() as { error?: { code: number } }[];
      const codes = answers.map(({ error }) => error?.code ?? 0);
      if (codes.includes(-32603)) throw new Error(`an internal error after ${text}`);
      return codes[0] === 0 ? "result" : `error ${codes[0]}`;
    },
  };
}

function recordFileTarget(folder: string): TextTarget {
  const path = join(folder, "records");
  return {
    name: "record file",
    inputs: 15,
    try: async (random) => {
      await rm(path, { force: true });
      const { file } = await RecordFile.open(path, () => undefined);
      const written: Hex[] = Array.from({ length: 1 + random.below(8) }, () => toHex(random.bytes(random.below(60))));
      for (const record of written) file.append(fromHex(record));
      await file.close();
      await writeFile(path, mutateBytes(await readFile(path), random));
      const found: Hex[] = [];
      const { file: again, cutBytes } = await RecordFile.open(path, (record) => found.push(toHex(record)));
      await again.close();
      // What is read is what was written: whole records from the start, but for twins that were copied whole.
      const strange = found.find((record) => !written.includes(record));
      if (strange !== undefined) throw new Error(`a record that nobody wrote: ${strange}`);
      return cutBytes > 0 ? "cut" : "whole";
    },
  };
}

/** A record as the log may hold it next: an entry opened, an item, a seal. */
function nextRecord(isOpen: boolean, random: Random): { readonly kind: number; readonly size: number } {
  if (!isOpen) return { kind: 1, size: 8 };
  return random.chance(0.5) ? { kind: 2, size: random.below(70) } : { kind: 3, size: 0 };
}

function sequencerLogTarget(folder: string): TextTarget {
  const path = join(folder, "log");
  return {
    name: "sequencer's log",
    inputs: 15,
    try: async (random) => {
      await rm(path, { force: true });
      const { file } = await RecordFile.open(path, () => undefined);
      // Good checksums around any content: what a mixed-up folder or a bug would hold.
      let isOpen = false;
      for (let i = random.below(9); i >= 0; i--) {
        const { kind, size } = nextRecord(isOpen, random);
        isOpen = kind !== 3;
        if (random.chance(0.9)) file.append(Uint8Array.of(kind), random.bytes(size));
        else file.append(Uint8Array.of(random.below(7)), random.bytes(random.below(70)));
      }
      await file.close();
      return codeOf(async () => (await SequencerLog.open(path)).log.close());
    },
  };
}

function senderJournalTarget(folder: string): TextTarget {
  const path = join(folder, "journal.json");
  const attempt = { hash: `0x${"11".repeat(32)}`, raw: "0x02", maxFeeWei: "1n", tipWei: "1", block: 1 };
  const intent = { nonce: 0, label: "x", to: "0x", data: "0x", valueWei: "0", gasLimit: "1", attempts: [attempt] };
  return {
    name: "sender's journal",
    inputs: 40,
    try: async (random) => {
      const text = JSON.stringify(mutateJson([intent, intent], random));
      await writeFile(path, random.chance(0.5) ? text : mutateText(text, random));
      return codeOf(() => fileJournal(path).load());
    },
  };
}

function csvTarget(folder: string): TextTarget {
  const header =
    "block_number,block_timestamp,protocol,event_type,pool_address,token0,token1,amount0,amount1,tx_hash,log_index";
  const address = `0x${"ab".repeat(20)}`;
  const row = `1,2,uniswap_v3,swap,${address},${address},${address},5,-7,0x${"cd".repeat(32)},0`;
  return {
    name: "CSV of swaps",
    inputs: 20,
    try: async (random) => {
      const rows = Array.from({ length: 1 + random.below(5) }, () =>
        random.chance(0.3) ? mutateText(row, random) : row,
      );
      const text = [random.chance(0.1) ? mutateText(header, random) : header, ...rows].join("\n");
      const zipped = random.chance(0.3);
      const path = join(folder, zipped ? "swaps.csv.gz" : "swaps.csv");
      await writeFile(path, zipped ? mutateBytes(gzipSync(text), random) : text);
      return codeOf(() => readSwaps(path));
    },
  };
}

/** Opens what the targets need: a folder, and a sequencer over a chain in this process. */
export async function openTextTargets(): Promise<{ targets: readonly TextTarget[]; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "lakh-bytes-"));
  const world = await node.newWorld();
  const opened = await node.openSequencer(world, await node.tempDir());
  for (const number of [1, 2]) await node.deposit(world, node.person(number).address, 1_000_000n);
  await node.settle(opened);
  const parameters = readParameters(devnet);
  const { sequencer, batcher, feeRecipient } = parameters;
  const contracts = { claims: world.deployment.inbox, stepVerifier: world.deployment.inbox };
  const roles = { sequencer, batcher, feeRecipient, parameters };
  const deployment: unknown = JSON.parse(deploymentText({ ...world.deployment, ...contracts, ...roles }));
  const targets = [
    rpcTarget(opened),
    optionsTarget("node", nodeOptions, join(folder, "node.json")),
    optionsTarget("batcher", batcherOptions, join(folder, "batcher.json")),
    {
      name: "deployment file",
      inputs: 200,
      try: (random: Random) => codeOf(() => readDeployment(mutateJson(deployment, random))),
    },
    {
      name: "parameters file",
      inputs: 200,
      try: (random: Random) => codeOf(() => readParameters(mutateJson(devnet, random))),
    },
    recordFileTarget(folder),
    sequencerLogTarget(folder),
    senderJournalTarget(folder),
    csvTarget(folder),
  ];
  const close = async (): Promise<void> => {
    await node.cleanUp();
    await rm(folder, { recursive: true, force: true });
  };
  return { targets, close };
}

/** A follower's replay, measured: derivation of each entry from the input of its transaction, signatures, execution, root. */
import { readFileSync } from "node:fs";

import { restoreEngine } from "@lakh/engine";
import { loadKernels, rememberSigners } from "@lakh/kernels";
import { EntryKind, type Hex, Outcome, ZERO_HASH, nextAcc } from "@lakh/protocol";

import { Chain } from "../../packages/node/src/chain.ts";
import { batchEntry } from "../../packages/node/src/derivation/derive.ts";
import { CATCH_UP_BYTES } from "../../packages/node/src/follower.ts";
import { Replay } from "../../packages/node/src/pipeline/replay.ts";
import { BatchHasher } from "../../packages/node/src/sequencer/batch-hash.ts";
import type { AppendedEvent, Entry } from "../../packages/node/src/types.ts";
import { PART_ENVELOPES } from "../load/corpus.ts";
import { entriesOf } from "./entries.ts";
import type { FollowerRate, FollowerWork, ReplayRate } from "./follower.ts";

const TIME = 1_800_000_000n;
/** As a node opens its store. */
const SIGNER_CAPACITY = 600_000;
/** Envelopes that one thread replays at first, at most a quarter of all; those of the first quarter of them do not count. */
const ALONE = { native: 100_000, portable: 8_000 };
/** Envelopes after which the threads have started and their code is compiled, as a share of all. */
const WARM_SHARE = 1 / 20;
/** Where `appendBatch`'s input holds the data. */
const DATA_AT = 132;

interface Posted {
  readonly event: AppendedEvent;
  /** Input of the transaction that appended it. */
  readonly input: Uint8Array;
  readonly count: number;
}

/** What L1 would say of the first `envelopes` envelopes of a corpus. */
function postedBatches(corpus: string, envelopes: number, hash: (data: Uint8Array) => Hex): Posted[] {
  const posted: Posted[] = [];
  const l1 = { block: 0, blockHash: ZERO_HASH, transaction: ZERO_HASH };
  let accBefore = ZERO_HASH;
  for (let part = 0; part * PART_ENVELOPES < envelopes; part++)
    for (const { payload, spans } of entriesOf(corpus, part, envelopes - part * PART_ENVELOPES)) {
      const a = BigInt(payload.length);
      const header = { kind: EntryKind.Calldata, time: TIME, a, b: 0n, hash: hash(payload) };
      const acc = nextAcc(accBefore, header);
      const input = new Uint8Array(DATA_AT + payload.length);
      input.set(payload, DATA_AT);
      const event: AppendedEvent = { kind: "entry", number: posted.length, header, accBefore, acc, l1 };
      posted.push({ event, input, count: spans.length / 2 });
      accBefore = acc;
    }
  return posted;
}

interface Reading {
  readonly envelopes: number;
  readonly at: number;
  readonly cpu: number;
  readonly main: number;
}

function read(envelopes: number): Reading {
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
  return { envelopes, at: performance.now(), cpu: all.user + all.system, main: main.user + main.system };
}

function between(from: Reading, to: Reading): ReplayRate {
  const envelopes = to.envelopes - from.envelopes;
  const seconds = (to.at - from.at) / 1000;
  const [microseconds, mainMicroseconds] = [(to.cpu - from.cpu) / envelopes, (to.main - from.main) / envelopes];
  return { envelopes, seconds, perSecond: envelopes / seconds, microseconds, mainMicroseconds };
}

function rate(from: Reading | undefined, to: Reading | undefined): ReplayRate | null {
  return from === undefined || to === undefined || to.envelopes <= from.envelopes ? null : between(from, to);
}

async function measure(work: FollowerWork): Promise<FollowerRate> {
  const { accounts, threads } = work;
  const kernels = await loadKernels(work.kernels);
  const config = { chainId: BigInt(work.chainId), inbox: work.inbox, feeRecipient: work.feeRecipient };
  const engine = restoreEngine(readFileSync(work.snapshotFile), config, rememberSigners(kernels, SIGNER_CAPACITY));
  const hasher = new BatchHasher(kernels);
  const hash = (data: Uint8Array): Hex => hasher.hash(data);
  const posted = postedBatches(work.corpus, work.envelopes, hash);
  const total = posted.reduce((sum, { count }) => sum + count, 0);
  const chain = new Chain(engine, { number: 0, acc: ZERO_HASH, included: 0 }, 2 ** 28);
  engine.machine(); // the whole tree is made once
  const entry = (number: number): Entry => {
    const { event, input } = posted[number] as Posted;
    return batchEntry(event, input, hash);
  };

  let done = 0;
  const executed = ({ number }: Entry): void => {
    const { outcomes = new Uint8Array(0) } = chain.at(number) ?? {};
    const bad = outcomes.find((outcome) => outcome !== Outcome.Ok);
    if (bad !== undefined) throw new Error(`an envelope of entry ${number} was refused with outcome ${bad}`);
    done += outcomes.length;
  };
  const alone = Math.min(ALONE[work.kernels === "portable" ? "portable" : "native"], total / 4);
  const begun: Reading[] = [];
  while (done < alone) {
    if (done >= alone / 4 && begun.length === 0) begun.push(read(done));
    const next = entry(chain.length);
    chain.execute(next);
    executed(next);
  }
  const one = between(begun[0] ?? read(0), read(done));

  const replay = new Replay(chain, { threads, keyAccounts: 2 * accounts, aheadBytes: CATCH_UP_BYTES.aheadBytes });
  const warm = done + WARM_SHARE * total;
  const readings: { warm?: Reading; round?: Reading } = {};
  await replay.run({ length: posted.length, entry: (number) => Promise.resolve(entry(number)) }, (next) => {
    executed(next);
    if (done >= warm) readings.warm ??= read(done);
    if (done >= Math.max(accounts, warm)) readings.round ??= read(done);
  });
  const end = read(done);
  await replay.close();
  return {
    threads,
    oneThread: { ...one, perSecond: 1e6 / one.mainMicroseconds },
    all: between(readings.warm as Reading, end),
    newSigners: rate(readings.warm, readings.round),
    knownSigners: rate(readings.round, end),
  };
}

process.once("message", (work: FollowerWork) => {
  measure(work).then(
    (found) => process.send?.(found, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

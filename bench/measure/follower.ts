/** How fast a follower makes states of entry bytes, in a process of its own: the node's own replay, without L1 in front. */
import { fork } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { EngineConfig } from "@lakh/engine";

import { ownChild } from "../stack/ending.ts";

/** What a stretch of a replay took. */
export interface ReplayRate {
  readonly envelopes: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** CPU time of the whole process, microseconds an envelope. */
  readonly microseconds: number;
  /** Of the thread that executes. */
  readonly mainMicroseconds: number;
}

export interface FollowerRate {
  /** Verifier threads. */
  readonly threads: number;
  /** Without them, by the CPU time of the one thread. */
  readonly oneThread: ReplayRate;
  /** With them, from the first envelope that counts to the last. */
  readonly all: ReplayRate;
  /** Of that, envelopes of accounts that were not met before; null where there are none. */
  readonly newSigners: ReplayRate | null;
  /** Of that, envelopes of accounts met before. */
  readonly knownSigners: ReplayRate | null;
}

export interface FollowerWork {
  readonly chainId: string;
  readonly inbox: EngineConfig["inbox"];
  readonly feeRecipient: EngineConfig["feeRecipient"];
  readonly snapshotFile: string;
  /** Folder of the signed envelopes. */
  readonly corpus: string;
  /** Envelopes of the first round, one an account. */
  readonly accounts: number;
  /** Envelopes to replay. */
  readonly envelopes: number;
  readonly threads: number;
  readonly kernels: string;
}

/** Longest measurement, in seconds at the rates below. */
const SECONDS = 5;
/** More than two cores do today, so that a measurement lasts about as long as it should. */
const MOST_PER_SECOND = { native: 350_000, portable: 45_000 };

export interface FollowerParts {
  readonly config: EngineConfig;
  readonly snapshot: Uint8Array;
  readonly folder: string;
  readonly corpus: string;
  readonly accounts: number;
  /** Envelopes of the corpus. */
  readonly signed: number;
  readonly threads: number;
  readonly kernels: "native" | "portable";
}

/** @throws Error when an envelope is refused, or an entry is not what its header says */
export async function followerRate(parts: FollowerParts): Promise<FollowerRate> {
  const { config, snapshot, folder, corpus, accounts, signed, threads, kernels } = parts;
  const snapshotFile = join(folder, "follower-snapshot");
  writeFileSync(snapshotFile, snapshot);
  const { inbox, feeRecipient } = config;
  const work: FollowerWork = {
    ...{ chainId: String(config.chainId), inbox, feeRecipient, snapshotFile, corpus, accounts, threads, kernels },
    envelopes: Math.min(signed, SECONDS * MOST_PER_SECOND[kernels]),
  };
  try {
    return await ask(work);
  } finally {
    rmSync(snapshotFile);
  }
}

function ask(work: FollowerWork): Promise<FollowerRate> {
  const child = ownChild(fork(new URL("./follower-process.ts", import.meta.url), { stdio: "inherit" }));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the follower ended with ${code}`)));
    child.once("message", (rate: FollowerRate) => resolve(rate));
    child.send(work);
  });
}

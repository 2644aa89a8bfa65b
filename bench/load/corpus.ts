/**
 * Signed envelopes on disk, made before a run and kept for the next: parts of 262,144 envelopes, each with its length before it.
 *
 * Envelope i is of account i·stride mod N and has nonce i div N: consecutive envelopes have distinct signers, and no two are
 * the same. What a folder holds follows from its name alone, so that parts can be made in any order, by several threads.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Engine } from "@lakh/engine";
import { AccountLayout, domainSeparator, fromHex } from "@lakh/protocol";

import type { FileSwap, MixName } from "./mixes.ts";
import { FIRST_ACCOUNT } from "./world.ts";

export const PART_ENVELOPES = 2 ** 18;
/** Rises when the same parameters would give other bytes. */
const FORMAT = 2;

export interface CorpusPlan {
  readonly accounts: number;
  readonly mix: MixName | { readonly file: readonly FileSwap[] };
  /** Domain separator. */
  readonly domain: Uint8Array;
}

/** What a thread needs to make parts. */
export interface PartWork extends CorpusPlan {
  readonly folder: string;
  readonly parts: readonly number[];
  /** Over shared memory, by object. */
  readonly tags: Uint8Array;
}

export function partFile(folder: string, part: number): string {
  return join(folder, `part-${String(part).padStart(5, "0")}`);
}

/** A folder of its own for each plan. */
export function corpusFolder(plan: CorpusPlan): string {
  const text = JSON.stringify({ ...plan, domain: [...plan.domain], format: FORMAT });
  const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const folder = join(tmpdir(), "lakh-bench", `corpus-${name}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Makes the parts that are not there yet. @param progress told how many of them are there @returns the folder, and how many were made */
export async function makeCorpus(
  engine: Engine,
  plan: Omit<CorpusPlan, "domain">,
  envelopes: number,
  threads: number,
  progress?: (done: number, total: number) => void,
): Promise<{ folder: string; made: number }> {
  const full = { ...plan, domain: domainSeparator(engine.config) };
  const folder = corpusFolder(full);
  const parts = Array.from({ length: Math.ceil(envelopes / PART_ENVELOPES) }, (_, i) => i);
  const missing = parts.filter((part) => !existsSync(partFile(folder, part)));
  if (missing.length > 0) {
    const tags = tagTable(engine);
    const shares = Array.from({ length: threads }, (_, t) => missing.filter((_part, i) => i % threads === t));
    let done = 0;
    const onPart = (): void => progress?.(++done, missing.length);
    await Promise.all(shares.map((share) => runWorker({ ...full, folder, tags, parts: share }, onPart)));
  }
  return { folder, made: missing.length };
}

/** Tags of all objects, 32 bytes each, in shared memory. */
export function tagTable(engine: Engine): Uint8Array {
  const { state } = engine;
  const tags = new Uint8Array(new SharedArrayBuffer(32 * state.nextObject));
  for (let i = 1; i < Math.min(FIRST_ACCOUNT, state.nextObject); i++) tags.set(fromHex(engine.tag(i) ?? "0x"), 32 * i);
  for (let i = FIRST_ACCOUNT; i < state.nextObject; i++) {
    const owner = state.at(i) + AccountLayout.owner;
    tags.set(state.arena.bytes.subarray(owner, owner + 20), 32 * i + 12);
  }
  return tags;
}

function runWorker(work: PartWork, onPart: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./corpus-worker.ts", import.meta.url), { workerData: work });
    worker.on("message", onPart);
    worker.once("error", reject);
    worker.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a signing thread ended with ${code}`))));
  });
}

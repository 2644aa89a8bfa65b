import { mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

import { fatal, retry } from "../errors.ts";
import { failPoint } from "../fail-point.ts";

/** One signed form of an intent; a replacement pays more for the same nonce. */
export interface Attempt {
  readonly hash: string;
  readonly raw: string;
  readonly maxFeeWei: bigint;
  readonly tipWei: bigint;
  /** Of transactions with blobs; these are in `raw`. */
  readonly blobFeeWei?: bigint;
  /** L1 block number when it was signed. */
  readonly block: number;
}

/** A transaction that the key is bound to until its nonce is used. */
export interface Intent {
  readonly nonce: number;
  readonly label: string;
  readonly to: string;
  readonly data: string;
  readonly valueWei: bigint;
  readonly gasLimit: bigint;
  /** Oldest first, at least one; any of them may be mined. */
  readonly attempts: readonly Attempt[];
}

/** Remembers what is under way, so that a restart goes on where it stood. */
export interface Journal {
  /** Intents under way when the process ended. @throws CodedError fatal `BadJournal` */
  load(): Intent[];
  /** Replaces what is remembered; durable when it resolves. @throws CodedError retry `JournalIo`: the disk is full, or bad */
  save(intents: readonly Intent[]): Promise<void>;
}

/** A journal that ends with the process. */
export function memoryJournal(): Journal {
  let kept: readonly Intent[] = [];
  return {
    load: () => [...kept],
    save: async (intents) => {
      kept = [...intents];
    },
  };
}

/** A journal in a file, replaced as a whole: after a crash it holds the old or the new intents, never half. */
export function fileJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true });
  return {
    load: () => parse(file),
    save: async (intents) => {
      const text = JSON.stringify(intents, (_, value: unknown) => toJson(value));
      await replaceFile(file, text).catch((error: unknown) => {
        throw retry("JournalIo", `cannot write the journal ${file}: ${String(error)}`, { file }, error);
      });
    },
  };
}

/** The file holds the old text or the new, whole, whatever happens. */
async function replaceFile(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  failPoint("journal-renaming");
  await rename(`${file}.new`, file);
  await syncFolder(dirname(file));
}

/** Makes the renaming itself durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parse(file: string): Intent[] {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw fatal("BadJournal", `cannot read the journal ${file}: ${String(error)}`, { file }, error);
  }
  try {
    const intents: unknown = JSON.parse(content, fromJson);
    if (Array.isArray(intents) && intents.every(isIntent)) return intents;
    throw new TypeError("it holds something else than intents");
  } catch (error) {
    throw fatal("BadJournal", `the journal ${file} is damaged: ${String(error)}`, { file }, error);
  }
}

const isText = (value: unknown): boolean => typeof value === "string";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isWei = (value: unknown): boolean => typeof value === "bigint" && value >= 0n;

function isIntent(value: unknown): value is Intent {
  const { nonce, label, to, data, valueWei, gasLimit, attempts } = (value ?? {}) as Record<keyof Intent, unknown>;
  const isCall = isText(label) && isText(to) && isText(data) && isWei(valueWei) && isWei(gasLimit);
  return isCall && isCount(nonce) && Array.isArray(attempts) && attempts.length > 0 && attempts.every(isAttempt);
}

function isAttempt(value: unknown): value is Attempt {
  const { hash, raw, maxFeeWei, tipWei, blobFeeWei, block } = (value ?? {}) as Record<keyof Attempt, unknown>;
  const isPaid = isWei(maxFeeWei) && isWei(tipWei) && (blobFeeWei === undefined || isWei(blobFeeWei));
  return isText(hash) && isText(raw) && isPaid && isCount(block);
}

const BIGINT_FIELDS: readonly string[] = ["maxFeeWei", "tipWei", "blobFeeWei", "valueWei", "gasLimit"];

function toJson(value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function fromJson(name: string, value: unknown): unknown {
  return BIGINT_FIELDS.includes(name) && typeof value === "string" ? BigInt(value) : value;
}

/**
 * The folder that remembers a deployment under way: `plan.json` says of which deployment it is, `sent.jsonl` holds every
 * signed transaction from before it was sent, `ignition/` is Hardhat Ignition's own journal.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Parameters, type PlannedContract, parametersJson } from "@lakh/bindings";
import { fatal } from "@lakh/service";
import { concat, keccak256 } from "ethers";

/** Which deployment, on which chain, by whom: a journal serves no other. */
export interface Identity {
  readonly chainId: number;
  /** Hash of block 0: chains of one's own share their ids. */
  readonly genesis: string;
  readonly deployer: string;
  readonly rules: Record<string, string | number>;
  /** Hash of all bytecodes. */
  readonly code: string;
}

export interface SentTransaction {
  readonly nonce: number;
  readonly hash: string;
  readonly raw: string;
}

export interface Journal {
  /** Folder of Hardhat Ignition. */
  readonly ignition: string;
  /** The nonce that the deployment starts with; undefined before {@link begin}. */
  readonly firstNonce: number | undefined;
  begin(firstNonce: number): void;
  sent(): readonly SentTransaction[];
  /** To be called before the transaction is sent. */
  recordSent(transaction: SentTransaction): void;
  /** Ignition's journal has this text, for example a transaction's hash. */
  ignitionKnows(text: string): boolean;
}

export function identityOf(
  chain: { chainId: number; genesis: string },
  deployer: string,
  parameters: Parameters,
  plan: readonly PlannedContract[],
): Identity {
  const code = keccak256(concat(plan.map(({ bytecode }) => bytecode)));
  return { ...chain, deployer, rules: parametersJson(parameters), code };
}

/** @throws CodedError fatal `OtherJournal` when the folder is of another deployment, `BadFile` when it cannot be read */
export function openJournal(folder: string, identity: Identity): Journal {
  const [planFile, sentFile] = [join(folder, "plan.json"), join(folder, "sent.jsonl")];
  const ignition = join(folder, "ignition");
  const ignitionFile = join(ignition, "journal.jsonl");
  let firstNonce = existsSync(planFile) ? readPlan(planFile, identity) : undefined;
  cutTornEnd(ignitionFile);
  cutTornEnd(sentFile);
  return {
    ignition,
    get firstNonce() {
      return firstNonce;
    },
    begin(nonce) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(planFile, JSON.stringify({ firstNonce: nonce, ...identity }, null, 2) + "\n", { flush: true });
      firstNonce = nonce;
    },
    sent: () => linesOf(sentFile).map((line) => readSent(line, sentFile)),
    recordSent: (transaction) => appendFileSync(sentFile, "\n" + JSON.stringify(transaction), { flush: true }),
    ignitionKnows: (text) => linesOf(ignitionFile).some((line) => line.includes(text)),
  };
}

function readPlan(file: string, identity: Identity): number {
  let plan: Partial<Identity> & { firstNonce?: unknown };
  try {
    plan = (JSON.parse(readFileSync(file, "utf8")) ?? {}) as typeof plan;
  } catch (error) {
    throw fatal("BadFile", `cannot read ${file} as JSON: delete its folder if nothing was deployed`, { file }, error);
  }
  const differing = (Object.keys(identity) as (keyof Identity)[]).find(
    (name) => JSON.stringify(plan[name]) !== JSON.stringify(identity[name]),
  );
  if (differing !== undefined || !Number.isSafeInteger(plan.firstNonce)) {
    const field = differing ?? "firstNonce";
    const message = `${file} is of another deployment: its ${field} differs; finish that one, or name another journal`;
    throw fatal("OtherJournal", message, { file, field });
  }
  return Number(plan.firstNonce);
}

/** @throws CodedError fatal `BadFile` */
function readSent(line: string, file: string): SentTransaction {
  try {
    const { nonce, hash, raw } = JSON.parse(line) as Record<keyof SentTransaction, unknown>;
    if (Number.isSafeInteger(nonce) && typeof hash === "string" && typeof raw === "string")
      return { nonce: nonce as number, hash, raw };
  } catch {
    // As below.
  }
  throw fatal("BadFile", `a line of ${file} is no transaction that was sent: the file was changed`, { file, line });
}

/** The last line of a file may have been cut off with the power; what it would have said has not happened yet. */
function cutTornEnd(file: string): void {
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  const text = bytes.toString("utf8").trimEnd();
  const last = text.slice(text.lastIndexOf("\n") + 1);
  try {
    if (last !== "") JSON.parse(last);
  } catch {
    truncateSync(file, bytes.length - Buffer.byteLength(bytes.toString("utf8").slice(text.length - last.length)));
  }
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

import { Inbox__factory, type Inbox } from "@lakh/bindings";
import { type KzgThread, type Sidecar, type SidecarForm, packBlobs } from "@lakh/da";
import {
  blobBaseFee,
  errorFields,
  fatal,
  hasCode,
  onL1,
  retry,
  type Call,
  type Clock,
  type CodedError,
  type L1,
  type Log,
  type Registry,
  type Sender,
  type Stepper,
  type StepReport,
} from "@lakh/service";

import { getBytes } from "ethers";

import { AT_FIRST, type DataMode, type Leaning, type Prices, lean } from "./data.ts";
import { createBatcherMetrics, type BatcherMetrics } from "./metrics.ts";
import type { SealedEntry, SealedSource } from "./sealed.ts";

export interface BatcherConfig {
  /** Address of the Inbox. */
  readonly inbox: string;
  /** Sealed entries asked for at a time. */
  readonly lookAhead: number;
  /** Entries posted at a time: each stands on the one before. */
  readonly inFlight: number;
  /** What the sequencer is advised to use for its next entries; `auto`: what is cheaper. Absent: nothing is advised. */
  readonly da?: DataMode | "auto";
}

export interface BatcherDeps {
  readonly l1: L1;
  readonly sender: Sender;
  readonly node: SealedSource;
  /** Makes what travels with blobs. */
  readonly kzg: Pick<KzgThread, "makeSidecar">;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
}

/**
 * Posts sealed entries in order, a few at a time. Nothing is remembered: what is due follows from the Inbox, and an entry
 * lands only on the accumulator it was sealed on, so that neither a restart nor a lost answer posts anything twice.
 */
export function createBatcher(config: BatcherConfig, deps: BatcherDeps): Stepper {
  return new Batcher(config, deps);
}

/** Seconds after which an advice is given again: the sequencer may have been away, and forgets it when it restarts. */
const ADVISE_AGAIN_SECONDS = 60n;

/** Pause between two looks at L1's prices while transactions are under way. */
const LOOK_MILLISECONDS = 6_000;

/** Gas of appending a slice or a batch in blobs, at most: it does not depend on the length. */
const QUEUE_GAS = 250_000n;
/** Gas of appending a batch beyond the calldata floor, at most. */
const BATCH_GAS = 300_000n;
/** What EIP-7623 takes for a byte that is not zero. */
const FLOOR_GAS_A_BYTE = 40n;

/** Where the Inbox stands. */
interface InboxHead {
  readonly length: bigint;
  readonly acc: string;
  readonly nowSeconds: bigint;
  /** Number of L1's latest block. */
  readonly block: number;
}

class Batcher implements Stepper {
  readonly #config: BatcherConfig;
  readonly #deps: BatcherDeps;
  readonly #inbox: Inbox;
  readonly #metrics: BatcherMetrics;
  #checked = false;
  #leaning: Leaning = AT_FIRST;
  #lookedAt: number | undefined;
  #advised: { readonly mode: DataMode; readonly at: bigint } | undefined;

  constructor(config: BatcherConfig, deps: BatcherDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#inbox = Inbox__factory.connect(config.inbox, deps.l1.provider);
    this.#metrics = createBatcherMetrics(deps.registry);
  }

  async step(signal?: AbortSignal): Promise<StepReport> {
    await this.#checkRole();
    const head = await this.#readHead();
    await this.#advise(head);
    const sealed = await this.#deps.node.sealedEntries(head.length, this.#config.lookAhead);
    const due = chained(sealed.filter(({ entry }) => entry >= head.length));
    this.#measure(due, head);
    const next = due[0];
    if (next === undefined) return { did: [] };
    if (next.entry !== head.length || next.accBefore !== head.acc) {
      // Somebody else appended, or L1 reorganised: the sequencer sees it too and seals anew.
      const data = { entry: next.entry, sealedOn: next.accBefore, length: head.length, acc: head.acc };
      throw retry("AccMoved", `entry ${next.entry} was sealed on another history than the Inbox's`, data);
    }
    const overdue = next.kind !== "queue" ? await this.#includeOverdue(signal) : undefined;
    if (overdue !== undefined) return { did: [overdue] };
    return { did: await this.#post(ofOneType(due.slice(0, this.#config.inFlight)), signal) };
  }

  async #checkRole(): Promise<void> {
    if (this.#checked) return;
    const { batcher } = await onL1(() => this.#inbox.params());
    const { address } = this.#deps.sender;
    if (batcher !== address) {
      throw fatal("NotBatcher", `the Inbox takes batches of ${batcher}, the key is ${address}'s`, { batcher, address });
    }
    this.#checked = true;
  }

  /** Tells the sequencer how its next entries should get to L1, when that changed or it may have forgotten. */
  async #advise({ length, block, nowSeconds }: InboxHead): Promise<void> {
    const { da } = this.#config;
    const { node, sender, log } = this.#deps;
    if (da === undefined || node.advise === undefined) return;
    if (da !== "auto") this.#leaning = { ...AT_FIRST, mode: da };
    else if (block !== this.#lookedAt) this.#leaning = lean(this.#leaning, await this.#prices());
    this.#lookedAt = block;
    const { mode } = this.#leaning;
    if (mode === this.#advised?.mode && nowSeconds < this.#advised.at + ADVISE_AGAIN_SECONDS) return;
    const text = `Lakh data mode ${mode} from entry ${length}, Inbox ${this.#config.inbox.toLowerCase()}`;
    try {
      await node.advise(mode, length, await sender.signText(text));
      if (mode !== this.#advised?.mode) log.info({ mode, entry: length }, "Advised a data mode");
    } catch (error) {
      log.warn({ ...errorFields(error), mode }, "The sequencer takes no advice"); // posting goes on
      if (!hasCode(error, "NodeFault")) return; // it gave no answer: it is asked again at the next step
    }
    this.#advised = { mode, at: nowSeconds };
  }

  async #prices(): Promise<Prices> {
    const { provider } = this.#deps.l1;
    const block = await onL1(() => provider.getBlock("latest"));
    return { baseWei: block?.baseFeePerGas ?? 0n, blobWei: await blobBaseFee(provider) };
  }

  /** While a queue item is overdue no batch can land: includes all that are; the sequencer seals anew behind them. */
  async #includeOverdue(signal?: AbortSignal): Promise<string | undefined> {
    const to = await onL1(() => this.#overdueEnd());
    if (to === undefined) return undefined;
    this.#deps.log.warn({ code: "QueueOverdue", to }, "The sequencer left queue items too long; including them");
    await this.#send("includeQueue", this.#inbox.interface.encodeFunctionData("includeQueue", [to]), signal);
    this.#metrics.posted.inc({ kind: "overdue" });
    return `included the queue up to ${to}`;
  }

  /** Behind the last overdue queue item; undefined when none is. Times never go back along the queue. */
  async #overdueEnd(): Promise<bigint | undefined> {
    const [oldest, { forceDelay }, { timestamp }] = await Promise.all([
      this.#inbox.oldestPendingTime(),
      this.#inbox.params(),
      this.#latestBlock(),
    ]);
    const isOverdue = (time: bigint): boolean => BigInt(timestamp) > time + forceDelay;
    if (oldest === 0n || !isOverdue(oldest)) return undefined;
    let [least, most] = await Promise.all([this.#inbox.included(), this.#inbox.queueLength()]);
    // INVARIANT: item `least` is overdue, item `most` is not or does not exist.
    while (most - least > 1n) {
      const middle = (least + most) / 2n;
      if (isOverdue(await this.#inbox.queueTime(middle))) least = middle;
      else most = middle;
    }
    return least + 1n;
  }

  async #readHead(): Promise<InboxHead> {
    return onL1(async () => {
      const [length, { timestamp, number }] = await Promise.all([this.#inbox.length(), this.#latestBlock()]);
      return { length, acc: await this.#inbox.acc(length), nowSeconds: BigInt(timestamp), block: number };
    });
  }

  async #latestBlock(): Promise<{ readonly timestamp: number; readonly number: number }> {
    const block = await this.#deps.l1.provider.getBlock("latest");
    if (block === null) throw retry("L1Fault", "L1 has no latest block");
    return block;
  }

  /**
   * Posts entries that stand on each other, the first on the Inbox as it is. What the first would revert with is known
   * before anything is sent; should it fail later all the same, the others fail with it.
   */
  async #post(entries: readonly SealedEntry[], signal?: AbortSignal): Promise<string[]> {
    const calls = entries.map((entry) => this.#callOf(entry));
    const results = await this.#tried(calls, signal);
    const did: string[] = [];
    for (const [i, entry] of entries.entries()) {
      const result = results[i];
      if (result?.status !== "fulfilled") {
        const reason: unknown = result?.reason;
        throw hasCode(reason, "L1Reverted") ? whyRejected(entry, reason) : reason;
      }
      this.#metrics.posted.inc({ kind: entry.kind });
      this.#deps.log.info({ entry: entry.entry, kind: entry.kind, bytes: bytesOf(entry) }, "Entry posted");
      did.push(`posted entry ${entry.entry}`);
    }
    return did;
  }

  async #tried(calls: readonly Call[], signal?: AbortSignal): Promise<PromiseSettledResult<unknown>[]> {
    const { l1, sender } = this.#deps;
    const { to, data, blobs } = calls[0] as Call;
    // Not every L1 can try a call with blobs; one that fails costs its gas, and what it would say is asked afterwards.
    if (blobs !== undefined) return this.#sendAll(calls, signal);
    const tried = await Promise.allSettled([onL1(() => l1.provider.call({ from: sender.address, to, data }))]);
    if (tried[0].status === "rejected") return tried;
    return this.#sendAll(calls, signal);
  }

  /** Goes on advising while L1 takes its time: a transaction may wait for its fee for hours. */
  async #sendAll(calls: readonly Call[], signal?: AbortSignal): Promise<PromiseSettledResult<unknown>[]> {
    const { sender, clock, log } = this.#deps;
    const sent = new AbortController();
    const results = Promise.allSettled(calls.map((call) => sender.send(call, signal))).finally(() => sent.abort());
    if (this.#config.da !== "auto") return results;
    while (!sent.signal.aborted) {
      await clock.sleep(LOOK_MILLISECONDS, sent.signal);
      if (!sent.signal.aborted)
        await this.#readHead()
          .then((head) => this.#advise(head))
          .catch((error: unknown) => log.warn(errorFields(error), "Cannot look at L1's prices"));
    }
    return results;
  }

  #callOf(entry: SealedEntry): Call {
    const { accBefore, time } = entry;
    const { interface: abi } = this.#inbox;
    const to = this.#config.inbox;
    if (entry.kind === "queue") {
      const data = abi.encodeFunctionData("appendQueue", [accBefore, time, entry.to]);
      return { label: "appendQueue", to, data, gasLimit: QUEUE_GAS };
    }
    if (entry.kind === "blobs") {
      const bytes = getBytes(entry.data);
      const data = abi.encodeFunctionData("appendBlobs", [accBefore, time, bytes.length]);
      const blobs = (form: SidecarForm) => this.#sidecar(packBlobs(bytes), form);
      return { label: "appendBlobs", to, data, gasLimit: QUEUE_GAS, blobs };
    }
    const data = abi.encodeFunctionData("appendBatch", [accBefore, time, entry.data]);
    return { label: "appendBatch", to, data, gasLimit: BATCH_GAS + FLOOR_GAS_A_BYTE * BigInt((data.length - 2) / 2) };
  }

  /** @throws CodedError retry `KzgFailed` */
  async #sidecar(blobs: readonly Uint8Array[], form: SidecarForm): Promise<Sidecar> {
    try {
      return await this.#deps.kzg.makeSidecar(blobs, form);
    } catch (error) {
      throw retry("KzgFailed", `cannot commit to ${blobs.length} blobs`, {}, error);
    }
  }

  async #send(label: string, data: string, signal?: AbortSignal): Promise<void> {
    await this.#deps.sender.send({ label, to: this.#config.inbox, data }, signal);
  }

  #measure(due: readonly SealedEntry[], { nowSeconds }: InboxHead): void {
    const oldest = due[0];
    this.#metrics.backlogEntries.set(due.length);
    this.#metrics.backlogBytes.set(due.reduce((sum, entry) => sum + bytesOf(entry), 0));
    this.#metrics.lagSeconds.set(oldest === undefined ? 0 : Math.max(0, Number(nowSeconds - oldest.time)));
  }
}

/** The entries up to the first that does not follow the one before. */
function chained(entries: readonly SealedEntry[]): SealedEntry[] {
  const first = entries[0]?.entry ?? 0n;
  const end = entries.findIndex(({ entry }, i) => entry !== first + BigInt(i));
  return entries.slice(0, end < 0 ? entries.length : end);
}

/** The first entries that go by one type of transaction: nodes take no two types of one key at a time. */
function ofOneType(entries: readonly SealedEntry[]): readonly SealedEntry[] {
  const isBlob = ({ kind }: SealedEntry): boolean => kind === "blobs";
  const end = entries.findIndex((entry) => isBlob(entry) !== isBlob(entries[0] as SealedEntry));
  return entries.slice(0, end < 0 ? entries.length : end);
}

function bytesOf(entry: SealedEntry): number {
  return entry.kind === "queue" ? 0 : (entry.data.length - 2) / 2;
}

/** What the Inbox's refusal means for a batcher, by the error's name. */
function whyRejected({ entry }: SealedEntry, error: CodedError): CodedError {
  const { name } = error.data;
  const data = { ...error.data, entry };
  switch (name) {
    case "TimeAhead":
      return retry("EntryAhead", `entry ${entry} is ahead of L1's clock`, data, error);
    case "TimeLags":
    case "TimeBackwards":
      return retry(
        "EntryExpired",
        `the Inbox does not take the time of entry ${entry} any more: it must be sealed anew`,
        data,
        error,
      );
    case "NotBatcher":
    case "NotPlainAccount":
    case "NotCanonicalInput":
      return fatal("NotBatcher", `the Inbox does not take batches of this key: ${String(name)}`, data, error);
    default:
      // AccMismatch, QueueOverdue: the Inbox moved between reading and posting; the next pass reads it again.
      return retry("AccMoved", `the Inbox moved while entry ${entry} was posted: ${String(name)}`, data, error);
  }
}

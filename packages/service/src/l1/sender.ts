import { formatEther, Transaction, type BaseWallet, type TransactionReceipt } from "ethers";

import type { Clock } from "../clock.ts";
import { CodedError, errorFields, hasCode, reset, retry } from "../errors.ts";
import { failPoint } from "../fail-point.ts";
import type { Log } from "../log.ts";
import type { Registry } from "../metrics.ts";
import { asL1Error, isUnreachable, onL1, reasonOf, type L1 } from "./client.ts";
import { BLOB_GAS, blobBaseFee, sidecarOf, signWithBlobs, type Sidecar, type SidecarForm } from "./blobs.ts";
import { bumpedFees, DEFAULT_FEES, feesFor, type BaseFees, type FeePolicy, type Fees } from "./fees.ts";
import type { Attempt, Intent, Journal } from "./journal.ts";
import { createSenderMetrics, type SenderMetrics } from "./sender-metrics.ts";

/** Most gas of one L1 transaction (EIP-7825). */
export const MAX_TRANSACTION_GAS = 16_777_216n;

/** Transactions remembered once they are mined: more than a batcher has in the blocks that L1 takes back. */
const MINED_KEPT = 64;

/** What to send. */
export interface Call {
  /** For logs, metrics and the journal: `appendBatch`. */
  readonly label: string;
  readonly to: string;
  readonly data: string;
  readonly valueWei?: bigint;
  /** Without it the gas is estimated, and what would revert is not sent. Calls with blobs need it. */
  readonly gasLimit?: bigint;
  /** Makes what travels with the transaction, in the form that L1 takes. */
  readonly blobs?: (form: SidecarForm) => Promise<Sidecar>;
}

/** Sends one key's transactions. There is one sender a key: nothing else may use the key while it runs. */
export interface Sender {
  readonly address: string;
  /** Signs words with the key (EIP-191); sends nothing. */
  signText(text: string): Promise<string>;
  /** Waits for the transactions that an earlier run left under way. */
  resume(signal?: AbortSignal): Promise<void>;
  /**
   * Sends and waits until it is mined. Calls may overlap; those with a `gasLimit` get their nonces in the order of calling.
   * @throws CodedError reset `L1Reverted` (decoded; nothing is sent when the estimate reverts), `NonceTaken`, retry `JournalIo`,
   *   `L1Unreachable` and `L1Fault` (nothing was sent), `L1Refused`, `TakenBack`, `InsufficientFunds`, `Aborted` (it stays in the journal)
   */
  send(call: Call, signal?: AbortSignal): Promise<TransactionReceipt>;
}

export interface SenderConfig {
  readonly fees?: Partial<FeePolicy>;
  readonly pollMilliseconds?: number;
}

export interface SenderDeps {
  readonly l1: L1;
  readonly wallet: BaseWallet;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry?: Registry;
}

/** Opens the sender of a key; call {@link Sender.resume} before the first send. */
export function createSender(config: SenderConfig, deps: SenderDeps): Sender {
  return new KeySender(config, deps);
}

/** Looks that find the nonce used and no receipt of ours: behind an address that is several machines, one may lack it. */
const LOST_LOOKS = 5;

class KeySender implements Sender {
  readonly address: string;
  readonly #deps: SenderDeps;
  readonly #fees: FeePolicy;
  readonly #pollMilliseconds: number;
  readonly #metrics: SenderMetrics;
  #pending: readonly Intent[];
  /** Nonces are given out, journalled and broadcast one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();
  /** Mined lately: L1 may take them back. */
  #mined: readonly Intent[] = [];
  /** Form in which L1 takes blobs: the newer one until it is refused. */
  #form: SidecarForm = "eip7594";
  #formIsKnown = false;

  constructor(config: SenderConfig, deps: SenderDeps) {
    this.address = deps.wallet.address;
    this.#deps = deps;
    this.#fees = { ...DEFAULT_FEES, ...config.fees };
    this.#pollMilliseconds = config.pollMilliseconds ?? 1_000;
    this.#metrics = createSenderMetrics(deps.registry, () => this.#balance());
    this.#pending = deps.journal.load();
  }

  signText(text: string): Promise<string> {
    return this.#deps.wallet.signMessage(text);
  }

  async resume(signal?: AbortSignal): Promise<void> {
    // By nonce: none is mined before those below it, and L1 may have forgotten the lowest.
    for (const { label, nonce } of this.#pending.toSorted((a, b) => a.nonce - b.nonce)) {
      this.#deps.log.info({ label, nonce }, "Resuming a transaction");
      try {
        await this.#settle(nonce, signal);
      } catch (error) {
        if (signal?.aborted) throw error;
        this.#deps.log.warn({ ...errorFields(error), label, nonce }, "A resumed transaction failed");
      }
    }
  }

  async send(call: Call, signal?: AbortSignal): Promise<TransactionReceipt> {
    const { gasLimit = await this.#estimate(call) } = call;
    const nonce = await this.#inTurn(() => this.#start(call, gasLimit, signal));
    return this.#settle(nonce, signal);
  }

  /** ETH of the key now. */
  async #balance(): Promise<number> {
    return Number(formatEther(await onL1(() => this.#deps.l1.provider.getBalance(this.address))));
  }

  async #estimate({ to, data, valueWei }: Call): Promise<bigint> {
    const { provider } = this.#deps.l1;
    const gas = await onL1(() => provider.estimateGas({ from: this.address, to, data, value: valueWei ?? 0n }));
    const withMargin = gas + gas / 5n;
    return withMargin < MAX_TRANSACTION_GAS ? withMargin : MAX_TRANSACTION_GAS;
  }

  /** Journals and broadcasts under the next nonce. */
  async #start(call: Call, gasLimit: bigint, signal?: AbortSignal): Promise<number> {
    const { provider } = this.#deps.l1;
    const { label, to, data, valueWei, blobs } = call;
    const fees = await this.#freshFees(label, blobs !== undefined, signal);
    this.#metrics.balance.set(await this.#balance());
    const mined = await onL1(() => provider.getTransactionCount(this.address, "latest"));
    await this.#settleTakenBack(mined, signal);
    const nonce = this.#pending.reduce((next, intent) => Math.max(next, intent.nonce + 1), mined);
    const intent: Intent = { nonce, label, to, data, valueWei: valueWei ?? 0n, gasLimit, attempts: [] };
    const attempt = await this.#sign(intent, fees, await blobs?.(this.#form));
    await this.#keep({ ...intent, attempts: [attempt] });
    failPoint("transaction-journalled");
    try {
      await this.#broadcast(attempt);
    } catch (error) {
      // Unknown whether it got through: it stays journalled and is broadcast again while waiting.
      if (isUnreachable(error)) return nonce;
      await this.#forget(nonce);
      if (blobs === undefined || this.#formIsKnown) throw error;
      // L1 may take the other form only: nodes have no common word for that.
      this.#form = this.#form === "eip7594" ? "eip4844" : "eip7594";
      this.#formIsKnown = true;
      return this.#start(call, gasLimit, signal);
    }
    if (blobs !== undefined) this.#formIsKnown = true;
    failPoint("transaction-sent");
    this.#deps.log.debug({ label, nonce, hash: attempt.hash, gasLimit }, "Sent");
    return nonce;
  }

  /**
   * What L1 took back and holds ready again holds its nonce, and may be of a type that another must not stand beside: it is
   * waited for before anything new is sent.
   * @throws CodedError retry `TakenBack`: what to send is to be decided anew
   */
  async #settleTakenBack(count: number, signal?: AbortSignal): Promise<void> {
    const back: Intent[] = [];
    for (const intent of this.#mined.filter(({ nonce }) => nonce >= count)) {
      const last = intent.attempts.map(({ hash }) => this.#deps.l1.provider.getTransaction(hash));
      if ((await onL1(() => Promise.all(last))).some((found) => found !== null)) back.push(intent);
    }
    if (back.length === 0) return;
    await this.#restore(back, signal);
    const nonces = back.map(({ nonce }) => nonce);
    throw retry("TakenBack", `L1 took back transactions of ${this.address}; they are mined again`, { nonces });
  }

  /** Waits for transactions that L1 took back, as for new ones. @throws CodedError retry `Aborted` */
  async #restore(back: readonly Intent[], signal?: AbortSignal): Promise<void> {
    this.#mined = this.#mined.filter((intent) => !back.includes(intent));
    for (const intent of back) await this.#keep(intent);
    for (const { label, nonce } of back) {
      this.#deps.log.warn({ code: "TakenBack", label, nonce }, "L1 took a transaction back: waiting for it again");
      try {
        await this.#settle(nonce, signal);
      } catch (error) {
        if (signal?.aborted) throw error;
        this.#deps.log.warn({ ...errorFields(error), label, nonce }, "A transaction that L1 took back failed");
      }
    }
  }

  /** Waits until the nonce is used; replaces what is stuck. */
  async #settle(nonce: number, signal?: AbortSignal): Promise<TransactionReceipt> {
    for (let looks = 0; ;) {
      try {
        const found = await this.#look(nonce);
        if (found === "used" && ++looks === LOST_LOOKS) throw await this.#lose(nonce);
        if (typeof found === "number") await this.#push(nonce, found, signal);
        else if (found !== "used") return await this.#finish(nonce, found);
      } catch (error) {
        const coded = asL1Error(error);
        if (!(coded instanceof CodedError) || coded.severity !== "retry") throw coded;
        this.#deps.log.warn({ ...errorFields(coded), nonce }, "Waiting for a transaction");
      }
      if (signal?.aborted) throw retry("Aborted", "stopped while waiting for a transaction", { nonce });
      await this.#deps.clock.sleep(this.#pollMilliseconds, signal);
    }
  }

  /** The receipt of ours under the nonce; else that the nonce is used all the same, or how many are. */
  async #look(nonce: number): Promise<TransactionReceipt | number | "used"> {
    const { provider } = this.#deps.l1;
    // Read first: once the nonce is used, the receipt of ours is there, if it was ours and the same machine answers.
    const mined = await provider.getTransactionCount(this.address, "latest");
    for (const { hash } of this.#intent(nonce).attempts.toReversed()) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt) return receipt;
    }
    return mined > nonce ? "used" : mined;
  }

  /** Gives up a nonce that something else used. */
  async #lose(nonce: number): Promise<CodedError> {
    const { label } = this.#intent(nonce);
    await this.#forget(nonce);
    this.#metrics.sent.inc({ label, result: "lost" });
    return reset("NonceTaken", `nonce ${nonce} of ${this.address} was used by another transaction`, { nonce, label });
  }

  async #finish(nonce: number, receipt: TransactionReceipt): Promise<TransactionReceipt> {
    const intent = this.#intent(nonce);
    const { label } = intent;
    failPoint("transaction-mined");
    await this.#forget(nonce);
    this.#mined = [...this.#mined.filter((other) => other.nonce !== nonce), intent].slice(-MINED_KEPT);
    const succeeded = receipt.status === 1;
    this.#metrics.sent.inc({ label, result: succeeded ? "mined" : "reverted" });
    this.#metrics.gas.inc({ label }, Number(receipt.gasUsed));
    if (succeeded) return receipt;
    throw await this.#whyReverted(intent, receipt);
  }

  async #whyReverted({ label, to, data, valueWei }: Intent, receipt: TransactionReceipt): Promise<unknown> {
    const { hash, blockNumber } = receipt;
    try {
      await this.#deps.l1.provider.call({ from: this.address, to, data, value: valueWei, blockTag: blockNumber });
    } catch (error) {
      const coded = asL1Error(error);
      if (coded instanceof CodedError && coded.code === "L1Reverted") return coded;
    }
    return reset("L1Reverted", `${label} reverted in ${hash}`, { name: "unknown error", args: [], hash });
  }

  /**
   * Broadcasts again what L1 forgot, and replaces what waits too long.
   * @param count nonces that are used: one before this that was, and is not any more, holds it up
   */
  async #push(nonce: number, count: number, signal?: AbortSignal): Promise<void> {
    const { provider } = this.#deps.l1;
    const before = this.#mined.filter((other) => other.nonce >= count && other.nonce < nonce);
    if (before.length > 0) await this.#restore(before, signal);
    const intent = this.#intent(nonce);
    const last = intent.attempts.at(-1) as Attempt;
    const refusal = await this.#broadcastAgain(last);
    const block = await provider.getBlockNumber();
    if (block - last.block < this.#fees.bumpAfterBlocks) {
      if (refusal !== undefined) throw refusal;
      return;
    }
    const isBlob = last.blobFeeWei !== undefined;
    const fees = bumpedFees(last, feesFor(await this.#baseFees(isBlob), this.#fees), this.#fees);
    this.#metrics.overCap.set(fees ? 0 : 1);
    if (fees === undefined) {
      this.#warnFeeCap(intent.label, { nonce });
      return;
    }
    const attempt = await this.#sign(intent, fees, isBlob ? sidecarOf(last.raw) : undefined);
    await this.#keep({ ...intent, attempts: [...intent.attempts, attempt] });
    failPoint("transaction-replaced");
    await this.#broadcast(attempt);
    this.#deps.log.info({ label: intent.label, nonce, hash: attempt.hash, ...fees }, "Replaced a stuck transaction");
  }

  /** @returns why L1 refuses what it forgot: a pool that dropped it for its fees may take it only when it pays more */
  async #broadcastAgain(attempt: Attempt): Promise<CodedError | undefined> {
    if ((await this.#deps.l1.provider.getTransaction(attempt.hash)) !== null) return undefined;
    try {
      await this.#broadcast(attempt);
      return undefined;
    } catch (error) {
      if (hasCode(error, "L1Refused")) return error;
      throw error;
    }
  }

  /** Fees for a new transaction; alerts and waits while L1 costs more than the cap. */
  async #freshFees(label: string, isBlob: boolean, signal?: AbortSignal): Promise<Fees> {
    for (;;) {
      const base = await this.#baseFees(isBlob);
      const fees = feesFor(base, this.#fees);
      this.#metrics.overCap.set(fees ? 0 : 1);
      if (fees) return fees;
      this.#warnFeeCap(label, base);
      if (signal?.aborted) throw retry("Aborted", "stopped while waiting for lower fees", { label });
      await this.#deps.clock.sleep(this.#pollMilliseconds, signal);
    }
  }

  #warnFeeCap(label: string, fields: object): void {
    this.#deps.log.warn(
      { code: "FeeCap", label, mostWei: this.#fees.mostWei, mostBlobWei: this.#fees.mostBlobWei, ...fields },
      "L1 costs more than the cap",
    );
  }

  async #baseFees(isBlob: boolean): Promise<BaseFees> {
    const { provider } = this.#deps.l1;
    const block = await onL1(() => provider.getBlock("latest"));
    const baseWei = block?.baseFeePerGas ?? 0n;
    return isBlob ? { baseWei, blobWei: await blobBaseFee(provider) } : { baseWei };
  }

  async #sign({ nonce, to, data, valueWei, gasLimit }: Intent, fees: Fees, sidecar?: Sidecar): Promise<Attempt> {
    const { l1, wallet } = this.#deps;
    const price = { maxFeePerGas: fees.maxFeeWei, maxPriorityFeePerGas: fees.tipWei };
    const request = { chainId: l1.chainId, nonce, to, data, value: valueWei, gasLimit, ...price };
    const raw =
      sidecar === undefined
        ? await wallet.signTransaction({ ...request, type: 2 })
        : signWithBlobs(wallet, { ...request, type: 3, maxFeePerBlobGas: fees.blobFeeWei ?? 0n }, sidecar);
    const hash = Transaction.from(raw).hash as string;
    return { hash, raw, ...fees, block: await onL1(() => l1.provider.getBlockNumber()) };
  }

  async #broadcast({ raw, hash }: Attempt): Promise<void> {
    const { provider } = this.#deps.l1;
    try {
      await provider.broadcastTransaction(raw);
    } catch (error) {
      if (isUnreachable(error)) throw asL1Error(error);
      // "Already known" has no code of its own: what counts is whether L1 has it.
      if ((await onL1(() => provider.getTransaction(hash))) !== null) return;
      throw await this.#whyRefused(raw, error);
    }
  }

  /** Nodes word refusals differently: what counts is nonce and balance. */
  async #whyRefused(raw: string, error: unknown): Promise<CodedError> {
    const { provider } = this.#deps.l1;
    const { address } = this;
    const { nonce, value, gasLimit, maxFeePerGas, maxFeePerBlobGas, blobVersionedHashes } = Transaction.from(raw);
    if ((await onL1(() => provider.getTransactionCount(address, "latest"))) > nonce) {
      return retry("NonceTaken", `another transaction of ${address} used nonce ${nonce}`, { address, nonce }, error);
    }
    const blobGas = BLOB_GAS * BigInt(blobVersionedHashes?.length ?? 0);
    const dueWei = value + gasLimit * (maxFeePerGas ?? 0n) + blobGas * (maxFeePerBlobGas ?? 0n);
    const balanceWei = await onL1(() => provider.getBalance(address));
    if (balanceWei < dueWei) {
      const data = { address, balanceWei, dueWei };
      return retry(
        "InsufficientFunds",
        `${address} has ${balanceWei} wei and needs ${dueWei}: send it ETH`,
        data,
        error,
      );
    }
    return retry("L1Refused", `L1 refused the transaction: ${reasonOf(error)}`, { address, nonce }, error);
  }

  #intent(nonce: number): Intent {
    const intent = this.#pending.find((pending) => pending.nonce === nonce);
    if (intent === undefined) throw new Error(`no intent with nonce ${nonce}`);
    return intent;
  }

  async #keep(intent: Intent): Promise<void> {
    await this.#save((pending) => [...pending.filter(({ nonce }) => nonce !== intent.nonce), intent]);
  }

  async #forget(nonce: number): Promise<void> {
    await this.#save((pending) => pending.filter((intent) => intent.nonce !== nonce));
  }

  /** What cannot be journalled has not changed. */
  async #save(change: (pending: readonly Intent[]) => readonly Intent[]): Promise<void> {
    const saving = this.#saving.then(async () => {
      const pending = change(this.#pending);
      await this.#deps.journal.save(pending);
      this.#pending = pending;
      this.#metrics.pending.set(pending.length);
    });
    // One write at a time; one that failed is its caller's to report.
    this.#saving = saving.catch(() => undefined);
    await saving;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** The wire to L1: blocks, the Inbox's events, inputs of transactions. Every fault of the endpoint becomes a coded error. */
import type { Hex } from "@lakh/protocol";
import { IInbox__factory, IInboxReader__factory } from "@lakh/bindings";
import type { Block, BlockTag, Interface, Log, Provider, TransactionResponse } from "ethers";

import { nodeError } from "../errors.ts";
import type { InboxEvent, L1Block } from "../types.ts";
import { bytesOf } from "../bytes.ts";
import { INBOX_TOPICS, inboxEvent } from "./events.ts";

/** What the reader needs of an ethers provider. */
export type L1Provider = Pick<Provider, "getNetwork" | "getBlock" | "getLogs" | "getTransaction" | "getCode" | "call">;

/** Depth behind the head that counts as final where L1 has no `finalized` tag. */
const FALLBACK_FINALITY_BLOCKS = 64;

export interface L1ReaderConfig {
  readonly chainId: bigint;
  readonly inbox: Hex;
  /** Blocks behind the head that count as final; 0 = ask L1 for its `finalized` block. */
  readonly finalityBlocks: number;
}

/** Rules of the Inbox that the sequencer keeps, seconds. */
export interface InboxRules {
  /** Who appends. */
  readonly batcher: string;
  readonly forceDelay: bigint;
  readonly maxTimeDrift: bigint;
  readonly sequencerSilence: bigint;
}

/** How far the Inbox has come. */
export interface InboxHead {
  readonly entries: number;
  /** Accumulator behind the last entry. */
  readonly acc: Hex;
  /** Items of the queue. */
  readonly queue: number;
}

const inboxInterface = IInbox__factory.createInterface();
const headInterface = IInboxReader__factory.createInterface();

export class L1Reader {
  private readonly provider: L1Provider;
  private readonly config: L1ReaderConfig;

  constructor(provider: L1Provider, config: L1ReaderConfig) {
    this.provider = provider;
    this.config = config;
  }

  /** @throws CodedError L1WrongChain, L1NoInbox, L1Unreachable */
  async check(): Promise<void> {
    const { chainId } = await this.ask("chain id", () => this.provider.getNetwork());
    if (chainId !== this.config.chainId)
      throw nodeError("L1WrongChain", `L1 has chain id ${chainId}, the deployment ${this.config.chainId}`, {
        actual: chainId,
        expected: this.config.chainId,
      });
    const code = await this.ask("code", () => this.provider.getCode(this.config.inbox));
    if (code === "0x")
      throw nodeError("L1NoInbox", `no contract at the Inbox's address ${this.config.inbox}`, {
        inbox: this.config.inbox,
      });
  }

  async head(): Promise<L1Block> {
    return this.present(await this.ask("head", () => this.provider.getBlock("latest")), "head");
  }

  /** The block of that number, or undefined when L1 has none. */
  async block(number: number): Promise<L1Block | undefined> {
    const block = await this.ask("block", () => this.provider.getBlock(number));
    return block === null ? undefined : this.present(block, "block");
  }

  /** Number of the last final block; −1 when there is none yet. */
  async finalized(head: L1Block): Promise<number> {
    const { finalityBlocks } = this.config;
    if (finalityBlocks > 0) return head.number - finalityBlocks;
    try {
      return (await this.provider.getBlock("finalized"))?.number ?? -1;
    } catch {
      return head.number - FALLBACK_FINALITY_BLOCKS; // an L1 without the tag
    }
  }

  /** Events of the Inbox in blocks `from`…`to` (both included), in their order. */
  async events(from: number, to: number): Promise<InboxEvent[]> {
    const filter = { address: this.config.inbox, fromBlock: from, toBlock: to, topics: [INBOX_TOPICS] };
    const logs: Log[] = await this.ask("logs", () => this.provider.getLogs(filter));
    const sorted = logs.toSorted((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
    return sorted.filter((log) => !log.removed).map(inboxEvent);
  }

  /** Input of a transaction. */
  async input(transaction: Hex): Promise<Uint8Array> {
    const found: TransactionResponse | null = await this.ask("transaction", () =>
      this.provider.getTransaction(transaction),
    );
    if (found === null) throw nodeError("L1Moved", `L1 no longer has transaction ${transaction}`, { transaction });
    return bytesOf(found.data);
  }

  /** Versioned hashes of the blobs that a transaction carried. */
  async blobHashes(transaction: Hex): Promise<Hex[]> {
    const found = await this.ask("transaction", () => this.provider.getTransaction(transaction));
    if (found === null) throw nodeError("L1Moved", `L1 no longer has transaction ${transaction}`, { transaction });
    return (found.blobVersionedHashes ?? []) as Hex[];
  }

  async rules(): Promise<InboxRules> {
    const [rules] = await this.call(inboxInterface, "params");
    const { batcher, forceDelay, maxTimeDrift, sequencerSilence } = rules as InboxRules;
    return { batcher, forceDelay, maxTimeDrift, sequencerSilence };
  }

  /** Time of the block with the batcher's last append, seconds. */
  async lastBatcherTime(): Promise<bigint> {
    return (await this.call(inboxInterface, "lastBatcherTime"))[0] as bigint;
  }

  /** How far the Inbox has come at the end of a block. */
  async inboxAt(block: number): Promise<InboxHead> {
    const [length] = await this.call(headInterface, "length", [], block);
    const [[acc], [queue]] = await Promise.all([
      this.call(headInterface, "acc", [length], block),
      this.call(inboxInterface, "queueLength", [], block),
    ]);
    return { entries: Number(length), acc: acc as Hex, queue: Number(queue) };
  }

  private async call(abi: Interface, name: string, values: readonly unknown[] = [], blockTag: BlockTag = "latest") {
    const data = abi.encodeFunctionData(name, values);
    return this.ask(name, async () => {
      const result = await this.provider.call({ to: this.config.inbox, data, blockTag });
      return abi.decodeFunctionResult(name, result);
    });
  }

  private present(block: Block | null, what: string): L1Block {
    if (block === null || block.hash === null) throw nodeError("L1Unreachable", `L1 gave no ${what}`);
    return { number: block.number, hash: block.hash as Hex, timestamp: BigInt(block.timestamp) };
  }

  private async ask<T>(what: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw nodeError("L1Unreachable", `L1 did not give the ${what}`, { what }, cause);
    }
  }
}

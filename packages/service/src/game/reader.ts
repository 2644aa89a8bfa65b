import { Claims__factory } from "@lakh/bindings";
import type { Block, Log } from "ethers";

import { reset, retry } from "../errors.ts";
import { onL1, type L1 } from "../l1/client.ts";
import { parseGameEvent, type GameEvent } from "./events.ts";
import { applyEvents, type Claims } from "./fold.ts";
import type { GameRules, GameView } from "./view.ts";

export interface GameReaderConfig {
  /** Address of Claims. */
  readonly claims: string;
  /** L1 block to read from. */
  readonly fromBlock: number;
  /** Most blocks asked for at once. */
  readonly blocksAtOnce?: number;
}

/** Follows the game on L1, through reorganisations; holds nothing that L1 does not say. */
export interface GameReader {
  /**
   * The game at L1's newest block.
   * @throws CodedError retry `L1Unreachable`, `L1Fault`, `L1Behind` (the node lags behind an earlier answer), `L1Inconsistent`
   *   (its logs lack some that others build on), reset `L1Reorganised` (it happened while reading: read again)
   */
  read(): Promise<GameView>;
}

export function createGameReader(config: GameReaderConfig, l1: L1): GameReader {
  return new EventReader(config, l1);
}

/** A block up to which L1 was read. */
interface Checkpoint {
  readonly number: number;
  readonly hash: string;
}

/** An event where it stands. */
interface Placed {
  readonly event: GameEvent;
  readonly block: number;
  readonly blockHash: string;
  /** Index of the log in its block. */
  readonly index: number;
}

/** Checkpoints kept: reorganisations reach back less far; a deeper one reads everything again. */
const CHECKPOINTS = 256;

/**
 * The last blocks read are read again with every new one, three hours of them: an endpoint of several machines gives no logs
 * of a block that the machine asked lacks, and nothing else tells. What is left out once is found later.
 */
const READ_AGAIN_BLOCKS = 1_000;

/** Reads in a row for which a node that is behind what was read is waited for; then what was read counts as gone. */
const MAX_BEHIND = 5;

class EventReader implements GameReader {
  readonly #config: GameReaderConfig;
  readonly #l1: L1;
  #rules: GameRules | undefined;
  /** In L1's order. */
  #placed: readonly Placed[] = [];
  #claims: Claims = new Map();
  #checkpoints: Checkpoint[] = [];
  #behind = 0;

  constructor(config: GameReaderConfig, l1: L1) {
    this.#config = config;
    this.#l1 = l1;
  }

  async read(): Promise<GameView> {
    return onL1(async () => {
      const rules = (this.#rules ??= await readRules(this.#config.claims, this.#l1));
      const head = await this.#block("latest");
      await this.#dropForked(head);
      if (this.#checkpoints.at(-1)?.hash !== head.hash) await this.#advance(head);
      return { rules, claims: this.#claims, nowSeconds: head.timestamp };
    });
  }

  /** Forgets what stood in blocks that L1 has left. A node that is behind what was read is waited for at first. */
  async #dropForked(head: Block): Promise<void> {
    const before = this.#checkpoints.length;
    const known = this.#checkpoints.at(-1)?.number ?? 0;
    this.#behind = head.number < known ? this.#behind + 1 : 0;
    if (this.#behind > 0 && this.#behind <= MAX_BEHIND) {
      const data = { block: head.number, known };
      throw retry("L1Behind", `L1's node is at block ${head.number}, block ${known} was read before`, data);
    }
    for (;;) {
      const last = this.#checkpoints.at(-1);
      if (last === undefined || last.hash === head.hash || last.hash === head.parentHash) break;
      const block = await this.#l1.provider.getBlock(last.number);
      if (block?.hash === last.hash) break;
      this.#checkpoints.pop();
    }
    if (this.#checkpoints.length === before) return;
    const kept = this.#checkpoints.at(-1)?.number ?? -1;
    this.#placed = this.#placed.filter(({ block }) => block <= kept);
    this.#claims = applyEvents(new Map(), eventsOf(this.#placed));
  }

  async #advance(head: Block): Promise<void> {
    const fresh = await this.#readFresh(head);
    if ((await this.#block(head.number)).hash !== head.hash) throw reorganised(head.number);
    this.#take(fresh);
    this.#checkpoints.push({ number: head.number, hash: head.hash as string });
    if (this.#checkpoints.length > CHECKPOINTS) this.#checkpoints.shift();
  }

  /** What stands between the last blocks read and the head and is not known yet, in L1's order. */
  async #readFresh(head: Block): Promise<Placed[]> {
    const { claims: address, fromBlock, blocksAtOnce = 5_000 } = this.#config;
    const next = (this.#checkpoints.at(-1)?.number ?? fromBlock - 1) + 1;
    const start = Math.max(fromBlock, next - READ_AGAIN_BLOCKS);
    const known = new Set(this.#placed.slice(this.#placed.findLastIndex(({ block }) => block < start) + 1).map(keyOf));
    const fresh: Placed[] = [];
    for (let from = start; from <= head.number; from += blocksAtOnce) {
      const toBlock = Math.min(from + blocksAtOnce - 1, head.number);
      for (const log of await this.#l1.provider.getLogs({ address, fromBlock: from, toBlock })) {
        const place = { block: log.blockNumber, blockHash: log.blockHash, index: log.index };
        const event = known.has(keyOf(place)) ? undefined : parseGameEvent(log);
        if (event !== undefined) fresh.push({ event, ...place });
      }
    }
    await this.#checkPlaces(fresh.filter(({ block }) => block > head.number - READ_AGAIN_BLOCKS));
    return fresh.toSorted(inOrder);
  }

  /** Logs of another history than the blocks around them are not taken. @throws CodedError reset `L1Reorganised` */
  async #checkPlaces(placed: readonly Placed[]): Promise<void> {
    const hashes = new Map(placed.map(({ block, blockHash }) => [blockHash, block]));
    for (const [hash, number] of hashes) {
      const block = await this.#l1.provider.getBlock(number);
      if (block?.hash !== hash) throw reorganised(number);
    }
  }

  #take(fresh: readonly Placed[]): void {
    const [first] = fresh;
    if (first === undefined) return;
    const last = this.#placed.at(-1);
    const follows = last === undefined || inOrder(last, first) < 0;
    const placed = follows ? [...this.#placed, ...fresh] : [...this.#placed, ...fresh].toSorted(inOrder);
    try {
      this.#claims = follows ? applyEvents(this.#claims, eventsOf(fresh)) : applyEvents(new Map(), eventsOf(placed));
      this.#placed = placed;
    } catch (error) {
      [this.#placed, this.#claims, this.#checkpoints] = [[], new Map(), []]; // what is missing may be long ago
      const data = { block: first.block };
      throw retry("L1Inconsistent", "L1's logs of the game lack some that others build on", data, error);
    }
  }

  async #block(tag: number | "latest"): Promise<Block> {
    const block = await this.#l1.provider.getBlock(tag);
    if (block === null) throw retry("L1Fault", `L1 has no block ${tag}`, { block: tag });
    return block;
  }
}

function reorganised(block: number) {
  return reset("L1Reorganised", "L1 reorganised while the game was read", { block });
}

function keyOf({ blockHash, index }: Pick<Log, "blockHash" | "index">): string {
  return `${blockHash}/${index}`;
}

function inOrder(a: Placed, b: Placed): number {
  return a.block - b.block || a.index - b.index;
}

function eventsOf(placed: readonly Placed[]): GameEvent[] {
  return placed.map(({ event }) => event);
}
async function readRules(address: string, l1: L1): Promise<GameRules> {
  const params = await Claims__factory.connect(address, l1.provider).params();
  return {
    fanout: Number(params.fanout),
    challengeSeconds: Number(params.challengeSeconds),
    defendSeconds: Number(params.defendSeconds),
    replySeconds: Number(params.replySeconds),
    claimBondWei: params.claimBond,
    challengeBondWei: params.challengeBond,
    defendBondWei: params.defendBond,
  };
}

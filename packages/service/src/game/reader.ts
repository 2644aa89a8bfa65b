import { Claims__factory } from "@lakh/bindings";
import type { Block } from "ethers";

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
   * @throws CodedError retry `L1Unreachable`, retry `L1Behind` (the node lags behind an earlier answer), reset `L1Reorganised` (it happened while reading: read again)
   */
  read(): Promise<GameView>;
}

export function createGameReader(config: GameReaderConfig, l1: L1): GameReader {
  return new EventReader(config, l1);
}

/** A block up to which all events are known. */
interface Checkpoint {
  readonly number: number;
  readonly hash: string;
  /** Events known then. */
  readonly events: number;
}

/** Checkpoints kept: reorganisations reach back less far; a deeper one reads everything again. */
const CHECKPOINTS = 256;

class EventReader implements GameReader {
  readonly #config: GameReaderConfig;
  readonly #l1: L1;
  #rules: GameRules | undefined;
  #events: GameEvent[] = [];
  #claims: Claims = new Map();
  #checkpoints: Checkpoint[] = [];

  constructor(config: GameReaderConfig, l1: L1) {
    this.#config = config;
    this.#l1 = l1;
  }

  async read(): Promise<GameView> {
    return onL1(async () => {
      const rules = (this.#rules ??= await readRules(this.#config.claims, this.#l1));
      const head = await this.#block("latest");
      await this.#dropForked(head);
      const known = this.#checkpoints.at(-1);
      if (known?.hash !== head.hash) await this.#advance(head, known);
      return { rules, claims: this.#claims, nowSeconds: head.timestamp };
    });
  }

  /** Forgets what stood in blocks that L1 has left. A node that is behind what was read says nothing about it. */
  async #dropForked(head: Block): Promise<void> {
    const before = this.#checkpoints.length;
    const known = this.#checkpoints.at(-1)?.number ?? 0;
    if (head.number < known) {
      const data = { block: head.number, known };
      throw retry("L1Behind", `L1's node is at block ${head.number}, block ${known} was read before`, data);
    }
    for (;;) {
      const last = this.#checkpoints.at(-1);
      if (last === undefined) break;
      const block = await this.#l1.provider.getBlock(last.number);
      if (block?.hash === last.hash) break;
      this.#checkpoints.pop();
    }
    if (this.#checkpoints.length === before) return;
    this.#events.length = this.#checkpoints.at(-1)?.events ?? 0;
    this.#claims = applyEvents(new Map(), this.#events);
  }

  async #advance(head: Block, known: Checkpoint | undefined): Promise<void> {
    const fresh: GameEvent[] = [];
    const { claims: address, fromBlock, blocksAtOnce = 5_000 } = this.#config;
    for (let from = known ? known.number + 1 : fromBlock; from <= head.number; from += blocksAtOnce) {
      const toBlock = Math.min(from + blocksAtOnce - 1, head.number);
      const logs = await this.#l1.provider.getLogs({ address, fromBlock: from, toBlock });
      fresh.push(...logs.map(parseGameEvent).filter((event) => event !== undefined));
    }
    if ((await this.#block(head.number)).hash !== head.hash) {
      throw reset("L1Reorganised", "L1 reorganised while the game was read", { block: head.number });
    }
    this.#claims = applyEvents(this.#claims, fresh);
    this.#events.push(...fresh);
    this.#checkpoints.push({ number: head.number, hash: head.hash as string, events: this.#events.length });
    if (this.#checkpoints.length > CHECKPOINTS) this.#checkpoints.shift();
  }

  async #block(tag: number | "latest"): Promise<Block> {
    const block = await this.#l1.provider.getBlock(tag);
    if (block === null) throw retry("L1Fault", `L1 has no block ${tag}`, { block: tag });
    return block;
  }
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

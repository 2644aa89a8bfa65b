/** Older states: an engine at the start of any entry, by the nearest snapshot and replay. */
import { type Engine, type EngineConfig, createEngine, restoreEngine } from "@lakh/engine";
import type { Kernels } from "@lakh/kernels";
import { type Hex, ZERO_HASH } from "@lakh/protocol";
import { type Log, errorFields } from "@lakh/service";

import { nodeError } from "./errors.ts";
import type { Snapshots } from "./store/snapshots.ts";
import type { Entry } from "./types.ts";

export interface HistoryParts {
  readonly config: EngineConfig;
  readonly kernels: Kernels;
  readonly snapshots: Snapshots;
  readonly log: Log;
  /** Accumulator before an entry, or undefined when the node has not come that far. */
  readonly accAt: (entry: number) => Hex | undefined;
  /** An entry with its data. */
  readonly entry: (number: number) => Promise<Entry>;
}

/** An engine of its own, between two entries. */
export interface PastState {
  readonly engine: Engine;
  /** Entry at whose start it stands. */
  readonly entry: number;
}

const MAX_SHARED = 2;

export class History {
  private readonly parts: HistoryParts;
  /** The older states asked for last, by accumulator: several questions in a row are about one of them. */
  private readonly shared = new Map<Hex, Promise<Engine>>();

  constructor(parts: HistoryParts) {
    this.parts = parts;
  }

  /** A fresh engine at the start of `entry`. Cost: a snapshot read, and the entries behind it executed. */
  async stateAt(entry: number): Promise<Engine> {
    const { engine, entry: from } = await this.nearest(entry);
    for (let number = from; number < entry; number++) {
      const { header, payload } = await this.parts.entry(number);
      engine.applyEntry(header, payload);
    }
    return engine;
  }

  /** Like `stateAt`, but others read the same engine: it must not be moved. */
  sharedStateAt(entry: number): Promise<Engine> {
    const acc = this.accAt(entry);
    if (acc === undefined) throw nodeError("NotFound", `no state at entry ${entry}`, { entry });
    let state = this.shared.get(acc);
    if (state === undefined) {
      state = this.stateAt(entry);
      this.shared.set(acc, state);
      state.catch(() => this.shared.delete(acc));
      const oldest = this.shared.keys().next().value;
      if (this.shared.size > MAX_SHARED && oldest !== undefined) this.shared.delete(oldest);
    }
    return state;
  }

  /** The latest kept state at or before `entry` that belongs to this history; genesis when there is none. */
  async nearest(entry: number, kernels = this.parts.kernels): Promise<PastState> {
    const { snapshots, config, log } = this.parts;
    for (const name of snapshots.names()) {
      if (name.entry > entry || this.accAt(name.entry) !== name.acc) continue;
      try {
        return { engine: restoreEngine(await snapshots.read(name), config, kernels), entry: name.entry };
      } catch (error) {
        log.warn({ ...errorFields(error), entry: name.entry }, "A snapshot cannot be used");
        await snapshots.remove(name);
      }
    }
    return { engine: createEngine(config, kernels), entry: 0 };
  }

  /** An engine in the state of a snapshot of this deployment. @throws EngineError ENGINE_SNAPSHOT */
  restore(snapshot: Uint8Array): Engine {
    return restoreEngine(snapshot, this.parts.config, this.parts.kernels);
  }

  private accAt(entry: number): Hex | undefined {
    return entry === 0 ? ZERO_HASH : this.parts.accAt(entry);
  }
}

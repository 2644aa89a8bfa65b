/** A claim's machines, traces and witnesses, by replay: what proposer and challenger argue with (docs/spec/game.md). */
import { setImmediate as breathe } from "node:timers/promises";

import { type KzgThread, packBlobs } from "@lakh/da";
import { type Engine, type ProveElements, buildWitness, neededElements, takeSnapshot } from "@lakh/engine";
import {
  EntryKind,
  type Hex,
  type Machine,
  type Path,
  ROOT,
  readBatchItem,
  stepsPerSegment,
  pathLength,
  traceRange,
} from "@lakh/protocol";

import { nodeError } from "./errors.ts";
import type { Entry } from "./types.ts";

/** The claim: entries `startEntry` … `endEntry − 1`, dissected by `fanout` on `levels` levels. */
export interface ClaimRange {
  readonly startEntry: number;
  readonly endEntry: number;
  /** L, 1 … 3. */
  readonly levels: number;
  /** F. */
  readonly fanout: number;
}

/** Where the tracer gets states and entries from. */
export interface TraceSource {
  stateAt(entry: number): Promise<Engine>;
  entry(number: number): Promise<Entry>;
  restore(snapshot: Uint8Array): Engine;
  /** Proves what stands in blobs. */
  readonly kzg: Pick<KzgThread, "proveElements">;
}

/** What `prove` needs of a step: the machine before it, and the witness. */
export interface StepProof {
  readonly machine: Machine;
  readonly witness: Uint8Array;
}

/** An engine on its way through the claim. */
interface Walker {
  readonly engine: Engine;
  /** Steps taken since the claim's start. */
  step: number;
}

/** States kept at the starts of picked segments. */
const MAX_CHECKPOINTS = 3;

export class ClaimTracer {
  readonly range: ClaimRange;
  private readonly source: TraceSource;
  private readonly traces = new Map<Path, Promise<Hex[]>>();
  private readonly checkpoints = new Map<number, Uint8Array>();
  private walker: Walker | undefined;
  private counts: Promise<number> | undefined;
  /** One replay at a time: they share the walker. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(source: TraceSource, range: ClaimRange) {
    this.source = source;
    this.range = range;
  }

  /** Items in the claim: from this machine number on, the machine stays as it is. */
  items(): Promise<number> {
    this.counts ??= this.count();
    return this.counts;
  }

  /** h(1) … h(F) of the trace at `path`. Cost: the stretch executed once, and F roots; then remembered. */
  trace(path: Path): Promise<Hex[]> {
    let trace = this.traces.get(path);
    if (trace === undefined) {
      trace = this.inTurn(() => this.replay(path));
      this.traces.set(path, trace);
      trace.catch(() => this.traces.delete(path));
    }
    return trace;
  }

  /** The machine at number `step`, 0 = the claim's start; past its end, the end's. */
  machine(step: number): Promise<Machine> {
    return this.inTurn(async () => (await this.walkTo(step)).engine.machine());
  }

  /**
   * The proof of the step from machine number `step` to the next.
   * @throws CodedError NotFound when the machine has halted there, KzgFailed
   */
  proof(step: number): Promise<StepProof> {
    return this.inTurn(async () => {
      const { engine } = await this.walkTo(step);
      const entry = Number(engine.state.entry);
      if (entry >= this.range.endEntry) throw nodeError("NotFound", `the claim has no step ${step}`, { step });
      const machine = engine.machine();
      const found = await this.source.entry(entry);
      return {
        machine,
        witness: buildWitness(engine, { ...found, proveElements: await this.elementsOf(found, engine) }),
      };
    });
  }

  /** Proofs of what the step needs of an entry's blobs; undefined where it has none. */
  private async elementsOf({ header, payload, blobs }: Entry, engine: Engine): Promise<ProveElements | undefined> {
    if (header.kind !== EntryKind.Blobs) return undefined;
    const { first, last } = neededElements(payload as Uint8Array, engine.state.cursor);
    try {
      const proofs = await this.source.kzg.proveElements(blobs ?? packBlobs(payload as Uint8Array), first, last);
      return () => proofs;
    } catch (cause) {
      throw nodeError("KzgFailed", "cannot prove what stands in blobs", { first, last }, cause);
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async replay(path: Path): Promise<Hex[]> {
    const { fanout, levels } = this.range;
    const { from } = traceRange(fanout, levels, path);
    const every = stepsPerSegment(fanout, levels, pathLength(path));
    const walker = await this.walkTo(from);
    if (path !== ROOT) this.keep(walker);
    const hashes: Hex[] = [];
    for (let i = 1; i <= fanout; i++) {
      await this.advance(walker, from + i * every);
      hashes.push(walker.engine.machineHash());
      if (this.hasHalted(walker)) break;
    }
    const end = hashes.at(-1) as Hex;
    while (hashes.length < fanout) hashes.push(end);
    return hashes;
  }

  private keep({ engine, step }: Walker): void {
    if (this.checkpoints.has(step)) return;
    this.checkpoints.set(step, takeSnapshot(engine));
    const oldest = this.checkpoints.keys().next().value;
    if (this.checkpoints.size > MAX_CHECKPOINTS && oldest !== undefined) this.checkpoints.delete(oldest);
  }

  /** The walker at machine number `step`, or where the machine halts before: from the nearest state at hand. */
  private async walkTo(step: number): Promise<Walker> {
    const checkpoint = Math.max(-1, ...[...this.checkpoints.keys()].filter((at) => at <= step));
    const current = this.walker !== undefined && this.walker.step <= step ? this.walker.step : -1;
    if (current < 0 || current < checkpoint) {
      const kept = this.checkpoints.get(checkpoint);
      this.walker =
        kept === undefined
          ? { engine: await this.source.stateAt(this.range.startEntry), step: 0 }
          : { engine: this.source.restore(kept), step: checkpoint };
    }
    const walker = this.walker as Walker;
    await this.advance(walker, step);
    return walker;
  }

  /** Steps forward to machine number `to`, or until the machine halts. */
  private async advance(walker: Walker, to: number): Promise<void> {
    while (walker.step < to && !this.hasHalted(walker)) {
      const { header, payload } = await this.source.entry(Number(walker.engine.state.entry));
      const steps = walker.engine.entrySteps(header, payload);
      while (steps.next().done !== true) if (++walker.step === to) return;
      await breathe();
    }
  }

  private hasHalted({ engine }: Walker): boolean {
    return engine.state.entry >= BigInt(this.range.endEntry);
  }

  private async count(): Promise<number> {
    let items = 0;
    for (let number = this.range.startEntry; number < this.range.endEntry; number++)
      items += countItems(await this.source.entry(number));
    return items;
  }
}

/** Steps that an entry takes. */
export function countItems({ header, payload }: Pick<Entry, "header" | "payload">): number {
  if (header.kind === EntryKind.Queue || !(payload instanceof Uint8Array)) return payload.length;
  let items = 0;
  for (let at = 0; at < payload.length; items++) at = readBatchItem(payload, at).next;
  return items;
}

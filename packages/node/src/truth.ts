/** A follower as what proposer and challenger argue from: its own derivation of L1, and nothing else. */
import { type Hex, type Machine, type Path, ZERO_HASH, toHex } from "@lakh/protocol";
import { type ClaimSpan, type StepProof, type Truth, hasCode } from "@lakh/service";

import type { LakhNode } from "./node.ts";
import { type ClaimTracer, countItems } from "./tracer.ts";

/** Claims whose replays are kept, with the states they stand at. */
const MAX_TRACERS = 8;
/** Traces kept, up to 1,024 hashes each. */
const MAX_TRACES = 500;
/** Entries whose machine or number of items is remembered. */
const MAX_REMEMBERED = 100_000;

/** The follower must be stepped by nobody else. */
export function createTruth(node: LakhNode): Truth {
  return new NodeTruth(node);
}

class NodeTruth implements Truth {
  private readonly node: LakhNode;
  /** By range and accumulator, so that an L1 reorganisation makes new ones. */
  private readonly tracers = new Map<string, ClaimTracer>();
  private readonly traces = new Map<string, Promise<readonly Hex[]>>();
  private readonly machines = new Map<Hex, Machine>();
  private readonly counts = new Map<Hex, number>();

  constructor(node: LakhNode) {
    this.node = node;
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    do await this.node.step(signal);
    while (!this.node.caughtUp && signal?.aborted !== true);
  }

  length(): number {
    return this.node.safeLength;
  }

  accAt(entry: number): Hex | undefined {
    if (entry === 0) return ZERO_HASH;
    return entry <= this.node.safeLength ? this.node.accAt(entry) : undefined;
  }

  async machineAt(entry: number): Promise<Machine | undefined> {
    const acc = this.accAt(entry);
    if (acc === undefined) return undefined;
    const known = this.node.chain.machineAt(entry) ?? this.machines.get(acc);
    if (known !== undefined) return known;
    const machine = await this.derivedAt(entry);
    if (machine !== undefined) remember(this.machines, acc, machine, MAX_REMEMBERED);
    return machine;
  }

  /** Undefined where the node has not kept the data that leads there: it started from a later state. */
  private async derivedAt(entry: number): Promise<Machine | undefined> {
    try {
      return await this.node.machineAt(entry);
    } catch (error) {
      if (hasCode(error, "NotFound")) return undefined;
      throw error;
    }
  }

  async itemsBetween(from: number, to: number): Promise<number> {
    let items = 0;
    for (let entry = from; entry < to; entry++) items += await this.itemsOf(entry);
    return items;
  }

  trace(span: ClaimSpan, path: Path): Promise<readonly Hex[]> {
    const key = `${this.keyOf(span)}/${path}`;
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const trace = this.tracer(span).trace(path);
    remember(this.traces, key, trace, MAX_TRACES);
    trace.catch(() => this.traces.delete(key));
    return trace;
  }

  async proofOf(span: ClaimSpan, step: number): Promise<StepProof> {
    const tracer = this.tracer(span);
    if (step >= (await tracer.items())) return { machine: await tracer.machine(step), witness: "0x" };
    const { machine, witness } = await tracer.proof(step);
    return { machine, witness: toHex(witness) };
  }

  private async itemsOf(entry: number): Promise<number> {
    const acc = this.accAt(entry + 1);
    const known = this.node.chain.at(entry)?.outcomes.length ?? (acc && this.counts.get(acc));
    if (known !== undefined) return known;
    const items = countItems(await this.node.entry(entry));
    if (acc !== undefined) remember(this.counts, acc, items, MAX_REMEMBERED);
    return items;
  }

  private keyOf({ startEntry, endEntry, levels, fanout }: ClaimSpan): string {
    return [startEntry, endEntry, levels, fanout, this.accAt(endEntry)].join();
  }

  private tracer(span: ClaimSpan): ClaimTracer {
    const key = this.keyOf(span);
    const tracer = this.tracers.get(key) ?? this.node.tracer(span);
    remember(this.tracers, key, tracer, MAX_TRACERS);
    return tracer;
  }
}

/** Keeps the `most` that were remembered last. */
function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && oldest.done !== true) map.delete(oldest.value);
}

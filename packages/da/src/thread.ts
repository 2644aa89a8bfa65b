/**
 * KZG in a thread of its own, so that whoever needs it goes on serving others meanwhile. One task at a time, in the order of
 * asking; a thread that dies is replaced, and its task tried once more. It starts with the first task, and keeps no process
 * alive that has nothing else to do.
 */
import { Worker } from "node:worker_threads";

import type { ElementProofs, Hex } from "@lakh/protocol";

import type { Kzg } from "./kzg.ts";
import type { WorkerData } from "./kzg-worker.ts";
import type { Sidecar, SidecarForm } from "./sidecar.ts";
import type { TaskAnswer, TaskArguments, TaskName, TaskRequest, Tasks } from "./tasks.ts";

/** Refused: what was given is no blob. Busy: too much waits. Died: the thread did, twice. Closed: it was. */
export type KzgFaultCode = "KzgRefused" | "KzgBusy" | "KzgDied" | "KzgClosed";

export class KzgFault extends Error {
  override readonly name = "KzgFault";
  readonly code: KzgFaultCode;

  constructor(code: KzgFaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export interface KzgThreadConfig {
  /** Leaves c-kzg alone, even where it is installed. */
  readonly isPortable?: boolean;
  /** Tasks that may wait; each holds the blobs that it is about, up to 768 KiB. */
  readonly mostWaiting?: number;
  /** Told when the thread has died, with what it threw; it is replaced when it is needed. */
  readonly onDeath?: (error: unknown) => void;
}

interface Task {
  readonly request: TaskRequest;
  readonly resolve: (result: never) => void;
  readonly reject: (fault: KzgFault) => void;
  /** Threads that died over it. */
  deaths: number;
}

const MOST_WAITING = 64;
const MOST_DEATHS = 2;

/** All its methods throw {@link KzgFault}. */
export class KzgThread {
  readonly #config: KzgThreadConfig;
  /** In order; the first is the thread's. */
  readonly #tasks: Task[] = [];
  readonly #onIdle: (() => void)[] = [];
  #worker: Worker | undefined;
  #isClosed = false;

  constructor(config: KzgThreadConfig = {}) {
    this.#config = config;
  }

  /** Which one is used: with c-kzg a commitment takes some 30 ms, without it two seconds. */
  implementation(): Promise<Kzg["implementation"]> {
    return this.#ask("implementation");
  }

  /** The versioned hashes of blobs. Cost: a commitment each. */
  versionedHashes(blobs: readonly Uint8Array[]): Promise<Hex[]> {
    return this.#ask("versionedHashes", blobs);
  }

  /** What travels with a transaction. Cost a blob: a commitment, and a proof (eip4844) or 128 (eip7594). */
  makeSidecar(blobs: readonly Uint8Array[], form: SidecarForm): Promise<Sidecar> {
    return this.#ask("makeSidecar", blobs, form);
  }

  /** Proofs of the elements `first` … `last` of an entry's blobs. Cost: a commitment each blob, a proof each element. */
  proveElements(blobs: readonly Uint8Array[], first: number, last: number): Promise<ElementProofs> {
    return this.#ask("proveElements", blobs, first, last);
  }

  /** Ends the thread when its task is done, for c-kzg must not be cut short; what waits is given up. Later calls do nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#tasks.splice(1)) reject(closed());
    if (this.#tasks.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    await this.#worker?.terminate();
  }

  #ask<Name extends TaskName>(name: Name, ...args: TaskArguments<Name>): Promise<ReturnType<Tasks[Name]>> {
    return new Promise((resolve, reject) => {
      const most = this.#config.mostWaiting ?? MOST_WAITING;
      if (this.#isClosed) reject(closed());
      else if (this.#tasks.length > most) reject(new KzgFault("KzgBusy", `${most} tasks wait for KZG`));
      else {
        this.#tasks.push({ request: { name, args }, resolve, reject, deaths: 0 });
        if (this.#tasks.length === 1) this.#next();
      }
    });
  }

  /** Gives the thread the first task, if there is one. */
  #next(): void {
    const [task] = this.#tasks;
    if (task === undefined) {
      this.#worker?.unref();
      for (const resolve of this.#onIdle.splice(0)) resolve();
      return;
    }
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    worker.postMessage(task.request);
  }

  #start(): Worker {
    const workerData: WorkerData = { isPortable: this.#config.isPortable ?? false };
    const worker = new Worker(new URL("./kzg-worker.ts", import.meta.url), { workerData });
    let cause: unknown;
    worker.on("message", (answer: TaskAnswer) => this.#answered(answer));
    worker.on("error", (error) => (cause = error));
    worker.on("exit", () => this.#ended(cause));
    return worker;
  }

  #answered(answer: TaskAnswer): void {
    const task = this.#tasks.shift();
    if ("result" in answer) task?.resolve(answer.result as never);
    else task?.reject(new KzgFault("KzgRefused", answer.refusal));
    this.#next();
  }

  #ended(cause: unknown): void {
    this.#worker = undefined;
    if (this.#isClosed) {
      for (const { reject } of this.#tasks.splice(0)) reject(closed());
      return this.#next();
    }
    this.#config.onDeath?.(cause);
    const [task] = this.#tasks;
    if (task !== undefined && ++task.deaths >= MOST_DEATHS) {
      this.#tasks.shift();
      task.reject(new KzgFault("KzgDied", `the KZG thread died ${MOST_DEATHS} times`, cause));
    }
    this.#next();
  }
}

function closed(): KzgFault {
  return new KzgFault("KzgClosed", "KZG was closed");
}

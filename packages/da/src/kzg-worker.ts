/** The thread of a {@link KzgThread}: one task after the other. */
import { parentPort, workerData } from "node:worker_threads";

import { type Kzg, loadKzg, loadPortable } from "./kzg.ts";
import { type TaskAnswer, type TaskRequest, tasks } from "./tasks.ts";

export interface WorkerData {
  /** Leaves c-kzg alone. */
  readonly isPortable: boolean;
}

const port = parentPort;
if (port === null) throw new Error("this is a thread's program");
const kzg = (workerData as WorkerData).isPortable ? loadPortable() : loadKzg();

port.on("message", (request: TaskRequest) => {
  // What the thread cannot load ends it: whoever waits is told by its death.
  void kzg.then((loaded) => port.postMessage(answer(loaded, request)));
});

function answer(loaded: Kzg, { name, args }: TaskRequest): TaskAnswer {
  const task = tasks[name] as (kzg: Kzg, ...rest: unknown[]) => unknown; // the arguments are this task's
  try {
    return { result: task(loaded, ...args) };
  } catch (error) {
    return { refusal: String(error) };
  }
}

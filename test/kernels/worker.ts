/** The worker of threads.test.ts; does nothing in the main thread. */
import { isMainThread, parentPort, workerData } from "node:worker_threads";

import type { Block } from "./signatures.ts";

if (!isMainThread) {
  const { all } = await import("./implementations.ts");
  const { recover } = await import("./recover.ts");
  const { mode, block } = workerData as { mode: string; block: Block };
  const kernels = all.find(({ name }) => name === mode);
  if (kernels === undefined) throw new Error(`no kernels ${mode}`);
  parentPort?.postMessage(Array.from({ length: 10 }, () => recover(kernels, block).addresses));
}

/** What a {@link KzgThread} does for others. */
import type { ElementProofs } from "@lakh/protocol";

import type { Kzg } from "./kzg.ts";
import { elementProver, versionedHashes } from "./opening.ts";
import { makeSidecar } from "./sidecar.ts";

/** By name, so that a name and arguments can be sent to another thread. Throws where a blob is none. */
export const tasks = {
  implementation: (kzg: Kzg): Kzg["implementation"] => kzg.implementation,
  versionedHashes,
  makeSidecar,
  proveElements: (kzg: Kzg, blobs: readonly Uint8Array[], first: number, last: number): ElementProofs =>
    elementProver(kzg, blobs)(first, last),
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskArguments<Name extends TaskName> = Tasks[Name] extends (kzg: Kzg, ...rest: infer Rest) => unknown
  ? Rest
  : never;

/** From the main thread. */
export interface TaskRequest {
  readonly name: TaskName;
  /** Of this task. */
  readonly args: readonly unknown[];
}

/** To the main thread: a result, or what KZG threw. */
export type TaskAnswer = { readonly result: unknown } | { readonly refusal: string };

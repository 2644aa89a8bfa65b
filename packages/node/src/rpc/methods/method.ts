/** What an RPC method is. */
import type { LakhNode } from "../../node.ts";
import type { Params } from "../params.ts";

export interface Method {
  /** Most parameters it takes. */
  readonly params: number;
  /** Calls that it counts as; one when absent. */
  readonly calls?: number;
  /** Takes long enough to be done one at a time, whoever asks. */
  readonly isLong?: true;
  /** @throws Fault, CodedError */
  readonly call: (node: LakhNode, params: Params) => unknown;
}

export type Methods = Readonly<Record<string, Method>>;

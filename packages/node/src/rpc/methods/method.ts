/** What an RPC method is. */
import type { LakhNode } from "../../node.ts";
import type { Params } from "../params.ts";

export interface Method {
  /** Most parameters it takes. */
  readonly params: number;
  /** @throws Fault, CodedError */
  readonly call: (node: LakhNode, params: Params) => unknown;
}

export type Methods = Readonly<Record<string, Method>>;

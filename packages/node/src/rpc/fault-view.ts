/** Faults as JSON-RPC error objects. */
import { CodedError } from "@lakh/service";

import { Fault, FaultCode } from "../faults.ts";

export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export function faultView({ code, message, data }: Fault): ErrorObject {
  return data === undefined ? { code, message } : { code, message, data };
}

/** Any error that a method throws; the node's own secrets stay inside. */
export function errorView(error: unknown): ErrorObject {
  if (error instanceof Fault) return faultView(error);
  if (error instanceof CodedError && error.code === "NotFound")
    return { code: FaultCode.NotFound, message: error.message, data: error.data };
  return { code: FaultCode.Internal, message: "internal error" };
}

/** JSON-RPC 2.0: a request's text in, an answer's text out. Never throws; malformed requests get an error object. */
import { type Log, errorFields } from "@lakh/service";

import { Fault } from "../faults.ts";
import type { LakhNode } from "../node.ts";
import { type ErrorObject, errorView, faultView } from "./fault-view.ts";
import { toJson } from "./json.ts";
import { chainMethods } from "./methods/chain.ts";
import { exitMethods } from "./methods/exits.ts";
import type { Methods } from "./methods/method.ts";
import { sequencingMethods } from "./methods/sequencing.ts";
import { stateMethods } from "./methods/state.ts";
import { Params } from "./params.ts";

export const METHODS: Methods = { ...chainMethods, ...stateMethods, ...exitMethods, ...sequencingMethods };

export interface DispatchParts {
  readonly node: LakhNode;
  readonly log: Log;
  /** Most calls of one array. */
  readonly maxBatch: number;
  /** Whether another call is allowed now; else it gets `RateLimited`. */
  readonly admit: () => boolean;
  /** Methods of this connection, before the common ones. */
  readonly own?: Methods;
}

const TOO_MANY = "too many calls from this address";

type Id = string | number | null;

/** The answer's text, or undefined when none is due (notifications only). */
export async function dispatch(parts: DispatchParts, text: string): Promise<string | undefined> {
  const refused = (fault: Fault): string => {
    // Nonsense costs a call, too.
    const view = faultView(parts.admit() ? fault : new Fault("RateLimited", TOO_MANY));
    return toJson(failure(null, view));
  };
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return refused(new Fault("ParseError", "the request is not JSON"));
  }
  if (!Array.isArray(request)) return asText(await answer(parts, request));
  if (request.length === 0) return refused(new Fault("InvalidRequest", "the batch is empty"));
  if (request.length > parts.maxBatch) {
    const data = { calls: request.length, most: parts.maxBatch };
    return refused(new Fault("TooLarge", `at most ${parts.maxBatch} calls at once`, data));
  }
  const answers: object[] = [];
  for (const one of request) {
    const answered = await answer(parts, one);
    if (answered !== undefined) answers.push(answered);
  }
  return answers.length === 0 ? undefined : toJson(answers);
}

function asText(answered: object | undefined): string | undefined {
  return answered === undefined ? undefined : toJson(answered);
}

async function answer(parts: DispatchParts, request: unknown): Promise<object | undefined> {
  const call = readCall(request);
  if (call === undefined) return failure(null, faultView(new Fault("InvalidRequest", "not a JSON-RPC 2.0 request")));
  const { id, method, params } = call;
  try {
    const result = await run(parts, method, params);
    return id === undefined ? undefined : { jsonrpc: "2.0", id, result: result ?? null };
  } catch (error) {
    const view = errorView(error);
    if (view.code === -32603) parts.log.error({ ...errorFields(error), method }, "A method failed");
    return id === undefined ? undefined : failure(id, view);
  }
}

async function run({ node, admit, own }: DispatchParts, name: string, params: unknown): Promise<unknown> {
  if (!admit()) throw new Fault("RateLimited", TOO_MANY);
  const table = own !== undefined && Object.hasOwn(own, name) ? own : METHODS;
  const method = Object.hasOwn(table, name) ? table[name] : undefined;
  if (method === undefined) throw new Fault("UnknownMethod", `there is no method ${name.slice(0, 100)}`);
  return method.call(node, new Params(params, method.params));
}

interface CallRequest {
  /** Undefined for a notification. */
  readonly id: Id | undefined;
  readonly method: string;
  readonly params: unknown;
}

function readCall(request: unknown): CallRequest | undefined {
  if (request === null || typeof request !== "object") return undefined;
  const { jsonrpc, id, method, params } = request as Record<string, unknown>;
  if (jsonrpc !== "2.0" || typeof method !== "string") return undefined;
  if (id !== undefined && id !== null && typeof id !== "string" && typeof id !== "number") return undefined;
  return { id, method, params };
}

function failure(id: Id, error: ErrorObject): object {
  return { jsonrpc: "2.0", id, error };
}

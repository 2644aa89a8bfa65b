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
import { snapshotMethods } from "./methods/snapshots.ts";
import { stateMethods } from "./methods/state.ts";
import { Params } from "./params.ts";
import { type Turnstile, breathe } from "../turns.ts";

export const METHODS: Methods = {
  ...chainMethods,
  ...stateMethods,
  ...exitMethods,
  ...sequencingMethods,
  ...snapshotMethods,
};

export interface DispatchParts {
  readonly node: LakhNode;
  readonly log: Log;
  /** Most calls of one array. */
  readonly maxBatch: number;
  /** Most bytes of the answers to an array, about. */
  readonly maxAnswerBytes: number;
  readonly turnstile: Turnstile;
  /** Whether so many calls more (else one) are allowed now; else there is `RateLimited`. */
  readonly admit: (calls?: number) => boolean;
  /** Methods of this connection, before the common ones. */
  readonly own?: Methods;
}

/** Envelopes of one `lakh_sendEnvelopes` that count as a call more. */
const ENVELOPES_A_CALL = 10;
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
  return answerAll(parts, request);
}

/** Answers an array, one call after the other, with a breath in between; those beyond the answers' bytes are not run. */
async function answerAll(parts: DispatchParts, requests: readonly unknown[]): Promise<string | undefined> {
  const answers: string[] = [];
  let bytes = 0;
  for (const request of requests) {
    const isFull = bytes > parts.maxAnswerBytes;
    const text = asText(isFull ? answerTooLong(request, parts.maxAnswerBytes) : await answer(parts, request));
    bytes += text?.length ?? 0;
    if (text !== undefined) answers.push(text);
    if (!isFull) await breathe();
  }
  return answers.length === 0 ? undefined : `[${answers.join(",")}]`;
}

function answerTooLong(request: unknown, most: number): object | undefined {
  const call = readCall(request);
  if (call !== undefined && call.id === undefined) return undefined;
  return failure(call?.id ?? null, faultView(new Fault("TooLarge", "the answers are too long together", { most })));
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

async function run({ node, admit, own, turnstile }: DispatchParts, name: string, params: unknown): Promise<unknown> {
  const table = own !== undefined && Object.hasOwn(own, name) ? own : METHODS;
  const method = Object.hasOwn(table, name) ? table[name] : undefined;
  const { length } = Array.isArray(params) && Array.isArray(params[0]) ? (params[0] as unknown[]) : [];
  if (!admit((method?.calls ?? 1) + Math.floor(length / ENVELOPES_A_CALL))) throw new Fault("RateLimited", TOO_MANY);
  if (method === undefined) throw new Fault("UnknownMethod", `there is no method ${name.slice(0, 100)}`);
  const call = async (): Promise<unknown> => method.call(node, new Params(params, method.params));
  return method.isLong === true ? turnstile.pass(call) : call();
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

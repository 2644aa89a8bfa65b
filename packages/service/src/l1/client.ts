import { FetchRequest, isError, Network, type Provider } from "ethers";

import type { Clock } from "../clock.ts";
import { CodedError, errorFields, fatal, reset, retry } from "../errors.ts";
import type { Log } from "../log.ts";
import { backoffMilliseconds } from "../stepper.ts";
import { CheckedProvider } from "./provider.ts";
import { decodeRevert, isRevert } from "./revert.ts";

/** The chain below. Its clock decides windows and deadlines. */
export interface L1 {
  readonly provider: Provider;
  readonly chainId: bigint;
}

export interface L1Config {
  readonly url: string;
  /** The chain id it must have; any when undefined. */
  readonly chainId?: number | undefined;
}

const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/**
 * Connects to L1. While it cannot be reached this waits, logs `L1Unreachable` and tries again; afterwards each call that
 * cannot reach it fails by itself, see {@link asL1Error}.
 * @throws CodedError fatal `WrongChain`; retry `Aborted` when the signal comes first
 */
export async function connectL1(
  config: L1Config,
  { log, clock, signal }: { log: Log; clock: Clock; signal?: AbortSignal },
): Promise<L1> {
  const chainId = await waitForChainId(config.url, log, clock, signal);
  if (config.chainId !== undefined && chainId !== BigInt(config.chainId)) {
    const data = { expected: config.chainId, actual: chainId };
    throw fatal("WrongChain", `L1 has chain id ${chainId}, expected ${config.chainId}`, data);
  }
  const request = new FetchRequest(config.url);
  request.timeout = REQUEST_TIMEOUT_MILLISECONDS;
  const network = Network.from(chainId);
  // No cache: what was true 250 ms ago may not be when a move is decided.
  const provider = new CheckedProvider(request, network, { staticNetwork: network, cacheTimeout: -1 });
  return { provider, chainId };
}

async function waitForChainId(url: string, log: Log, clock: Clock, signal?: AbortSignal): Promise<bigint> {
  for (let failures = 0; ; failures++) {
    if (signal?.aborted) throw retry("Aborted", "stopped while waiting for L1");
    try {
      return await askChainId(url);
    } catch (error) {
      const pauseMilliseconds = backoffMilliseconds(500, failures);
      log.warn({ ...errorFields(error), pauseMilliseconds }, "L1 cannot be reached; trying again");
      await clock.sleep(pauseMilliseconds, signal);
    }
  }
}

async function askChainId(url: string): Promise<bigint> {
  const { host } = new URL(url);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  let result: unknown;
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS);
    const headers = { "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body, signal });
    ({ result } = (await response.json()) as { result?: unknown });
  } catch (error) {
    throw retry("L1Unreachable", `no answer from L1 at ${host}: ${reasonOf(error)}`, { host }, error);
  }
  if (typeof result === "string" && /^0x[0-9a-f]+$/i.test(result)) return BigInt(result);
  throw retry("L1Unreachable", `${host} does not answer eth_chainId`, { host });
}

/** Codes with which ethers says that a call did not get through, or that L1's node failed. */
const UNREACHABLE: readonly unknown[] = ["NETWORK_ERROR", "TIMEOUT", "SERVER_ERROR", "CANCELLED"];

/** Codes with which Node says that a connection failed. */
const NO_CONNECTION =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_.*)$/;

/** Whether the call may have failed only on the way. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === "L1Unreachable";
  if (!(error instanceof Error) || !("code" in error) || isRevert(error)) return false;
  return UNREACHABLE.includes(error.code) || NO_CONNECTION.test(String(error.code));
}

/**
 * An error of an L1 call as a coded one: `L1Reverted` (reset), `L1Unreachable`, `InsufficientFunds`, `L1Fault` (retry; the
 * last: its node gave an error of its own). Errors that are no fault of L1 are returned as they are.
 */
export function asL1Error(error: unknown): unknown {
  if (error instanceof CodedError) return error;
  if (isRevert(error)) {
    const revert = decodeRevert(error);
    const name = revert?.name ?? "unknown error";
    return reset("L1Reverted", `L1 reverts with ${name}`, { name, args: revert?.args ?? [] }, error);
  }
  if (isUnreachable(error)) return retry("L1Unreachable", `L1 cannot be reached: ${reasonOf(error)}`, {}, error);
  if (isError(error, "INSUFFICIENT_FUNDS")) {
    return retry("InsufficientFunds", "the sender cannot pay: send it ETH", {}, error);
  }
  if (isNonsense(error)) {
    return retry("L1Fault", `L1's node answers with an error: ${reasonOf(error)}`, {}, error);
  }
  return error;
}

/** Longest reason in words: some nodes answer with what they were asked. */
const MAX_REASON = 300;

/**
 * The error in words: those of L1's node where it gave some. ethers writes the request into its messages, whose URL may hold
 * an API key and whose parameters may be blobs, but not into the short one.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const short = "shortMessage" in error ? String(error.shortMessage) : error.message;
  return (nodeWords(error) ?? short).slice(0, MAX_REASON);
}

/** What L1's node said, where ethers did not know what to make of it. */
function nodeWords(error: Error): string | undefined {
  if (!isError(error, "UNKNOWN_ERROR") || typeof error.error !== "object" || error.error === null) return undefined;
  return "message" in error.error && typeof error.error.message === "string" ? error.error.message : undefined;
}

/** What ethers says when it cannot make sense of an answer: no JSON, nothing or another kind of value than is due. */
const NONSENSE: readonly unknown[] = [
  "UNKNOWN_ERROR",
  "BAD_DATA",
  "INVALID_ARGUMENT",
  "NUMERIC_FAULT",
  "BUFFER_OVERRUN",
];

/** L1's node answered, but with an error of its own or with what is no answer. What is asked was checked before. */
function isNonsense(error: unknown): error is Error {
  const isNoJson = isError(error, "UNSUPPORTED_OPERATION") && error.operation === "bodyJson";
  return isNoJson || (error instanceof Error && "code" in error && NONSENSE.includes(error.code));
}

/** Runs L1 calls and turns their faults into coded ones. */
export async function onL1<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asL1Error(error);
  }
}

/** What can go wrong between an integrator and Lakh: every error has a `code` and typed fields; texts may change, codes do not. */
import type { Address, Hex, OutcomeName } from "@lakh/protocol";

import type { StreamErrorName } from "./stream/frames.ts";

export class LakhError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** A URL without its path, query, name and password, which may be secrets. */
function originOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.protocol}//${parsed.host}`;
}

/** The node does not answer at `url` (scheme and host). */
export class UnreachableError extends LakhError {
  readonly url: string;
  constructor(url: string, cause: unknown) {
    const origin = originOf(url);
    super("LAKH_UNREACHABLE", `no answer from ${origin}: is the node running there?`, { cause });
    this.url = origin;
  }
}

/** What answers at `url` (scheme and host) does not speak the node's JSON-RPC. */
export class BadResponseError extends LakhError {
  readonly url: string;
  constructor(url: string, detail: string, cause?: unknown) {
    const origin = originOf(url);
    super("LAKH_BAD_RESPONSE", `${origin} answered ${detail}`, { cause });
    this.url = origin;
  }
}

/** A JSON-RPC error without a class of its own. */
export class RpcError extends LakhError {
  /** The JSON-RPC error code (docs/RPC.md). */
  readonly rpcCode: number;
  readonly data: unknown;
  constructor(rpcCode: number, message: string, data: unknown, code = "LAKH_RPC") {
    super(code, message);
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

/** The envelope would not take effect: nothing was ordered, nothing was paid. */
export class RefusedError extends RpcError {
  /** Outcome code (docs/spec/machine.md). */
  readonly outcome: number;
  readonly outcomeName: OutcomeName;
  constructor(message: string, data: { outcome: number; name: OutcomeName }) {
    super(-32001, message, data, "LAKH_REFUSED");
    this.outcome = data.outcome;
    this.outcomeName = data.name;
  }
}

/** The envelope's fee is below what the sequencer takes; both in gwei. */
export class FeeTooLowError extends RpcError {
  readonly fee: bigint;
  readonly minFee: bigint;
  constructor(message: string, data: { fee: string; minFee: string }) {
    super(-32002, message, data, "LAKH_FEE_TOO_LOW");
    this.fee = BigInt(data.fee);
    this.minFee = BigInt(data.minFee);
  }
}

/** The node has too much to do; nothing was accepted: try again. */
export class BusyError extends RpcError {}
/** A request, a list or an envelope is over a limit of the node. */
export class TooLargeError extends RpcError {}
/** The entry, state or object is not there, or pruned. */
export class NotFoundError extends RpcError {}
/** A follower was asked for what only the sequencer does. */
export class NotSequencerError extends RpcError {}

/** The node, the L1 and the expected deployment are not of one chain. */
export class WrongChainError extends LakhError {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  constructor(what: string, expected: string, actual: string) {
    super("LAKH_WRONG_CHAIN", `${what} is ${actual}, expected ${expected}: check the node's and the L1's URL`);
    this.what = what;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The action signs, and the client has no signer. */
export class NoSignerError extends LakhError {
  constructor() {
    super("LAKH_NO_SIGNER", "this needs a signer: give createLakhClient an account or a signer");
  }
}

/** The action needs Ethereum, and the client has no viem client for it. */
export class NoL1Error extends LakhError {
  readonly need: "public" | "wallet";
  constructor(need: "public" | "wallet") {
    super("LAKH_NO_L1", `this needs an L1 ${need} client: give createLakhClient l1.${need}`);
    this.need = need;
  }
}

/** The signer owns no L2 account, or the index named is none. */
export class NoAccountError extends LakhError {
  readonly owner: Address | undefined;
  readonly index: number | undefined;
  constructor(of: { owner?: Address; index?: number }) {
    const which = of.index === undefined ? `${of.owner} owns no account` : `object ${of.index} is not an account`;
    super("LAKH_NO_ACCOUNT", `${which} on Lakh: deposit first, or wait for the deposit`);
    this.owner = of.owner;
    this.index = of.index;
  }
}

/** There is no such object. */
export class NoObjectError extends LakhError {
  readonly index: number;
  constructor(index: number) {
    super("LAKH_NO_OBJECT", `object ${index} does not exist`);
    this.index = index;
  }
}

/** An L1 contract refuses the call. */
export class L1RevertError extends LakhError {
  /** The custom error's name; undefined when the revert carries none of the contract's. */
  readonly errorName: string | undefined;
  readonly args: readonly unknown[];
  constructor(call: string, errorName: string | undefined, args: readonly unknown[], cause: unknown) {
    const why = errorName === undefined ? "without a known reason" : `${errorName}(${args.map(String).join(", ")})`;
    super("LAKH_L1_REVERT", `${call} reverts on L1: ${why}`, { cause });
    this.errorName = errorName;
    this.args = args;
  }
}

/** The L1 does not answer, or refuses the transaction before any contract sees it. */
export class L1Error extends LakhError {
  constructor(call: string, cause: unknown) {
    const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    super("LAKH_L1", `${call}: ${text}`, { cause });
  }
}

/** The exit cannot be paid yet: no confirmed claim covers the entry that made it. */
export class ExitNotReadyError extends LakhError {
  readonly number: bigint;
  /** Entry that made the exit. */
  readonly entry: bigint;
  /** First entry that the newest confirmed claim does not cover. */
  readonly confirmedEntry: bigint;
  constructor(number: bigint, entry: bigint, confirmedEntry: bigint) {
    super(
      "LAKH_EXIT_NOT_READY",
      `exit ${number} was made in entry ${entry}; claims are confirmed up to entry ${confirmedEntry}`,
    );
    this.number = number;
    this.entry = entry;
    this.confirmedEntry = confirmedEntry;
  }
}

/** There is no such exit. */
export class NoExitError extends LakhError {
  readonly number: bigint;
  constructor(number: bigint) {
    super("LAKH_NO_EXIT", `exit ${number} does not exist`);
    this.number = number;
  }
}

/** It did not happen in time; it may still happen. */
export class TimeoutError extends LakhError {
  readonly what: string;
  readonly seconds: number;
  constructor(what: string, seconds: number) {
    super("LAKH_TIMEOUT", `${what}: not within ${seconds} seconds`);
    this.what = what;
    this.seconds = seconds;
  }
}

/** A stream ended before all results were there. */
export class StreamEndedError extends LakhError {
  readonly url: string;
  /** Why the server ended it, if it said so (docs/STREAM.md). */
  readonly reason: StreamErrorName | undefined;
  /** WebSocket code of the end, if that was all. */
  readonly closeCode: number | undefined;
  constructor(url: string, reason: StreamErrorName | undefined, closeCode: number | undefined) {
    const origin = originOf(url);
    const why = reason ?? (closeCode === undefined ? "it was closed here" : `closed with code ${closeCode}`);
    super("LAKH_STREAM_ENDED", `the stream of ${origin} has ended: ${why}; what has no result may be sent again`);
    this.url = origin;
    this.reason = reason;
    this.closeCode = closeCode;
  }
}

/** An argument has no meaning. */
export class BadArgumentError extends LakhError {
  readonly argument: string;
  constructor(argument: string, message: string) {
    super("LAKH_BAD_ARGUMENT", `${argument}: ${message}`);
    this.argument = argument;
  }
}

/** The transaction was mined and failed. */
export class L1FailedError extends LakhError {
  readonly hash: Hex;
  constructor(call: string, hash: Hex) {
    super("LAKH_L1_FAILED", `${call} was mined and failed: ${hash}`);
    this.hash = hash;
  }
}

interface WireError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
}

/** The typed error of a JSON-RPC error object (docs/RPC.md). */
export function rpcError(error: WireError): RpcError {
  const code = typeof error.code === "number" ? error.code : 0;
  const message = typeof error.message === "string" ? error.message : "error without a message";
  const data = error.data as Record<string, unknown> | undefined;
  switch (code) {
    case -32001:
      if (typeof data?.outcome === "number" && typeof data.name === "string")
        return new RefusedError(message, { ...data, outcome: data.outcome, name: data.name as OutcomeName });
      break;
    case -32002:
      if (data?.fee !== undefined && data.minFee !== undefined)
        return new FeeTooLowError(message, { fee: String(data.fee), minFee: String(data.minFee) });
      break;
    case -32003:
    case -32005:
      return new BusyError(code, message, data, "LAKH_BUSY");
    case -32004:
      return new TooLargeError(code, message, data, "LAKH_TOO_LARGE");
    case -32006:
      return new NotFoundError(code, message, data, "LAKH_NOT_FOUND");
    case -32010:
      return new NotSequencerError(code, message, data, "LAKH_NOT_SEQUENCER");
  }
  return new RpcError(code, message, data);
}

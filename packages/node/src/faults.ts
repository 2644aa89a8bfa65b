/** What a node answers to a caller who asked for something it will not do (docs/RPC.md, "Errors"). */
export const FaultCode = {
  Refused: -32001,
  FeeTooLow: -32002,
  Busy: -32003,
  TooLarge: -32004,
  RateLimited: -32005,
  NotFound: -32006,
  NotSequencer: -32010,
  ParseError: -32700,
  InvalidRequest: -32600,
  UnknownMethod: -32601,
  InvalidParams: -32602,
  Internal: -32603,
} as const;

export type FaultName = keyof typeof FaultCode;

export type FaultData = Readonly<Record<string, unknown>>;

/** Not a fault of the node: data for the caller. */
export class Fault extends Error {
  readonly fault: FaultName;
  readonly data: FaultData | undefined;

  constructor(fault: FaultName, message: string, data?: FaultData) {
    super(message);
    this.name = "Fault";
    this.fault = fault;
    this.data = data;
  }

  get code(): number {
    return FaultCode[this.fault];
  }
}

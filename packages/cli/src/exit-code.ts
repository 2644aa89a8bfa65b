/** Errors as people and scripts see them. */
import { ConfigError } from "@lakh/bindings";
import { EncodingError } from "@lakh/protocol";
import { LakhError } from "@lakh/sdk";
import { CodedError } from "@lakh/service";

/** 1: anything else · 2: the command line or a file is wrong · 3: refused by the sequencer · 4: refused by L1, or too early · 5: no answer. */
export type ExitCode = 1 | 2 | 3 | 4 | 5;

const USAGE = [
  "UnknownCommand",
  "UnknownArgument",
  "MissingArgument",
  "UnknownOption",
  "BadOption",
  "MissingOption",
  "SecretOnCommandLine",
  "BadConfigFile",
  "MissingKey",
  "BadKey",
  "DevelopmentKey",
  "BadAmount",
  "BadAsset",
  "BadCsv",
  "BadFile",
  "PortTaken",
  "NotLocalChain",
  "OtherNetwork",
  "OtherJournal",
  "FileExists",
  "UnknownDeployment",
  "LAKH_BAD_ARGUMENT",
  "LAKH_BAD_PARAMETERS",
  "LAKH_BAD_DEPLOYMENT",
  "LAKH_ENCODING",
];
const REFUSED = ["LAKH_REFUSED", "LAKH_FEE_TOO_LOW", "LAKH_BUSY", "LAKH_TOO_LARGE", "LAKH_NOT_SEQUENCER"];
const L1 = ["InsufficientBalance", "LAKH_L1_REVERT", "LAKH_L1_FAILED", "LAKH_EXIT_NOT_READY"];
const NO_ANSWER = ["LAKH_UNREACHABLE", "LAKH_TIMEOUT", "LAKH_L1", "LAKH_BAD_RESPONSE", "L1Unreachable", "L1NotReady"];

export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Fields of the error. */
  readonly data: Readonly<Record<string, unknown>>;
}

export function complaint(error: unknown): Complaint {
  const { code, message, data } = described(error);
  return { code, message, data, exitCode: exitCodeOf(code) };
}

function described(error: unknown): { code: string; message: string; data: Record<string, unknown> } {
  if (error instanceof CodedError) return { code: error.code, message: error.message, data: { ...error.data } };
  if (error instanceof LakhError || error instanceof ConfigError || error instanceof EncodingError) {
    const data: Record<string, unknown> = { ...error };
    delete data.code;
    delete data.name;
    return { code: error.code, message: error.message, data };
  }
  return {
    code: "Unexpected",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    data: {},
  };
}

function exitCodeOf(code: string): ExitCode {
  if (USAGE.includes(code)) return 2;
  if (REFUSED.includes(code)) return 3;
  if (L1.includes(code)) return 4;
  return NO_ANSWER.includes(code) ? 5 : 1;
}

/** Errors as people and scripts see them. */
import { ConfigError } from "@lakh/bindings";
import { EncodingError } from "@lakh/protocol";
import { LakhError } from "@lakh/sdk";
import { CodedError, withoutPaths } from "@lakh/service";

/** docs/OPERATE.md tells what each means. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6;

/** Statuses by code; every other code is a fault: 1. */
export const EXIT_CODES: Readonly<Record<Exclude<ExitCode, 1>, readonly string[]>> = {
  // The command line, the environment, a file or a setting is wrong: the same again will not help.
  2: [
    ...["UnknownCommand", "UnknownArgument", "MissingArgument", "UnknownOption", "BadOption", "MissingOption"],
    ...["SecretOnCommandLine", "BadConfigFile", "BadFile", "BadCsv", "FileExists"],
    ...["MissingKey", "BadKey", "DevelopmentKey", "BadAmount", "BadAsset"],
    ...["BadDeployment", "UnknownDeployment", "OtherJournal", "OtherNetwork", "NotLocalChain"],
    ...["WrongChain", "WrongGenesis", "NoDeployment", "NotBatcher", "NotSequencer"],
    ...["PortTaken", "CannotListen", "Locked", "SnapshotRefused"],
    ...["LAKH_BAD_ARGUMENT", "LAKH_BAD_PARAMETERS", "LAKH_BAD_DEPLOYMENT", "LAKH_ENCODING", "LAKH_WRONG_CHAIN"],
    ...["LAKH_NO_SIGNER", "LAKH_NO_L1"],
  ],
  // Refused by the sequencer.
  3: ["LAKH_REFUSED", "LAKH_FEE_TOO_LOW", "LAKH_BUSY", "LAKH_TOO_LARGE", "LAKH_NOT_SEQUENCER"],
  // Refused by L1, not paid for, or too early.
  4: [
    ...["LAKH_L1_REVERT", "LAKH_L1_FAILED", "LAKH_EXIT_NOT_READY", "L1Reverted", "L1Refused"],
    ...["InsufficientBalance", "InsufficientFunds", "DeployFailed", "DeployStopped", "NonceTaken"],
  ],
  // No answer, or none of use: the same again may help.
  5: [
    ...["LAKH_UNREACHABLE", "LAKH_TIMEOUT", "LAKH_L1", "LAKH_BAD_RESPONSE", "LAKH_STREAM_ENDED"],
    ...["L1Unreachable", "L1NotReady", "L1Fault", "L1Behind", "NodeUnreachable", "NodeFault"],
    "PeerUnreachable",
  ],
  // What was asked for does not exist.
  6: [
    ...["LAKH_NOT_FOUND", "LAKH_NO_ACCOUNT", "LAKH_NO_EXIT", "LAKH_NO_OBJECT"],
    ...["NoSuchClaim", "NoSuchReceipt", "NothingToWithdraw"],
  ],
};

const STATUS = new Map<string, ExitCode>(
  Object.entries(EXIT_CODES).flatMap(([status, codes]) => codes.map((code) => [code, Number(status) as ExitCode])),
);

export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Fields of the error. */
  readonly data: Readonly<Record<string, unknown>>;
}

export function complaint(error: unknown): Complaint {
  const { code, message, data } = described(error);
  return { code, message, data, exitCode: STATUS.get(code) ?? 1 };
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
    message: withoutPaths(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    data: {},
  };
}

/** Rows of a file of real swaps, as `lakh replay` reads it. */
import { createReadStream, existsSync } from "node:fs";
import { createGunzip } from "node:zlib";

import type { Address, Hex } from "@lakh/protocol";
import { fatal } from "@lakh/service";
import { CsvError, parse } from "csv-parse";

export interface SwapRow {
  /** Line in the file, the header being line 1. */
  readonly line: number;
  readonly txHash: Hex;
  readonly token0: Address;
  readonly token1: Address;
  /** Smallest units of the tokens; positive: into the pool. Exactly one is positive. */
  readonly amount0: bigint;
  readonly amount1: bigint;
}

export interface SwapFile {
  readonly swaps: readonly SwapRow[];
  /** Rows of other kinds, by `protocol event_type`. */
  readonly skipped: Readonly<Record<string, number>>;
}

const PROTOCOL = "uniswap_v3";
const EVENT = "swap";
const COLUMNS = [
  "block_number",
  "block_timestamp",
  "protocol",
  "event_type",
  "pool_address",
  "token0",
  "token1",
  "amount0",
  "amount1",
  "tx_hash",
  "log_index",
] as const;
type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * Reads a CSV file, gzipped when its name ends in `.gz`; all swaps must be of one pair.
 * @throws CodedError fatal `BadFile`; `BadCsv` with the line
 */
export async function readSwaps(file: string): Promise<SwapFile> {
  if (!existsSync(file)) throw fatal("BadFile", `there is no file ${file}`, { file });
  const swaps: SwapRow[] = [];
  const skipped: Record<string, number> = {};
  const source = createReadStream(file);
  const bytes = file.endsWith(".gz") ? source.pipe(createGunzip()) : source;
  source.on("error", (error: Error) => bytes.destroy(error));
  const parser = parse({ columns: checkHeader, info: true });
  bytes.on("error", (error: Error) => parser.destroy(error));
  try {
    for await (const { record, info } of bytes.pipe(parser) as AsyncIterable<{
      record: Cells;
      info: { lines: number };
    }>) {
      const kind = `${record.protocol} ${record.event_type}`;
      if (record.protocol === PROTOCOL && record.event_type === EVENT) swaps.push(swapOf(record, info.lines, swaps[0]));
      else skipped[kind] = (skipped[kind] ?? 0) + 1;
    }
  } catch (error) {
    throw csvError(file, error);
  } finally {
    source.destroy(); // after a fault nobody reads it to its end
  }
  if (swaps.length === 0) throw fatal("BadCsv", `${file} holds no ${PROTOCOL} ${EVENT} row`, { file });
  return { swaps, skipped };
}

function checkHeader(header: string[]): string[] {
  const missing = COLUMNS.find((column) => !header.includes(column));
  if (missing !== undefined) throw bad(1, `the column ${missing} is missing`);
  return header;
}

function swapOf(cells: Cells, line: number, first: SwapRow | undefined): SwapRow {
  const txHash = matching(cells.tx_hash, /^0x[0-9a-fA-F]{64}$/, line, "tx_hash") as Hex;
  const token0 = matching(cells.token0, /^0x[0-9a-fA-F]{40}$/, line, "token0") as Address;
  const token1 = matching(cells.token1, /^0x[0-9a-fA-F]{40}$/, line, "token1") as Address;
  const amount0 = BigInt(matching(cells.amount0, /^-?\d{1,60}$/, line, "amount0"));
  const amount1 = BigInt(matching(cells.amount1, /^-?\d{1,60}$/, line, "amount1"));
  if (amount0 > 0n === amount1 > 0n) throw bad(line, "one of amount0 and amount1 must go into the pool, the other out");
  if (first && (first.token0 !== token0 || first.token1 !== token1))
    throw bad(line, `the pair differs from that of line ${first.line}`);
  return { line, txHash, token0, token1, amount0, amount1 };
}

function matching(value: string, pattern: RegExp, line: number, column: string): string {
  if (!pattern.test(value)) throw bad(line, `${column} is ${JSON.stringify(value)}`);
  return value;
}

const bad = (line: number, why: string) => fatal("BadCsv", `line ${line}: ${why}`, { line });

function csvError(file: string, error: unknown): unknown {
  const { code, lines, message } = error as Partial<CsvError>;
  if (error instanceof CsvError) return fatal("BadCsv", `line ${lines}: ${message}`, { file, line: lines, why: code });
  if (code?.startsWith("Z_") === true) return fatal("BadFile", `${file} is no gzip file: ${message}`, { file });
  return error;
}

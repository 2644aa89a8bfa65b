/** Tells the story in the terminal and keeps the accounts: each step's L1 transactions, gas and seconds. */
import type { Hex } from "@lakh/protocol";
import type { PublicClient } from "viem";

export interface Row {
  readonly what: string;
  readonly transactions: number;
  readonly gas: bigint;
  readonly seconds: number;
}

export interface Telling {
  /** A line about what just happened. */
  say(text: string): void;
  /** A transaction that belongs to the step. */
  sent(...hashes: Hex[]): void;
}

export class Ledger {
  readonly rows: Row[] = [];
  private readonly print: (text: string) => void;

  constructor(print: (text: string) => void) {
    this.print = print;
  }

  /**
   * Runs a step of the story, with its title above and its account below.
   * @param earlierSeconds what the step took before it is told
   */
  async step<T>(what: string, l1: PublicClient, run: (telling: Telling) => Promise<T>, earlierSeconds = 0): Promise<T> {
    const started = performance.now() - earlierSeconds * 1000;
    const hashes = new Set<Hex>();
    this.print(`\n${this.rows.length + 1}. ${what}`);
    const say = (text: string): void => this.print(`   ${text}`);
    const result = await run({ say, sent: (...sent) => sent.forEach((hash) => hashes.add(hash)) });
    const seconds = (performance.now() - started) / 1000;
    const receipts = await Promise.all([...hashes].map((hash) => l1.getTransactionReceipt({ hash })));
    const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    this.rows.push({ what, transactions: receipts.length, gas, seconds });
    const onL1 =
      receipts.length === 0 ? "no L1 transaction" : `${receipts.length} L1 transactions, ${grouped(gas)} gas`;
    say(`✓ ${onL1}, ${seconds.toFixed(1)} s`);
    return result;
  }

  /** The table at the end. */
  table(): string {
    const total = this.rows.reduce(
      (sum, row) => ({
        what: "all",
        transactions: sum.transactions + row.transactions,
        gas: sum.gas + row.gas,
        seconds: sum.seconds + row.seconds,
      }),
      { what: "all", transactions: 0, gas: 0n, seconds: 0 },
    );
    const cells = [...this.rows, total].map((row) => [
      row.what,
      String(row.transactions),
      grouped(row.gas),
      row.seconds.toFixed(1),
    ]);
    return textTable(["what", "L1 transactions", "gas", "seconds"], cells);
  }
}

/** 1234567 → `1,234,567`. */
export function grouped(value: bigint | number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A table with a ruled head; all columns but the first are numbers. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return [line(head), widths.map((width) => "─".repeat(width)).join("──"), ...rows.map(line)].join("\n");
}

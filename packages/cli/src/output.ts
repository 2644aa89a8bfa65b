/** What commands say: text for people, or one JSON value with `--json`. */

export interface Output {
  readonly json: boolean;
  /** The command's result: `value` with `--json`, else `text`. */
  result(value: unknown, text: string): void;
  /** A part of a longer telling, for people only; on standard output. */
  tell(text: string): void;
  /** Something on the way, for people only. */
  note(text: string): void;
  /** A line that the next one replaces, where the terminal can. */
  progress(text: string): void;
}

/** A stream to write to; a terminal can replace its last line. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export function createOutput(json: boolean, stdout: Sink, stderr: Sink): Output {
  let open = false;
  const clear = (): void => {
    if (open) stderr.write("\r\x1b[K");
    open = false;
  };
  return {
    json,
    result(value, text) {
      clear();
      stdout.write((json ? toJson(value) : text) + "\n");
    },
    tell(text) {
      if (json) return;
      clear();
      stdout.write(text + "\n");
    },
    note(text) {
      if (json) return;
      clear();
      stderr.write(text + "\n");
    },
    progress(text) {
      if (json || stderr.isTTY !== true) return;
      stderr.write(`\r\x1b[K${text}`);
      open = true;
    },
  };
}

/** JSON with bigints as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part), 2);
}

/** Rows of text in columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

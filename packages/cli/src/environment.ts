/** Environment variables that begin like ours, but that nothing reads: most are misspelt. */
import { variableOf } from "@lakh/service";

import type { Command } from "./command.ts";

/** Variables that are no command's option. */
const OTHERS = ["LAKH_KERNELS", "LAKH_KERNELS_PORTABLE", "LAKH_FAIL_POINT"];
/** A name that differs by more letters is another name. */
const NEAR = 3;

export interface UnknownVariable {
  readonly variable: string;
  /** A variable that it may have been meant for. */
  readonly near: string | undefined;
}

/** Those of `env` that no command reads. */
export function unknownVariables(commands: readonly Command[], env: NodeJS.ProcessEnv): UnknownVariable[] {
  const known = new Set(OTHERS);
  for (const { role, table } of commands)
    for (const name of [...Object.keys(table), "config"]) known.add(variableOf(role, name));
  return Object.keys(env)
    .filter((variable) => variable.startsWith("LAKH_") && !known.has(variable))
    .map((variable) => ({ variable, near: nearest(variable, known) }));
}

function nearest(given: string, known: ReadonlySet<string>): string | undefined {
  const ranked = [...known].map((name) => ({ name, letters: distance(given, name) }));
  const [best] = ranked.filter(({ letters }) => letters <= NEAR).sort((a, b) => a.letters - b.letters);
  return best?.name;
}

/** Letters to insert, delete or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

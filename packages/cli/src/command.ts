/** What a command is, and how a command line finds it. */
import { fatal, flagOf, type OptionTable, type Options } from "@lakh/service";

import type { Output } from "./output.ts";

/** A word after the command's name that is not a flag. */
export interface Argument {
  readonly name: string;
  readonly optional?: true;
}

export interface Invocation<Table extends OptionTable> {
  readonly options: Options<Table>;
  /** Values of the command's arguments, in order; undefined where an optional one is left out. */
  readonly args: readonly (string | undefined)[];
  readonly out: Output;
  /** Aborted when the user stops the program. */
  readonly signal: AbortSignal;
}

export interface Command {
  /** `["exit", "status"]`. */
  readonly words: readonly string[];
  readonly arguments: readonly Argument[];
  readonly about: string;
  /** Names the environment variables; `""`: `LAKH_KEY`. */
  readonly role: string;
  readonly table: OptionTable;
  /** It ends by itself when the signal is aborted; other commands are ended at once. */
  readonly stopsItself: boolean;
  run(invocation: Invocation<OptionTable>): Promise<void>;
}

export interface CommandSpec<Table extends OptionTable> {
  readonly words: string;
  readonly about: string;
  readonly role?: string;
  readonly arguments?: readonly Argument[];
  readonly table: Table;
  /** It ends by itself when the signal is aborted. */
  readonly stopsItself?: true;
  readonly run: (invocation: Invocation<Table>) => Promise<void>;
}

/** A command whose `run` sees the values that its own table yields. */
export function command<Table extends OptionTable>(spec: CommandSpec<Table>): Command {
  return {
    words: spec.words.split(" "),
    arguments: spec.arguments ?? [],
    about: spec.about,
    role: spec.role ?? "",
    table: spec.table,
    stopsItself: spec.stopsItself ?? false,
    // main reads the options with this very table.
    run: (invocation) => spec.run(invocation as unknown as Invocation<Table>),
  };
}

/** The command with the most words that the line begins with. @throws CodedError fatal `UnknownCommand` */
export function findCommand(commands: readonly Command[], argv: readonly string[]): Command {
  const matches = commands.filter(({ words }) => words.every((word, i) => argv[i] === word));
  const best = matches.sort((a, b) => b.words.length - a.words.length)[0];
  if (best) return best;
  const given = argv[0] ?? "";
  const group = commands.filter(({ words }) => words[0] === given).map(({ words }) => words.join(" "));
  const hint = group.length === 0 ? "lakh --help lists them" : `there are ${group.join(", ")}`;
  throw fatal("UnknownCommand", `no command ${JSON.stringify(given)}: ${hint}`, { given });
}

/** Parts the rest of a line into arguments and flags. @throws CodedError fatal `MissingArgument`, `UnknownArgument` */
export function splitArguments(
  { arguments: known, table, words }: Command,
  argv: readonly string[],
): { args: (string | undefined)[]; flags: string[] } {
  const bare = new Set(Object.entries(table).flatMap(([name, option]) => (option.bare ? [flagOf(name)] : [])));
  const args: (string | undefined)[] = [];
  const flags: string[] = [];
  for (let at = words.length; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (!word.startsWith("--")) args.push(word);
    else {
      flags.push(word);
      const next = argv[at + 1];
      if (!word.includes("=") && !bare.has(word) && next !== undefined) {
        flags.push(next);
        at++;
      }
    }
  }
  const surplus = args[known.length];
  if (surplus !== undefined)
    throw fatal("UnknownArgument", `${words.join(" ")} takes no ${JSON.stringify(surplus)}`, { given: surplus });
  const missing = known.find(({ optional }, i) => !optional && args[i] === undefined);
  if (missing)
    throw fatal("MissingArgument", `${usage(words, known)}: ${missing.name} is missing`, { argument: missing.name });
  return { args, flags };
}

/** `lakh exit status NUMBER [flags]`. */
export function usage(words: readonly string[], args: readonly Argument[]): string {
  const shown = args.map(({ name, optional }) => (optional ? `[${name}]` : name));
  return ["lakh", ...words, ...shown, "[flags]"].join(" ");
}

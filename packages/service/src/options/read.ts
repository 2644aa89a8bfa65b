import { readFileSync } from "node:fs";

import { fatal, type CodedError } from "../errors.ts";
import { jsonComplaint } from "../json-complaint.ts";
import { flagOf, prefixOf, variableOf, type Option, type Options, type OptionTable } from "./option.ts";

export interface OptionSources {
  /** `batcher`: names the environment variables. */
  readonly role: string;
  /** Command line after the command's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Given {
  readonly text: string;
  /** Where it was written: a flag, a variable, a key of a file. */
  readonly where: string;
}

const CONFIG_FLAG = "--config";

/**
 * Reads a role's options: flags before environment before `--config FILE.json` before fallbacks.
 * @throws CodedError fatal `UnknownOption`, `BadOption`, `MissingOption`, `SecretOnCommandLine`, `BadConfigFile`: nothing is
 *   ever guessed or left out silently
 */
export function readOptions<Table extends OptionTable>(table: Table, sources: OptionSources): Options<Table> {
  const flags = readFlags(table, sources.argv);
  const variables = readVariables(table, sources);
  const configFile = flags.get(CONFIG_FLAG) ?? variables.get(CONFIG_FLAG);
  const file = configFile === undefined ? new Map<string, Given>() : readFile(table, configFile.text);
  const values = Object.entries(table).map(([name, option]) => {
    const given = flags.get(name) ?? variables.get(name) ?? file.get(name);
    return [name, given === undefined ? withoutValue(name, option, sources.role) : parse(option, given)] as const;
  });
  // Every name of the table has its own option's value.
  return Object.fromEntries(values) as Options<Table>;
}

function readFlags(table: OptionTable, argv: readonly string[]): Map<string, Given> {
  const names = new Map(Object.keys(table).map((name) => [flagOf(name), name]));
  const given = new Map<string, Given>();
  for (let at = 0; at < argv.length; at++) {
    const [flag = "", inline] = splitOnce(argv[at] ?? "");
    const name = flag === CONFIG_FLAG ? CONFIG_FLAG : names.get(flag);
    if (name === undefined) {
      const known = [...names].filter(([, option]) => !table[option]?.secret).map(([written]) => written);
      throw unknown(flag, [...known, CONFIG_FLAG]);
    }
    const option = table[name];
    if (option?.secret) {
      throw fatal("SecretOnCommandLine", `${flag} is a secret: give it by environment or file, not as a flag`, {
        flag,
      });
    }
    const text = inline ?? (option?.bare ? "true" : argv[++at]);
    const expects = option?.expects ?? "a path";
    if (text === undefined) throw fatal("BadOption", `${flag} needs a value: ${expects}`, { where: flag, expects });
    if (given.has(name)) throw fatal("BadOption", `${flag} is given twice`, { where: flag, expects: "one value" });
    given.set(name, { text, where: flag });
  }
  return given;
}

function readVariables(table: OptionTable, { role, env }: OptionSources): Map<string, Given> {
  const names = new Map(Object.keys(table).map((name) => [variableOf(role, name), name]));
  names.set(variableOf(role, "config"), CONFIG_FLAG);
  const given = new Map<string, Given>();
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.startsWith(prefixOf(role))) continue;
    const name = names.get(variable);
    if (name === undefined) throw unknown(variable, [...names.keys()]);
    given.set(name, { text, where: variable });
  }
  return given;
}

function readFile(table: OptionTable, file: string): Map<string, Given> {
  const content = parseFile(file);
  const given = new Map<string, Given>();
  for (const [name, value] of Object.entries(content)) {
    const where = `${name} in ${file}`;
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined) throw unknown(where, Object.keys(table));
    if (!["string", "number", "boolean"].includes(typeof value))
      throw bad(option, { text: JSON.stringify(value), where });
    given.set(name, { text: String(value), where });
  }
  return given;
}

function parseFile(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadConfigFile", `cannot read ${file} as JSON: ${jsonComplaint(error)}`, { file });
  }
  if (content === null || typeof content !== "object" || Array.isArray(content)) {
    throw fatal("BadConfigFile", `${file} must hold one JSON object of options`, { file });
  }
  return content as Record<string, unknown>;
}

function parse(option: Option<unknown>, given: Given): unknown {
  const value = option.parse(given.text);
  if (value === undefined) throw bad(option, given);
  return value;
}

function withoutValue(name: string, option: Option<unknown>, role: string): unknown {
  if (option.fallback !== undefined || option.optional) return option.fallback;
  const [flag, variable, { expects }] = [flagOf(name), variableOf(role, name), option];
  throw fatal("MissingOption", `${flag} (or ${variable}) must be given: ${expects}`, { flag, variable, expects });
}

function bad(option: Option<unknown>, { text, where }: Given): CodedError {
  const { expects } = option;
  if (option.secret || option.confidential)
    return fatal("BadOption", `${where}: expected ${expects}`, { where, given: "(secret)", expects });
  return fatal("BadOption", `${where}: expected ${expects}, not ${JSON.stringify(text)}`, {
    where,
    given: text,
    expects,
  });
}

function unknown(where: string, known: readonly string[]): CodedError {
  return fatal("UnknownOption", `unknown option ${where}; known: ${known.join(", ")}`, { where, known });
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

import { flagOf, variableOf, type Option, type Options, type OptionTable } from "./option.ts";

/** The values as the start-up log shows them: secrets only as given or not. */
export function shownOptions<Table extends OptionTable>(table: Table, values: Options<Table>): Record<string, unknown> {
  const shown = Object.entries(table).map(([name, option]) => [name, shownValue(option, values[name])] as const);
  return Object.fromEntries(shown);
}

function shownValue(option: Option<unknown>, value: unknown): unknown {
  if (value === undefined) return "(not given)";
  if (option.secret) return "(secret)";
  return option.show ? option.show(value) : value;
}

/** Help for a terminal: a line an option with its flag, variable, what it expects and its fallback. */
export function optionsHelp(role: string, table: OptionTable): string {
  const lines = Object.entries(table).map(([name, option]) => {
    const written = option.secret ? variableOf(role, name) : `${flagOf(name)}, ${variableOf(role, name)}`;
    const shown = option.fallback === undefined ? undefined : shownFallback(option);
    const fallback = shown !== undefined ? `, else ${shown}` : option.optional ? ", optional" : ", must be given";
    return `  ${written}\n      ${option.help} (${option.expects}${fallback})`;
  });
  const config = `  --config, ${variableOf(role, "config")}\n      JSON file of options by name, as in { "l1Url": "…" }; flags and environment come first`;
  return [...lines, config].join("\n");
}

function shownFallback(option: Option<unknown>): string {
  const { fallback } = option;
  return option.show ? String(option.show(fallback)) : String(fallback);
}

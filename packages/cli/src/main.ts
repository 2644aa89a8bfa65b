/** `lakh`: finds the command, reads its options, runs it, says what went wrong. */
import { hasCode, optionsHelp, readOptions, variableOf } from "@lakh/service";

import { type Command, findCommand, splitArguments, usage } from "./command.ts";
import { commands } from "./commands.ts";
import { unknownVariables } from "./environment.ts";
import { complaint } from "./exit-code.ts";
import { type Sink, columns, createOutput, toJson } from "./output.ts";

/** Where a command line comes from, and where its words go. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** Runs one command line. @returns the exit status */
export async function main(words: readonly string[], { env, stdout, stderr }: Surroundings): Promise<number> {
  const json = words.includes("--json");
  const argv = words.map((word) => (word === "-h" ? "--help" : word));
  const out = createOutput(json, stdout, stderr);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  try {
    if (argv.length === 0 || argv[0] === "--help" || argv[0] === "help") {
      out.result(
        commands.map(({ words, about }) => ({ command: words.join(" "), about })),
        helpOfAll(),
      );
      return 0;
    }
    warnOfUnknown(env, json, stderr);
    const command = findCommand(commands, argv);
    if (argv.includes("--help")) {
      out.result({ usage: usage(command.words, command.arguments), about: command.about }, helpOf(command));
      return 0;
    }
    const { args, flags } = splitArguments(command, argv);
    const options = readOptions(command.table, { role: command.role, argv: flags, env: ownEnvironment(command, env) });
    if (command.stopsItself) process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    await command.run({ options, args, out, signal: stop.signal });
    return 0;
  } catch (error) {
    if (stop.signal.aborted && hasCode(error, "Aborted")) return 0; // as was asked
    const { code, message, data, exitCode } = complaint(error);
    stderr.write(json ? toJson({ error: { code, message, ...data } }) + "\n" : `error ${code}: ${message}\n`);
    return exitCode;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function warnOfUnknown(env: NodeJS.ProcessEnv, json: boolean, stderr: Sink): void {
  for (const { variable, near } of unknownVariables(commands, env)) {
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    const text = `warning UnknownVariable: no command reads ${variable}${hint}`;
    const value = { warning: { code: "UnknownVariable", variable, near } };
    stderr.write((json ? JSON.stringify(value) : text) + "\n");
  }
}

/** The prefix `LAKH_` of people's commands is also that of every role: only variables of the command's own table count. */
function ownEnvironment({ role, table }: Command, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (role !== "") return env;
  const names = Object.keys(table).map((name) => variableOf(role, name));
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

function helpOf({ words, arguments: args, about, role, table }: Command): string {
  const below = commands.filter(
    (other) => other.words.length > words.length && words.every((word, i) => other.words[i] === word),
  );
  const more = below.length === 0 ? "" : `\n\nSee also:\n${columns(below.map(commandRow))}`;
  return `${usage(words, args)}\n\n${about}\n\n${optionsHelp(role, table)}${more}`;
}

function commandRow({ words, arguments: args, about }: Command): string[] {
  const shown = args.map(({ name, optional }) => (optional ? `[${name}]` : name));
  return [`  ${[...words, ...shown].join(" ")}`, about];
}

function helpOfAll(): string {
  return `lakh COMMAND [flags]\n\n${columns(commands.map(commandRow))}\n\nlakh COMMAND --help shows its flags. Keys come from LAKH_KEY, --key-file or a keystore, never from a flag.`;
}

/** Stops this process as SIGTERM does when the launcher (`bin/lakh.js`) is gone, even killed; by itself that keeps nothing alive. */
function stopWithLauncher(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}

/** Says what nobody caught in the words of other errors: Node would print the error's fields too, such as the URL of a request. */
function reportUncaught(): void {
  process.on("uncaughtException", (error) => {
    const { code, message } = complaint(error);
    process.stderr.write(`error ${code}: ${message}\n`);
    process.exit(1);
  });
}

if (import.meta.main) {
  reportUncaught();
  if (process.connected) stopWithLauncher();
  process.exitCode = await main(process.argv.slice(2), process);
}

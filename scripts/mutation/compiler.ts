/** Compiles single contracts in this process, with the project's compiler, and no more of them than is asked for. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";

/** The changed source, by the path it has in the project. */
export interface Change {
  readonly file: string;
  readonly source: string;
}

/** The compiler refused a source. */
export class CompileError extends Error {
  readonly code = "COMPILE";
}

interface CompilerOutput {
  errors?: { severity: string; type: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
}

const IMPORT = /^import\s[^;]*?"([^"]+)"[^;]*;/gm;

/** @param settingsOf settings for a source, without `outputSelection`: each for contracts that those before cannot compile */
export function createCompiler(root: string, settingsOf: (file: string) => readonly object[]) {
  const require = createRequire(join(root, "package.json"));
  const listeners = process.listeners("unhandledRejection");
  const solc = require("solc") as { compile(input: string): string };
  // The compiler's runtime ends the process at any rejection: that is not its business here.
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  const texts = new Map<string, string>();
  /** Which settings compile a contract. */
  const ways = new Map<string, number>();

  function textOf(file: string): string {
    const known = texts.get(file);
    if (known !== undefined) return known;
    const path = file.startsWith("contracts/") ? join(root, file) : require.resolve(file);
    const text = readFileSync(path, "utf8");
    texts.set(file, text);
    return text;
  }

  /** `file` and all that it imports, however far. */
  function sourcesOf(file: string, found = new Map<string, string>()): Map<string, string> {
    if (found.has(file)) return found;
    const text = textOf(file);
    found.set(file, text);
    for (const [, path] of text.matchAll(IMPORT)) {
      if (path === undefined) continue;
      sourcesOf(path.startsWith(".") ? posix.join(posix.dirname(file), path) : path, found);
    }
    return found;
  }

  /** Creation code of the contract `name` of `file`, `0x…`; throws a {@link CompileError}. */
  function compile(file: string, name: string, change?: Change): string {
    const content = [...sourcesOf(file)].map(([path, text]) => {
      return [path, { content: path === change?.file ? change.source : text }] as const;
    });
    const sources = Object.fromEntries(content);
    const outputSelection = { [file]: { [name]: ["evm.bytecode.object"] } };
    const key = `${file}:${name}`;
    const settings = settingsOf(file);
    for (let way = ways.get(key) ?? 0; ; way++) {
      const input = { language: "Solidity", sources, settings: { ...settings[way], outputSelection } };
      const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput;
      const code = output.contracts?.[file]?.[name]?.evm.bytecode.object;
      const error = output.errors?.find(({ severity }) => severity === "error");
      ways.set(key, way);
      if (!error && code !== undefined) return `0x${code}`;
      // What the source does not excuse: its stack is too deep for these settings.
      if (error?.type === "CompilerError" && way + 1 < settings.length) continue;
      throw new CompileError(error?.formattedMessage ?? `no code of ${key}`);
    }
  }

  return { compile, dependsOn: (file: string, on: string): boolean => sourcesOf(file).has(on) };
}

export type Compiler = ReturnType<typeof createCompiler>;

/** The ways in which a Solidity source is spoilt: one small change each, found in the text. */
import { exchanges } from "./exchanges.ts";
import { assemblyBlocks, closing, codeOf, opening } from "./source.ts";

export interface Mutant {
  readonly kind: string;
  /** Place of the change in the source, and what stands there instead. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What a statement that may be left out does not begin with: without it the rest would not compile, or it says nothing. */
const NO_STATEMENT =
  /^(return|import|using|error|event|pragma|struct|enum|type|require|for|while|do|assembly|unchecked|let|function|if|else|u?int\d*|bytes\d*|bool|address|string|mapping|\(?[A-Z]\w*( memory| storage| calldata)? \w+\b|\([^)]*\b\w+ \w+)/;
/** A line of assembly that may be left out: it writes to memory, storage or a variable. */
const ASSEMBLY_STATEMENT = /^[ \t]*((?:mstore8?|mcopy|calldatacopy|sstore|tstore)\(.*|\w+ := .*)$/gm;

/** All mutants of a source, in the order of their places. */
export function mutantsOf(source: string): Mutant[] {
  const code = codeOf(source);
  const found = [...exchanges(code), ...requirements(code), ...conditions(code), ...rounding(code)];
  const all = [...found, ...statements(code), ...assemblyStatements(code)];
  return all.toSorted((a, b) => a.start - b.start || a.kind.localeCompare(b.kind));
}

/** `require(…);` left out. */
function* requirements(code: string): Generator<Mutant> {
  for (const match of code.matchAll(/\brequire\(/g)) {
    const end = closing(code, match.index + "require".length);
    yield { kind: "guard dropped", start: match.index, end: code.indexOf(";", end) + 1, text: "" };
  }
}

/** `if (…)` that never holds: a guard dropped, when it reverts or returns; and, when it does not, one that always holds. */
function* conditions(code: string): Generator<Mutant> {
  for (const match of code.matchAll(/\bif (?:\w+)?(?=\()/g)) {
    const bracket = match.index + match[0].length;
    const inAssembly = code[bracket - 1] !== " ";
    const [start, end] = [match.index + "if ".length, closing(code, bracket) + 1];
    const isGuard = /^\s*(\{\s*)?(revert|return)\b/.test(code.slice(end, end + 80));
    const [never, always] = inAssembly ? ["0", "1"] : ["(false)", "(true)"];
    yield { kind: isGuard ? "guard dropped" : "condition", start, end, text: never };
    if (!isGuard) yield { kind: "condition", start, end, text: always };
  }
}

/** `a / b` rounded up instead of down. */
function* rounding(code: string): Generator<Mutant> {
  for (const match of code.matchAll(/(?<=[\w)\]]) \/ (?=[\w(])/g)) {
    const start = operandBefore(code, match.index);
    const from = match.index + match[0].length;
    const end = operandAfter(code, from);
    // With a factor before it, the operand is not all that is divided.
    if (/[*/%] $/.test(code.slice(0, start))) continue;
    const [above, below] = [code.slice(start, match.index), code.slice(from, end)];
    yield { kind: "rounding", start, end, text: `((${above} + ${below} - 1) / ${below})` };
  }
}

/** Start of the name, call or bracket that ends at `end`. */
function operandBefore(code: string, end: number): number {
  let start = end;
  if (code[end - 1] === ")") start = opening(code, end - 1);
  while (/[\w.]/.test(code[start - 1] ?? "")) start--;
  return start;
}

/** End of the name, call or bracket that starts at `start`. */
function operandAfter(code: string, start: number): number {
  const name = /^[\w.]*/.exec(code.slice(start))?.[0].length ?? 0;
  return code[start + name] === "(" ? closing(code, start + name) + 1 : start + name;
}

/** Statements of function bodies left out. */
function* statements(code: string): Generator<Mutant> {
  let from = 0;
  let braces = 0;
  let parentheses = 0;
  for (let at = 0; at < code.length; at++) {
    const char = code[at];
    if (char === "(") parentheses++;
    if (char === ")") parentheses--;
    if (char === "{") braces++;
    if (char === "}") braces--;
    if (char === ";" && parentheses === 0 && braces >= 1) {
      const start = from + (/\S/.exec(code.slice(from, at))?.index ?? 0);
      const text = code.slice(start, at);
      // Members, constants and the likes end with a semicolon too: a statement assigns, deletes or calls.
      const acts = /[^=!<>]=[^=]|\+\+|--|^delete |\)$/.test(text);
      const declares = /\b(constant|immutable|public|private)\b/.test(text) || NO_STATEMENT.test(text);
      if (acts && !declares) yield { kind: "statement removed", start, end: at + 1, text: "" };
    }
    // Braces and semicolons between parentheses belong to an argument or to the head of a loop.
    if (parentheses === 0 && (char === "{" || char === "}" || char === ";")) from = at + 1;
  }
}

function* assemblyStatements(code: string): Generator<Mutant> {
  for (const { start, end } of assemblyBlocks(code)) {
    for (const match of code.slice(start, end).matchAll(ASSEMBLY_STATEMENT)) {
      const stop = start + match.index + match[0].length;
      yield { kind: "statement removed", start: stop - (match[1] ?? "").length, end: stop, text: "" };
    }
  }
}

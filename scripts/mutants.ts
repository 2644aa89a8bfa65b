/** The ways in which `scripts/mutate.ts` spoils a Solidity source: one small change each, found in the text. */

export interface Mutant {
  readonly kind: string;
  /** Place of the change in the source, and what stands there instead. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Simple exchanges of a token. The patterns match it alone, between what stands around it. */
const EXCHANGES: readonly (readonly [kind: string, pattern: RegExp, text: string])[] = [
  ["comparison", /(?<= )<(?= )/g, "<="],
  ["comparison", /(?<= )<=(?= )/g, "<"],
  ["comparison", /(?<= )>(?= )/g, ">="],
  ["comparison", /(?<= )>=(?= )/g, ">"],
  ["comparison", /(?<= )==(?= )/g, "!="],
  ["comparison", /(?<= )!=(?= )/g, "=="],
  ["comparison", /\blt(?=\()/g, "gt"],
  ["comparison", /\bgt(?=\()/g, "lt"],
  ["logic", /&&/g, "||"],
  ["logic", /\|\|/g, "&&"],
  ["logic", /(?<=[( ])!(?=[\w(])/g, ""],
  ["guard dropped", / nonReentrant\b/g, ""],
  ["off by one", /(?<= )\+ 1\b/g, "+ 0"],
  ["off by one", /(?<= )- 1\b/g, "- 0"],
  ["arithmetic", /(?<=[\w)\]] )\+(?= )/g, "-"],
  ["arithmetic", /(?<=[\w)\]] )-(?= )/g, "+"],
  ["arithmetic", /(?<= )<<(?= )/g, ">>"],
  ["arithmetic", /(?<= )>>(?= )/g, "<<"],
];

/** What a statement that may be left out does not begin with: without it the rest would not compile, or it says nothing. */
const NO_STATEMENT =
  /^(return|import|using|error|event|pragma|struct|enum|type|require|for|while|do|assembly|unchecked|let|function|if|else|u?int\d*|bytes\d*|bool|address|string|mapping|\(?[A-Z]\w*( memory| storage| calldata)? \w+\b|\()/;

/** All mutants of a source, in the order of their places. */
export function mutantsOf(source: string): Mutant[] {
  const code = withoutComments(source);
  const found = [...exchanges(code), ...guards(code), ...rounding(code), ...statements(code)];
  return found.toSorted((a, b) => a.start - b.start || a.kind.localeCompare(b.kind));
}

/** The source with comments, strings and import lines blanked out; places stay. */
function withoutComments(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, " ");
  return source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|^import[^;]*;|^pragma[^;]*;/gm, blank);
}

function* exchanges(code: string): Generator<Mutant> {
  for (const [kind, pattern, text] of EXCHANGES)
    for (const match of code.matchAll(pattern))
      yield { kind, start: match.index, end: match.index + match[0].length, text };
}

/** `require(…);` and `if (…) revert …;`, `if (…) return …;` left out. */
function* guards(code: string): Generator<Mutant> {
  for (const match of code.matchAll(/\brequire\(/g)) {
    const end = closing(code, match.index + "require".length);
    yield { kind: "guard dropped", start: match.index, end: code.indexOf(";", end) + 1, text: "" };
  }
  for (const match of code.matchAll(/\bif (?=\()/g)) {
    const end = closing(code, match.index + "if ".length) + 1;
    if (!/^\s+(revert|return)\b/.test(code.slice(end, end + 40))) continue;
    yield { kind: "guard dropped", start: match.index, end: code.indexOf(";", end) + 1, text: "" };
  }
}

/** `(a) / b` rounded up instead of down. */
function* rounding(code: string): Generator<Mutant> {
  for (const match of code.matchAll(/\) \/ (?=[\w(])/g)) {
    const start = opening(code, match.index);
    const from = match.index + match[0].length;
    const end =
      code[from] === "(" ? closing(code, from) + 1 : from + (/^[\w.]+/.exec(code.slice(from))?.[0].length ?? 0);
    if (/\w/.test(code[start - 1] ?? "") || code[end] === "(") continue;
    const [above, below] = [code.slice(start, match.index + 1), code.slice(from, end)];
    yield { kind: "rounding", start, end, text: `((${above} + ${below} - 1) / ${below})` };
  }
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
      // Members, constants and the likes end with a semicolon too: a statement assigns or calls.
      const acts = /[^=!<>]=[^=]|\+\+|--|\)$/.test(text) && !/\b(constant|immutable|public|private)\b/.test(text);
      if (acts && !NO_STATEMENT.test(text)) yield { kind: "statement removed", start, end: at + 1, text: "" };
    }
    // Braces and semicolons between parentheses belong to an argument or to the head of a loop.
    if (parentheses === 0 && (char === "{" || char === "}" || char === ";")) from = at + 1;
  }
}

/** Place of the bracket that closes the one at `at`. */
function closing(code: string, at: number): number {
  let depth = 0;
  for (let i = at; i < code.length; i++) {
    if (code[i] === "(") depth++;
    if (code[i] === ")" && --depth === 0) return i;
  }
  return code.length;
}

/** Place of the bracket that opens the one closed at `at`. */
function opening(code: string, at: number): number {
  let depth = 0;
  for (let i = at; i > 0; i--) {
    if (code[i] === ")") depth++;
    if (code[i] === "(" && --depth === 0) return i;
  }
  return 0;
}

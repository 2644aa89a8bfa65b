/** Reading Solidity as text: what is code, and where a bracket's partner stands. Places are offsets in the source. */

/** The source with comments, strings, imports and pragmas blanked out; places stay. */
export function codeOf(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, " ");
  return source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|^import[^;]*;|^pragma[^;]*;/gm, blank);
}

const PARTNER: Readonly<Record<string, string>> = { "(": ")", "{": "}", ")": "(", "}": "{" };

/** Place of the bracket that closes the one at `at`; the end of the code when there is none. */
export function closing(code: string, at: number): number {
  return partner(code, at, 1) ?? code.length;
}

/** Place of the bracket that opens the one closed at `at`; 0 when there is none. */
export function opening(code: string, at: number): number {
  return partner(code, at, -1) ?? 0;
}

function partner(code: string, at: number, step: 1 | -1): number | undefined {
  const own = code[at] ?? "";
  let depth = 0;
  for (let i = at; i >= 0 && i < code.length; i += step) {
    if (code[i] === own) depth++;
    if (code[i] === PARTNER[own] && --depth === 0) return i;
  }
  return undefined;
}

/** Bodies of the assembly blocks. */
export function* assemblyBlocks(code: string): Generator<{ start: number; end: number }> {
  for (const match of code.matchAll(/\bassembly\b[^{]*\{/g)) {
    const start = match.index + match[0].length;
    yield { start, end: closing(code, start - 1) };
  }
}

/** Mutants that exchange one token for another: comparisons, logic, arithmetic, bounds. */
import type { Mutant } from "./mutants.ts";

/** The patterns match the token alone, between what stands around it. */
const TOKENS: readonly (readonly [kind: string, pattern: RegExp, text: string])[] = [
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
  ["logic", /(?<=(?:[^=!]=|[(,:?]|return) )(?=[a-zA-Z_][\w.]* \? )/g, "!"],
  ["logic", /\btrue\b/g, "false"],
  ["logic", /\bfalse\b/g, "true"],
  ["guard dropped", / nonReentrant\b/g, ""],
  ["off by one", /(?<= )\+ 1\b/g, "+ 0"],
  ["off by one", /(?<= )- 1\b/g, "- 0"],
  ["arithmetic", /(?<=[\w)\]] )\+(?= )/g, "-"],
  ["arithmetic", /(?<=[\w)\]] )-(?= )/g, "+"],
  ["arithmetic", /(?<= )\*(?= )/g, "/"],
  ["arithmetic", /(?<= )\/(?= )/g, "*"],
  ["arithmetic", /(?<= )%(?= )/g, "/"],
  ["arithmetic", /(?<= )\+=(?= )/g, "-="],
  ["arithmetic", /(?<= )-=(?= )/g, "+="],
  ["arithmetic", /(?<= )<<(?= )/g, ">>"],
  ["arithmetic", /(?<= )>>(?= )/g, "<<"],
  ["arithmetic", /(?<= )&(?= )/g, "|"],
  ["arithmetic", /(?<= )\|(?= )/g, "&"],
  ["arithmetic", /\badd(?=\()/g, "sub"],
  ["arithmetic", /\bsub(?=\()/g, "add"],
  ["arithmetic", /\bshl(?=\()/g, "shr"],
  ["arithmetic", /\bshr(?=\()/g, "shl"],
  ["arithmetic", /\band(?=\()/g, "or"],
];
/** A whole number, decimal or hexadecimal. */
const NUMBER = /(?<![\w.])(?:0x[0-9a-fA-F]+|\d[\d_]*)(?![\w.])/g;

export function* exchanges(code: string): Generator<Mutant> {
  for (const [kind, pattern, text] of TOKENS)
    for (const match of code.matchAll(pattern))
      yield { kind, start: match.index, end: match.index + match[0].length, text };
  for (const { index: start, 0: number } of code.matchAll(NUMBER)) {
    const more = BigInt(number.replaceAll("_", "")) + 1n;
    const text = number.startsWith("0x") ? `0x${more.toString(16).padStart(number.length - 2, "0")}` : String(more);
    yield { kind: "off by one", start, end: start + number.length, text };
  }
}

/**
 * Generates the TypeScript, the Solidity and the C constants from `spec/constants.json`.
 * `node scripts/generate.ts` writes them; with `--check` it only compares and fails when a file is stale.
 */
import { readFileSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { format } from "prettier";

interface Verb {
  id: number;
  name: string;
  fields: string[];
  session?: boolean;
  text: string;
}
interface Spec {
  constants: { name: string; value: number | string; doc: string }[];
  entryKinds: Record<string, number>;
  queueKinds: Record<string, number>;
  recordKinds: Record<string, number>;
  facets: Record<string, number>;
  signerKinds: Record<string, number>;
  layouts: Record<string, Record<string, number>>;
  verbs: Verb[];
  outcomes: [string, string][];
}

const FIELD_BITS: Record<string, number> = {
  object: 1,
  object2: 2,
  party: 4,
  amount: 8,
  amount2: 16,
  amount3: 32,
  amount4: 64,
};

const root = join(import.meta.dirname, "..");
const spec = JSON.parse(readFileSync(join(root, "spec/constants.json"), "utf8")) as Spec;
const banner = "// Generated from spec/constants.json by scripts/generate.ts: do not edit.\n";
const upper = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
const fieldMask = (verb: Verb): number => verb.fields.reduce((mask, field) => mask | (FIELD_BITS[field] ?? 0), 0);
const sessionMask = spec.verbs.reduce((mask, verb) => mask | (verb.session ? 1 << verb.id : 0), 0);
const isLarge = (value: number | string): boolean => typeof value === "string";

function typescript(): string {
  const lines = [banner];
  for (const c of spec.constants)
    lines.push(`/** ${c.doc} */\nexport const ${c.name} = ${c.value}${isLarge(c.value) ? "n" : ""};`);
  const table = (name: string, doc: string, values: Record<string, number>): void => {
    lines.push(`/** ${doc} */\nexport const ${name} = ${JSON.stringify(values)} as const;`);
    lines.push(`export type ${name} = (typeof ${name})[keyof typeof ${name}];`);
  };
  table("EntryKind", "What an Inbox entry is.", spec.entryKinds);
  table("QueueKind", "First byte of an L1 queue item.", spec.queueKinds);
  table("RecordKind", "First byte of a record.", spec.recordKinds);
  table("Facet", "High four bits of a holding key.", spec.facets);
  table("SignerKind", "How an account's signatures are checked.", spec.signerKinds);
  for (const [name, layout] of Object.entries(spec.layouts))
    lines.push(
      `/** Byte offsets in a packed ${name}. */\nexport const ${name}Layout = ${JSON.stringify(layout)} as const;`,
    );
  table("Verb", "What an op does.", Object.fromEntries(spec.verbs.map((v) => [v.name, v.id])));
  lines.push(`export type VerbName = keyof typeof Verb;`);
  lines.push(
    `export type OpField = ${Object.keys(FIELD_BITS)
      .map((f) => `"${f}"`)
      .join(" | ")};`,
  );
  lines.push(`/** Bit of each op field in \`VERBS[].mask\`; the order of the bits is the order on the wire. */`);
  lines.push(`export const FieldBit = ${JSON.stringify(FIELD_BITS)} as const;`);
  lines.push(
    `export interface VerbInfo { readonly name: VerbName; readonly text: string; readonly fields: readonly OpField[]; readonly mask: number; readonly session: boolean }`,
  );
  lines.push(`/** Verbs by id; undefined where no verb has that id. */`);
  const byId = [0, ...spec.verbs.map((v) => v.id)].map((id) => {
    const verb = spec.verbs.find((v) => v.id === id);
    return verb
      ? JSON.stringify({
          name: verb.name,
          text: verb.text,
          fields: verb.fields,
          mask: fieldMask(verb),
          session: verb.session === true,
        })
      : "undefined";
  });
  lines.push(`export const VERBS: readonly (VerbInfo | undefined)[] = [${byId.join(",")}];`);
  lines.push(
    `/** Bits of the verbs that a session key may be allowed. */\nexport const SESSION_VERBS = ${sessionMask};`,
  );
  table("Outcome", "How an item ended.", Object.fromEntries(spec.outcomes.map(([name], code) => [name, code])));
  lines.push(`export type OutcomeName = keyof typeof Outcome;`);
  lines.push(`/** Names and meanings of the outcome codes, by code. */`);
  lines.push(
    `export const OUTCOMES: readonly { readonly name: OutcomeName; readonly text: string }[] = ${JSON.stringify(spec.outcomes.map(([name, text]) => ({ name, text })))};`,
  );
  return lines.join("\n\n") + "\n";
}

const solidityHead = `// SPDX-License-Identifier: MIT\n${banner}pragma solidity 0.8.37;\n`;

async function solidityConstants(): Promise<string> {
  const { keccak_256 } = await import("@noble/hashes/sha3.js");
  const hash = (text: string): string => Buffer.from(keccak_256(Buffer.from(text, "utf8"))).toString("hex");
  const lines = [solidityHead];
  const constant = (name: string, value: number | string, doc?: string): void => {
    if (doc !== undefined) lines.push(`/// @dev ${doc}`);
    lines.push(`uint256 constant ${name} = ${value};`);
  };
  for (const c of spec.constants) constant(c.name, c.value, c.doc);
  const table = (prefix: string, values: Record<string, number>): void => {
    lines.push("");
    for (const [name, value] of Object.entries(values)) constant(`${prefix}_${upper(name)}`, value);
  };
  table("ENTRY", spec.entryKinds);
  table("QUEUE", spec.queueKinds);
  table("RECORD", spec.recordKinds);
  table("FACET", spec.facets);
  table("SIGNER", spec.signerKinds);
  for (const [name, layout] of Object.entries(spec.layouts)) table(`${upper(name)}_AT`, layout);
  table("VERB", Object.fromEntries(spec.verbs.map((v) => [v.name, v.id])));
  constant("VERB_COUNT", spec.verbs.length, "Verbs are 1 to this.");
  constant("SESSION_VERBS", sessionMask, "Bits of the verbs that a session key may be allowed.");
  const masks = [0, ...spec.verbs.map(fieldMask)].map((m) => m.toString(16).padStart(2, "0")).join("");
  lines.push(
    "",
    "/// @dev Byte i: which fields verb i has, lowest bit first on the wire (object, object2, party, amount … amount4).",
  );
  lines.push(`bytes32 constant VERB_FIELDS = 0x${masks.padEnd(64, "0")};`);
  lines.push("/// @dev Word i: keccak256 of the text of verb i + 1.");
  lines.push(`bytes constant VERB_HASHES = hex"${spec.verbs.map((v) => hash(v.text)).join("")}";`);
  return lines.join("\n") + "\n";
}

function solidityOutcomes(): string {
  const lines = [
    solidityHead,
    "/// @title How an item ended: outcome codes, equal in both twins.",
    "library Outcomes {",
  ];
  spec.outcomes.forEach(([name, text], code) => {
    lines.push(`    /// @dev ${text}`, `    uint8 internal constant ${upper(name)} = ${code};`);
  });
  return lines.join("\n") + "\n}\n";
}

/** What the native kernels need to know of records and ops. */
function cConstants(): string {
  const lines = ["/* Generated from spec/constants.json by scripts/generate.ts: do not edit. */"];
  lines.push("#ifndef LAKH_CONSTANTS_H", "#define LAKH_CONSTANTS_H", "");
  const table = (prefix: string, values: Record<string, number>): void => {
    for (const [name, value] of Object.entries(values)) lines.push(`#define ${prefix}_${upper(name)} ${value}`);
    lines.push("");
  };
  for (const c of spec.constants)
    lines.push(`#define ${c.name} ${c.value}${Number(c.value) >= 2 ** 31 ? "ull" : ""} /* ${c.doc} */`);
  lines.push("");
  table("RECORD", spec.recordKinds);
  table("FACET", spec.facets);
  table("SIGNER", spec.signerKinds);
  for (const [name, layout] of Object.entries(spec.layouts)) table(`${upper(name)}_AT`, layout);
  table("VERB", Object.fromEntries(spec.verbs.map((v) => [v.name, v.id])));
  return lines.join("\n") + "#endif\n";
}

const files: [string, string, string][] = [
  ["packages/protocol/src/generated/constants.ts", typescript(), "typescript"],
  ["contracts/engine/Constants.sol", await solidityConstants(), "solidity"],
  ["contracts/engine/Outcomes.sol", solidityOutcomes(), "solidity"],
  ["packages/kernels/native/constants.h", cConstants(), "c"],
];
const check = process.argv.includes("--check");
let stale = 0;
for (const [path, text, parser] of files) {
  const full = join(root, path);
  const plugins = parser === "solidity" ? ["prettier-plugin-solidity"] : [];
  const tabWidth = parser === "solidity" ? 4 : 2;
  const parserName = parser === "solidity" ? "slang" : parser;
  const formatted =
    parser === "c" ? text : await format(text, { parser: parserName, plugins, printWidth: 120, tabWidth });
  if (check) {
    if (!existsSync(full) || readFileSync(full, "utf8") !== formatted) {
      console.error(`stale: ${path} (run: npm run generate)`);
      stale++;
    }
  } else {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, formatted);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;

/**
 * Goldens of the contracts: ABI and storage layout of each deployed contract, gas of each measured path.
 * `node scripts/goldens.ts` writes them into `goldens/`; `--check` compares and fails when one differs.
 * Gas comes from the last test run (`cache/gas.json`); a path that the run did not measure keeps its golden and is not compared.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { FunctionFragment, Interface } from "ethers";

interface Artifact {
  contractName: string;
  abi: ConstructorParameters<typeof Interface>[0] extends infer T ? T : never;
  buildInfoId?: string;
  inputSourceName?: string;
}
interface Slot {
  label: string;
  slot: string;
  offset: number;
  type: string;
}
interface StorageLayout {
  storage: Slot[];
  types: Record<string, { label: string; members?: Slot[] }> | null;
}

const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");
const CONTRACTS = ["Inbox.sol/Inbox", "Bridge.sol/Bridge", "Claims.sol/Claims", "engine/StepVerifier.sol/StepVerifier"];
/** A measured figure may move by this much before the golden must be renewed: addresses in calldata vary by run. */
const GAS_TOLERANCE = 0.005;

let differing = 0;

function compare(name: string, text: string): void {
  const file = join(root, "goldens", name);
  if (!check) {
    mkdirSync(join(root, "goldens"), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote goldens/${name}`);
  } else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`goldens/${name} differs: look at the change, then run: npm run goldens`);
    differing++;
  }
}

function abiText(artifact: Artifact): string {
  const contract = new Interface(artifact.abi);
  const lines = contract.fragments.map((fragment) => {
    const text = fragment.format("full");
    return fragment instanceof FunctionFragment ? `${fragment.selector} ${text}` : text;
  });
  return lines.sort().join("\n");
}

function layoutText(artifact: Artifact): string {
  const output = join(root, `artifacts/build-info/${artifact.buildInfoId}.output.json`);
  const { output: built } = JSON.parse(readFileSync(output, "utf8")) as {
    output: { contracts: Record<string, Record<string, { storageLayout?: StorageLayout }>> };
  };
  const layout = built.contracts[artifact.inputSourceName ?? ""]?.[artifact.contractName]?.storageLayout;
  const line = ({ slot, offset, label, type }: Slot): string =>
    `slot ${slot} offset ${offset}: ${label} ${layout?.types?.[type]?.label ?? type}`;
  const structs = Object.values(layout?.types ?? {}).filter(({ members }) => members !== undefined);
  return [
    ...(layout?.storage ?? []).map(line),
    ...structs.flatMap(({ label, members }) => [`${label}:`, ...(members ?? []).map((member) => `  ${line(member)}`)]),
  ].join("\n");
}

for (const path of CONTRACTS) {
  const artifact = JSON.parse(readFileSync(join(root, `artifacts/contracts/${path}.json`), "utf8")) as Artifact;
  const name = artifact.contractName;
  compare(`${name}.abi.txt`, abiText(artifact) + "\n");
  compare(`${name}.storage.txt`, layoutText(artifact) + "\n");
}

const measuredFile = join(root, "cache/gas.json");
const goldenFile = join(root, "goldens/gas.json");
if (existsSync(measuredFile)) {
  const measured = JSON.parse(readFileSync(measuredFile, "utf8")) as Record<string, number>;
  if (!check) {
    const kept = existsSync(goldenFile) ? (JSON.parse(readFileSync(goldenFile, "utf8")) as Record<string, number>) : {};
    const sorted = Object.fromEntries(Object.entries({ ...kept, ...measured }).sort(([a], [b]) => (a < b ? -1 : 1)));
    compare("gas.json", JSON.stringify(sorted, null, 2) + "\n");
  } else {
    const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Record<string, number>;
    for (const [name, gas] of Object.entries(measured)) {
      const expected = golden[name];
      if (expected !== undefined && Math.abs(gas - expected) <= expected * GAS_TOLERANCE) continue;
      console.error(`gas of ${name}: ${gas}, golden ${expected ?? "absent"}`);
      differing++;
    }
  }
}
/** The README's table of gas: row, golden, limit. */
const README_ROWS: [string, string, string][] = [
  ["Deposit ETH", "Bridge.depositETH", "80,000"],
  ["Deposit a plain ERC-20", "Bridge.depositERC20", "120,000"],
  ["Finalize an exit", "Bridge.finalizeExit: ETH, new receiver", "150,000"],
  ["Post a batch of 96 KiB (its calldata floor)", "Inbox.appendBatch: 96 KiB, random", "the floor"],
  ["Post a batch in six blobs (its blobs come on top)", "Inbox.appendBlobs: 6 blobs", "100,000"],
  ["Claim", "Claims.claim: F = 1,024", "90,000"],
  ["Defend, with a full trace", "Claims.defend: F = 1,024", "1,450,000"],
  ["Pick", "Claims.pick: F = 1,024", "100,000"],
  ["Answer, with a full trace", "Claims.answer: F = 1,024", "1,450,000"],
  ["Prove a swap among a million objects", "Claims.prove: swap among 1M objects", "220,000"],
  ["Prove the worst item", "Claims.prove: 1,024 bytes of rubbish in blobs", "5,000,000"],
  ["Timeout", "Claims.timeout: F = 1,024", "60,000"],
  ["Settle", "Claims.settle: F = 1,024", "60,000"],
];

function readmeTable(): string {
  const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Record<string, number>;
  const rows = README_ROWS.map(([what, name, limit]) => {
    const gas = golden[name];
    if (gas === undefined || gas > Number(limit.replaceAll(",", ""))) {
      console.error(`gas of ${name}: ${gas ?? "not measured"}, the limit is ${limit}`);
      differing++;
    }
    const digits = String(gas ?? "?").replace(/\B(?=(\d{3})+$)/g, ",");
    return `| ${what} | ${digits} | ${limit} |`;
  });
  return ["| L1 transaction | gas | limit |", "|---|---|---|", ...rows].join("\n");
}

const readmeFile = join(root, "README.md");
const readme = readFileSync(readmeFile, "utf8");
const fresh = readme.replace(
  /(<!-- gas:start -->\n)[^]*?(<!-- gas:end -->)/,
  (_, start, end) => `${start}${readmeTable()}\n${end}`,
);
if (!check) writeFileSync(readmeFile, fresh);
else if (fresh !== readme) {
  console.error("README.md: the gas table is stale (run: npm run goldens)");
  differing++;
}
process.exitCode = differing === 0 ? 0 : 1;

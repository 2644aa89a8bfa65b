/**
 * The engine alone: single-op envelopes on one thread, without signatures and root, over a state of a million accounts.
 * `npm run bench:engine [-- --accounts N --envelopes N]`. Prints ns per op kind, memory per account, bytes posted per op.
 * Exit status 1 when the goal is missed.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { WARM_GROUP, createEngine } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import {
  type Op,
  Outcome,
  type VerbName,
  ZERO_ADDRESS,
  encodeDeposit,
  encodeEnvelope,
  encodeListing,
  toHex,
  uintBytes,
} from "@lakh/protocol";

import { Random } from "../test/support/random.ts";

const { values } = parseArgs({
  options: { accounts: { type: "string", default: "1000000" }, envelopes: { type: "string", default: "100000" } },
});
const ACCOUNTS = Number(values.accounts);
const ENVELOPES = Number(values.envelopes);
const ROUNDS = 3;
const SEED = 1;
const POOLS = 300;
const TIME = 1_800_000_000n;
/** What every account holds of each asset, and what every pool has of each: swaps hardly move its price. */
const RICH = 10n ** 13n;
const DEEP = 10n ** 16n;
/** Envelopes a second that the engine must reach, on average over the kinds below. */
const GOAL = 1_000_000;
/** Most bytes posted an op. */
const MOST_BYTES = { transfer: 88, swapExactIn0: 92, eightSwaps: 23 };

const ETH = { token: ZERO_ADDRESS, shift: 9, asset: 1 } as const;
const TOKEN = { token: `0x${"70".repeat(20)}`, shift: 0, asset: 2 } as const;
const random = new Random(SEED);
const engine = createEngine({ chainId: 1n, inbox: ZERO_ADDRESS, feeRecipient: ownerOf(0) }, await loadKernels());

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Time that this thread has had a core, ns: neighbours on the machine do not count. */
function threadNs(): number {
  const { user, system } = process.threadCpuUsage();
  return 1000 * (user + system);
}

function ownerOf(number: number) {
  return toHex(uintBytes(0xabcdef0000 + number, 20));
}

function include(items: Uint8Array[]): void {
  const header = { kind: 2, time: TIME, a: 0n, b: BigInt(items.length), hash: `0x${"00".repeat(32)}` } as const;
  for (const outcome of engine.applyEntry(header, items))
    if (outcome !== Outcome.Ok) throw new Error(`set-up failed with outcome ${outcome}`);
}

/** Makes accounts that hold `amount` of ETH and of the token; returns the first. */
function makeAccounts(count: number, amount: bigint): number {
  const first = engine.state.nextObject;
  const group = 10_000;
  for (let start = 0; start < count; start += group) {
    const numbers = Array.from({ length: Math.min(group, count - start) }, (_, i) => start + i);
    const common = { depositor: ownerOf(0), amount };
    include(numbers.map((n) => encodeDeposit({ ...ETH, ...common, account: 0, owner: ownerOf(n) })));
    include(numbers.map((n) => encodeDeposit({ ...TOKEN, ...common, account: first + n, owner: ownerOf(n) })));
  }
  return first;
}

function envelopeOf(account: number, nonce: bigint, ops: Op[]): Uint8Array {
  const signature = `0x${"00".repeat(64)}` as const;
  return encodeEnvelope({ account, nonce, validUntil: TIME + 30n, fee: 2500n, ops, signature });
}

/** Object 2 is a token; then come rich accounts, pools of ETH and the token made by them, and the many accounts. */
function setUp(): { firstPool: number; firstAccount: number } {
  include([encodeListing(TOKEN)]);
  const makers = makeAccounts(POOLS, 3n * DEEP);
  const firstPool = engine.state.nextObject;
  const pools = Array.from({ length: POOLS }, (_, i) => makers + i);
  const op: Op = { verb: "createPool", object: 1, object2: 2, amount: DEEP, amount2: DEEP, amount3: 3000n };
  const items = pools.map((account) => envelopeOf(account, 0n, [op]));
  run(pack(pools, items));
  return { firstPool, firstAccount: makeAccounts(ACCOUNTS, RICH) };
}

/** Envelopes one after the other, as they lie in a network frame. */
interface Packed {
  readonly bytes: Uint8Array;
  /** Envelope i lies from `spans[2i]` to `spans[2i + 1]`. */
  readonly spans: Uint32Array;
  /** 20 bytes each: the owners of their accounts. */
  readonly signers: Uint8Array;
  /** Bytes posted: with the length in front of each. */
  readonly posted: number;
}

function pack(accounts: readonly number[], items: readonly Uint8Array[]): Packed {
  const spans = new Uint32Array(2 * items.length);
  let end = 0;
  const signers = new Uint8Array(20 * items.length);
  items.forEach((item, i) => {
    spans[2 * i] = end;
    spans[2 * i + 1] = end += item.length;
    signers.set(engine.state.record(accounts[i] as number).subarray(1, 21), 20 * i);
  });
  const bytes = new Uint8Array(end);
  items.forEach((item, i) => bytes.set(item, spans[2 * i]));
  const prefixes = items.reduce((sum, item) => sum + (item.length < 0x80 ? 1 : 2), 0);
  return { bytes, spans, signers, posted: bytes.length + prefixes };
}

/** Applies envelopes in one entry. Returns ns an envelope, and bytes posted. */
function run({ bytes, spans, signers, posted }: Packed): { ns: number; bytes: number } {
  const count = spans.length / 2;
  collectGarbage(); // what the preparation left behind is not the engine's
  engine.openEntry(TIME);
  const begun = threadNs();
  for (let i = 0; i < count; i++) {
    if (i % WARM_GROUP === 0) engine.warm(bytes, spans, i, Math.min(WARM_GROUP, count - i));
    const outcome = engine.applyPacked(bytes, spans[2 * i] as number, spans[2 * i + 1] as number, signers, 20 * i);
    if (outcome !== Outcome.Ok) throw new Error(`envelope ${i} failed with outcome ${outcome}`);
  }
  const ns = (threadNs() - begun) / count;
  engine.closeEntry();
  return { ns, bytes: posted / count };
}

const { firstPool, firstAccount } = setUp();
const someAmount = (): bigint => BigInt(2 ** 31 + random.below(2 ** 31));
const somePool = (): number => firstPool + random.below(POOLS);
/** Accounts of the upper half, so that a million of them are above 500,000. */
const someAccount = (): number => firstAccount + Math.floor(ACCOUNTS / 2) + random.below(Math.floor(ACCOUNTS / 2));

const swapIn = (verb: "swapExactIn0" | "swapExactIn1"): Op => {
  return { verb, object: somePool(), amount: someAmount(), amount2: 2n ** 29n + someAmount() / 8n };
};
const swapOut = (verb: "swapExactOut0" | "swapExactOut1"): Op => {
  return { verb, object: somePool(), amount: someAmount() / 2n, amount2: 2n ** 34n };
};
const KINDS: Partial<Record<VerbName, (account: number) => Op>> = {
  transfer: () => ({
    verb: "transfer",
    object: 2,
    object2: firstAccount + random.below(ACCOUNTS / 2),
    amount: someAmount(),
  }),
  swapExactIn0: () => swapIn("swapExactIn0"),
  swapExactIn1: () => swapIn("swapExactIn1"),
  swapExactOut0: () => swapOut("swapExactOut0"),
  swapExactOut1: () => swapOut("swapExactOut1"),
  addLiquidity: () => {
    return { verb: "addLiquidity", object: firstPool, amount: someAmount(), amount2: 2n * someAmount(), amount3: 1n };
  },
  withdraw: () => ({ verb: "withdraw", object: 2, party: ownerOf(7), amount: someAmount() }),
  openAccount: () => ({ verb: "openAccount", object: 2, party: ownerOf(7), amount: someAmount() }),
  setSessionKey: () => {
    return { verb: "setSessionKey", party: ownerOf(9), amount: TIME + 1000n, amount2: 128n, amount3: someAmount() };
  },
};

/** Nonces are above 200; an account that is used again takes the next. */
const nextNonce = new Map<number, bigint>();
function envelopes(count: number, opsEach: number, op: (account: number) => Op): Packed {
  const accounts = Array.from({ length: count }, someAccount);
  const items = accounts.map((account) => {
    const nonce = nextNonce.get(account) ?? 201n;
    nextNonce.set(account, nonce + 1n);
    return envelopeOf(
      account,
      nonce,
      Array.from({ length: opsEach }, () => op(account)),
    );
  });
  return pack(accounts, items);
}

/** The fastest of some rounds: the others were disturbed. */
function best(opsEach: number, op: (account: number) => Op): { ns: number; bytes: number } {
  const rounds = Array.from({ length: ROUNDS }, () => run(envelopes(Math.floor(ENVELOPES / opsEach), opsEach, op)));
  return rounds.reduce((a, b) => (a.ns < b.ns ? a : b));
}

const revision = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`revision ${revision}, node ${process.version}, ${cpus()[0]?.model ?? "unknown CPU"}, seed ${SEED}`);
console.log(
  `${ACCOUNTS} accounts with 2 holdings, ${POOLS} pools, ${ENVELOPES} envelopes a kind; no signatures, no root`,
);
engine.machine();
const { state, tree } = engine.memoryBytes();
console.log(
  `memory an account: ${(state / ACCOUNTS).toFixed(0)} bytes and ${(tree / ACCOUNTS).toFixed(0)} for tree nodes`,
);

const missed: string[] = [];
function report(name: string, { ns, bytes }: { ns: number; bytes: number }, mostBytes = Infinity): void {
  const rate = Math.round(1e9 / ns).toLocaleString("en");
  console.log(
    `${name.padEnd(16)}${ns.toFixed(0).padStart(7)} ns${rate.padStart(12)}/s${bytes.toFixed(1).padStart(9)} bytes`,
  );
  if (bytes > mostBytes) missed.push(`${name}: more than ${mostBytes} bytes`);
}
for (const op of Object.values(KINDS)) run(envelopes(Math.min(20_000, ENVELOPES), 1, op));
let total = 0;
for (const [verb, op] of Object.entries(KINDS)) {
  const figures = best(1, op);
  total += figures.ns;
  report(verb, figures, verb === "transfer" || verb === "swapExactIn0" ? MOST_BYTES[verb] : undefined);
}
const eight = best(8, () => swapIn("swapExactIn0"));
report("8 swaps, each", { ns: eight.ns / 8, bytes: eight.bytes / 8 }, MOST_BYTES.eightSwaps);

const rate = Math.round((1e9 * Object.keys(KINDS).length) / total);
console.log(`all kinds in equal parts: ${rate.toLocaleString("en")} single-op envelopes/s`);
if (rate < GOAL) missed.push(`fewer than ${GOAL.toLocaleString("en")} envelopes a second`);
for (const what of missed) console.log(`MISSED ${what}`);
process.exitCode = missed.length === 0 ? 0 : 1;

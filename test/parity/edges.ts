/** Seeded items that aim at the edges that plain random play seldom reaches. */
import type { Engine } from "@lakh/engine";
import {
  type Address,
  type Hex,
  type Op,
  type VerbName,
  MAX_POOL_FEE,
  NONCE_WINDOW,
  QueueKind,
  SESSION_VERBS,
  VERBS,
  Verb,
  ZERO_ADDRESS,
  ZERO_HASH,
  concat,
  encodeCall,
  encodeDeposit,
  encodeForced,
  encodeQueueCall,
  opsHash,
  toHex,
  uintBytes,
} from "@lakh/protocol";

import { clamp, objectsOf, randomOp, someKey } from "../engine/random-items.ts";
import { envelope, person, signed, treasurer } from "../engine/world.ts";
import type { Random } from "../support/random.ts";

const U64_MAX = 2n ** 64n - 1n;
const MAX_FEE = BigInt(MAX_POOL_FEE);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const verbNames = VERBS.flatMap((verb) => (verb === undefined ? [] : [verb.name]));
const sessionVerbs = verbNames.filter((name) => (SESSION_VERBS >> Verb[name]) & 1);

function some(engine: Engine, random: Random, kind: "account" | "pool" | "asset"): number {
  const found = objectsOf(engine, kind);
  return found.length === 0 ? 1 : random.pick(found);
}

/** A nonce that is unused, if the window has one. */
function freeNonce(engine: Engine, random: Random, account: number): bigint {
  const record = engine.account(account);
  if (record === undefined) return 0n;
  const { nonceBase, nonceBits } = record;
  const edge = random.pick([
    0n,
    255n,
    256n,
    257n,
    510n,
    511n,
    BigInt(NONCE_WINDOW),
    BigInt(random.below(NONCE_WINDOW)),
  ]);
  const free = (offset: bigint): boolean => offset > 255n || ((nonceBits >> offset) & 1n) === 0n;
  let offset = edge;
  while (!free(offset)) offset++;
  const nonce = nonceBase + offset;
  return nonce > U64_MAX ? nonceBase : nonce;
}

/** Ops that fit the state well enough to get far, with an edge here and there. */
function edgeOps(engine: Engine, random: Random, account: number, bySession: boolean): Op[] {
  const hasSession = engine.account(account)?.session !== undefined;
  if (hasSession && !bySession && random.chance(0.1)) return fillScope(engine);
  const count = random.chance(0.5) ? 1 : 1 + random.below(8);
  const names: readonly VerbName[] = bySession && random.chance(0.9) ? sessionVerbs : verbNames;
  return Array.from({ length: count }, () => {
    const verb = random.pick(names);
    const op = randomOp(engine, random, account, verb);
    const scope = engine.account(account)?.session?.objects ?? [];
    const pools = scope.filter((object) => engine.pool(object) !== undefined);
    const inScope = bySession && pools.length > 0 && random.chance(0.9) && op.object !== undefined;
    return edged(engine, random, account, inScope ? { ...op, object: random.pick(pools) } : op);
  });
}

/** Bends one value of an op to an edge, now and then. */
function edged(engine: Engine, random: Random, account: number, op: Op): Op {
  if (random.chance(0.6)) return op;
  const record = engine.account(account);
  const all = record?.holdings.find(({ key }) => key === op.object)?.amount ?? 0n;
  const pool = engine.pool(op.object ?? 0);
  switch (op.verb) {
    case "withdraw":
    case "openAccount":
    case "transfer":
      return { ...op, amount: random.pick([1n, 1n, all, clamp(all + 1n), U64_MAX, 0n]) };
    case "swapExactIn0":
    case "swapExactIn1":
      return { ...op, amount: random.pick([1n, U64_MAX, random.u64()]), amount2: random.pick([0n, 1n, U64_MAX]) };
    case "swapExactOut0":
    case "swapExactOut1": {
      const reserve = (op.verb === "swapExactOut0" ? pool?.reserve1 : pool?.reserve0) ?? 1n;
      return { ...op, amount: random.pick([1n, reserve - 1n, reserve, U64_MAX]), amount2: random.pick([0n, U64_MAX]) };
    }
    case "addLiquidity":
      return { ...op, amount: random.pick([1n, U64_MAX, random.u64()]), amount2: random.pick([1n, U64_MAX]) };
    case "removeLiquidity":
      return { ...op, amount: random.pick([1n, U64_MAX, pool?.totalShares ?? 1n]), amount2: random.pick([0n, 1n]) };
    case "createPool":
      return random.chance(0.5)
        ? { ...op, amount: random.pick([1n, 1000n, 1001n, U64_MAX]), amount2: random.pick([1n, 1001n, U64_MAX]) }
        : { ...op, amount3: random.pick([MAX_FEE, MAX_FEE + 1n, U64_MAX]) };
    case "cancelNonces": {
      const base = record?.nonceBase ?? 0n;
      return { ...op, amount: random.pick([base, base + 1n, base + 256n, base + 512n, base + 513n].map(clamp)) };
    }
    case "setSessionKey":
      return { ...op, party: random.pick([ZERO_ADDRESS, record?.owner ?? ZERO_ADDRESS, person(100).address]) };
    case "scopeSessionKey":
      return { ...op, object: 1 + random.below(engine.state.nextObject - 1), object2: random.below(3) };
    case "collectFees":
      return { ...op, amount: random.pick([0n, 1n, engine.state.fees, clamp(engine.state.fees + 1n)]) };
    case "clearSessionKey":
      return op;
  }
}

/** Accounts of the fee recipient are picked more often, so that fees are collected. */
function someAccount(engine: Engine, random: Random): number {
  const mine = random.chance(0.1) ? engine.accountsOf(treasurer.address) : [];
  return mine.length > 0 ? random.pick(mine) : some(engine, random, "account");
}

/** Ops that fill the session's scope to its end and one further. */
function fillScope(engine: Engine): Op[] {
  const most = Math.min(8, Math.floor((engine.state.nextObject - 1) / 2));
  return Array.from({ length: most }, (_, i) => ({ verb: "scopeSessionKey", object: 2 * i + 1, object2: 2 * i + 2 }));
}

/** An envelope that gets far: a free nonce, a signature by owner or session key, at the edge of its time. */
export function edgeBatchItem(engine: Engine, random: Random, time: bigint): Uint8Array {
  const account = someAccount(engine, random);
  const key = someKey(engine, random, account);
  const session = engine.account(account)?.session;
  const bySession = session !== undefined && [100, 101].some((n) => person(n).key === key);
  const eth = engine.account(account)?.holdings.find((holding) => holding.key === 1)?.amount ?? 0n;
  const unsigned = envelope(account, freeNonce(engine, random, account), edgeOps(engine, random, account, bySession), {
    validUntil: random.chance(0.8) ? 0n : random.pick([time, time - 1n, time + 1n].filter((t) => t > 0n).map(clamp)),
    fee: random.chance(0.9)
      ? BigInt(random.below(3))
      : random.pick([eth, clamp(eth + 1n), session?.budget ?? 0n, clamp((session?.budget ?? 0n) + 1n)]),
  });
  const item = signed(engine, unsigned, key);
  if (random.chance(0.08)) return spoilSignature(item, random);
  return random.chance(0.04) ? reshape(item, random) : item;
}

/** Another signature: its twin with a high s, a wrong parity, an r or s at a limit. */
function spoilSignature(item: Uint8Array, random: Random): Uint8Array {
  const body = item.subarray(0, item.length - 64);
  const r = BigInt(toHex(item.subarray(item.length - 64, item.length - 32)));
  const second = BigInt(toHex(item.subarray(item.length - 32)));
  const top = 1n << 255n;
  const s = second & (top - 1n);
  const half = (ORDER - 1n) / 2n;
  const pairs: [bigint, bigint][] = [
    [r, (ORDER - s) % top],
    [r, second ^ top],
    [0n, second],
    [ORDER, second],
    [ORDER - 1n, second],
    [r, second & top],
    [r, half],
    [r, half + 1n],
    [r + 1n, second],
    [5n, second], // no x coordinate of a point
  ];
  const [newR, newSecond] = random.pick(pairs);
  return concat(body, uintBytes(newR % 2n ** 256n, 32), uintBytes(newSecond, 32));
}

/** One byte more, one less, another head, a version or a count that does not exist. */
function reshape(item: Uint8Array, random: Random): Uint8Array {
  const out = item.slice();
  switch (random.below(5)) {
    case 0:
      return item.subarray(0, item.length - 1);
    case 1:
      return concat(item, Uint8Array.of(random.below(256)));
    case 2:
      out[0] = random.below(256);
      return out;
    case 3:
      return item.subarray(0, random.below(item.length));
    default:
      out[1 + random.below(20)] = random.pick([0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff]);
      return out;
  }
}

/** Queue items at their edges: deposits to every branch, calls, items that the Inbox never makes. */
export function edgeQueueItem(engine: Engine, random: Random, time: bigint): Uint8Array {
  switch (random.below(6)) {
    case 0:
    case 1:
      return edgeDeposit(engine, random);
    case 2:
    case 3:
      return edgeCall(engine, random);
    case 4:
      return encodeForced(edgeBatchItem(engine, random, time));
    default:
      return strangeItem(engine, random);
  }
}

function edgeDeposit(engine: Engine, random: Random): Uint8Array {
  const { nextObject } = engine.state;
  const asset = random.chance(0.8)
    ? some(engine, random, "asset")
    : random.pick([0, nextObject, 2 ** 32 - 1, nextObject - 1]);
  const { token = ZERO_ADDRESS, shift = 9 } = engine.asset(asset) ?? {};
  const account = random.chance(0.7)
    ? some(engine, random, "account")
    : random.pick([0, nextObject, 2 ** 32 - 1, 1, some(engine, random, "pool")]);
  const stranger: Address = person(random.below(6)).address;
  const owner = random.chance(0.8) ? (engine.account(account)?.owner ?? stranger) : stranger;
  const held = engine.account(account)?.holdings.find(({ key }) => key === asset)?.amount ?? 0n;
  const room = U64_MAX - held;
  const amount = random.pick([0n, 1n, U64_MAX, room, clamp(room + 1n), BigInt(random.u32())]);
  const right = { token, shift, asset, account, owner, depositor: stranger, amount };
  return encodeDeposit(random.chance(0.9) ? right : { ...right, shift: shift + 1 });
}

function edgeCall(engine: Engine, random: Random): Uint8Array {
  const account = someAccount(engine, random);
  const ops = edgeOps(engine, random, account, false);
  const tagOf = (index: number): Hex => engine.tag(index) ?? ZERO_HASH;
  const owner = engine.account(account)?.owner ?? ZERO_ADDRESS;
  const caller = random.chance(0.9) ? owner : person(random.below(6)).address;
  const hash = opsHash(ops, tagOf);
  if (random.chance(0.1)) hash[random.below(32)] = random.below(256);
  const call = encodeCall({ account, ops, opsHash: toHex(hash) });
  return encodeQueueCall(caller, random.chance(0.05) ? reshape(call, random) : call);
}

function strangeItem(engine: Engine, random: Random): Uint8Array {
  const made = edgeDeposit(engine, random);
  return random.pick([
    new Uint8Array(0),
    Uint8Array.of(random.below(256)),
    concat(Uint8Array.of(random.below(256)), random.bytes(random.below(100))),
    made.subarray(0, made.length - 1),
    concat(made, Uint8Array.of(0)),
    Uint8Array.of(QueueKind.Listing, ...random.bytes(20)),
    Uint8Array.of(QueueKind.Call, ...random.bytes(19 + random.below(3))),
  ]);
}

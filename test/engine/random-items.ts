/** Seeded random items over an engine's state: every op, valid and not, rubbish, queue items of all kinds. */
import type { Engine } from "@lakh/engine";
import type { Outcome } from "@lakh/protocol";
import {
  type Address,
  type Hex,
  type Op,
  RecordKind,
  SESSION_VERBS,
  type SignedEnvelope,
  VERBS,
  type VerbName,
  ZERO_ADDRESS,
  ZERO_HASH,
  concat,
  encodeCall,
  encodeDeposit,
  encodeForced,
  encodeListing,
  encodeQueueCall,
  opsHash,
  toHex,
} from "@lakh/protocol";

import type { Random } from "../support/random.ts";
import { deposit, envelope, person, signed, token } from "./world.ts";

const U64_MAX = 2n ** 64n - 1n;
/** The nearest value that 64 bits hold. */
export const clamp = (value: bigint): bigint => (value > U64_MAX ? U64_MAX : value);

const PEOPLE = 6;
/** Session keys are people too, with other numbers. */
const SESSION_KEYS = 100;
const verbNames = VERBS.flatMap((verb) => (verb === undefined ? [] : [verb.name]));

export const anyone = (random: Random) => person(random.below(PEOPLE));
const sessionKey = (random: Random) => person(SESSION_KEYS + random.below(2));

export function tagOf(engine: Engine): (index: number) => Hex {
  return (index) => engine.tag(index) ?? ZERO_HASH;
}

type ObjectKind = "asset" | "account" | "pool";

const KINDS = { asset: RecordKind.Asset, account: RecordKind.Account, pool: RecordKind.Pool } as const;

/** Indices of the objects of a kind, ascending. */
export function objectsOf({ state }: Engine, kind: ObjectKind): number[] {
  const found: number[] = [];
  for (let i = 1; i < state.nextObject; i++) if (state.kindOf(i) === KINDS[kind]) found.push(i);
  return found;
}

/** Indices of objects of a kind; `anything` now and then, also indices that do not exist. */
function someObject(engine: Engine, random: Random, kind: ObjectKind): number {
  const { nextObject } = engine.state;
  if (random.chance(0.03)) return 1 + random.below(nextObject + 3);
  const found = objectsOf(engine, kind);
  return found.length === 0 ? 1 : random.pick(found);
}

/** An amount that is often sensible against `most`, sometimes an extreme. */
function someAmount(random: Random, most: bigint): bigint {
  if (random.chance(0.03)) return random.pick([0n, 1n, most, clamp(most + 1n), U64_MAX, random.u64()]);
  if (most <= 1n) return 1n;
  return 1n + (random.u64() % (random.chance(0.7) ? most / 50n + 1n : most));
}

function heldBy(engine: Engine, account: number, key: number): bigint {
  return engine.account(account)?.holdings.find((holding) => holding.key === key)?.amount ?? 0n;
}

function someParty(random: Random): Address {
  return random.chance(0.04) ? ZERO_ADDRESS : anyone(random).address;
}

export function randomOp(engine: Engine, random: Random, account: number, verb: VerbName): Op {
  const asset = someObject(engine, random, "asset");
  const balance = heldBy(engine, account, asset);
  const poolIndex = someObject(engine, random, "pool");
  const pool = engine.pool(poolIndex);
  const limit = random.chance(0.9) ? 0n : random.u64();
  switch (verb) {
    case "openAccount":
    case "withdraw":
      return { verb, object: asset, party: someParty(random), amount: someAmount(random, balance) };
    case "transfer":
      return {
        verb,
        object: asset,
        object2: someObject(engine, random, "account"),
        amount: someAmount(random, balance),
      };
    case "createPool": {
      const other = someObject(engine, random, "asset");
      const [object, object2] = random.chance(0.95) && other < asset ? [other, asset] : [asset, other];
      return {
        verb,
        object,
        object2,
        amount: someAmount(random, heldBy(engine, account, object)),
        amount2: someAmount(random, heldBy(engine, account, object2)),
        amount3: random.chance(0.95) ? BigInt(random.below(100_001)) : random.u64(),
        amount4: random.u64(),
      };
    }
    case "addLiquidity":
      return {
        verb,
        object: poolIndex,
        amount: someAmount(random, heldBy(engine, account, pool?.asset0 ?? 1)),
        amount2: someAmount(random, heldBy(engine, account, pool?.asset1 ?? 1)),
        amount3: limit,
      };
    case "removeLiquidity": {
      const shares = heldBy(engine, account, 2 ** 28 + poolIndex);
      return { verb, object: poolIndex, amount: someAmount(random, shares), amount2: limit, amount3: limit };
    }
    case "swapExactIn0":
    case "swapExactIn1": {
      const assetIn = (verb === "swapExactIn0" ? pool?.asset0 : pool?.asset1) ?? 1;
      return { verb, object: poolIndex, amount: someAmount(random, heldBy(engine, account, assetIn)), amount2: limit };
    }
    case "swapExactOut0":
    case "swapExactOut1": {
      const reserve = (verb === "swapExactOut0" ? pool?.reserve1 : pool?.reserve0) ?? 1n;
      const maxIn = random.chance(0.9) ? 2n ** 64n - 1n : random.u64();
      return { verb, object: poolIndex, amount: someAmount(random, reserve / 10n), amount2: maxIn };
    }
    case "setSessionKey":
      return {
        verb,
        party: random.chance(0.95) ? sessionKey(random).address : someParty(random),
        amount: random.chance(0.9) ? clamp(engine.state.time + BigInt(random.below(1000))) : random.u64(),
        amount2: random.chance(0.9) ? BigInt(SESSION_VERBS) : random.u64(),
        amount3: random.chance(0.5) ? 1_000_000n : random.u64(),
      };
    case "scopeSessionKey":
      return { verb, object: poolIndex, object2: random.chance(0.5) ? 0 : someObject(engine, random, "pool") };
    case "clearSessionKey":
      return { verb };
    case "cancelNonces": {
      const base = engine.account(account)?.nonceBase ?? 0n;
      return { verb, amount: random.chance(0.9) ? clamp(base + BigInt(random.below(600))) : random.u64() };
    }
    case "collectFees":
      return { verb, amount: someAmount(random, engine.state.fees) };
  }
}

function someNonce(engine: Engine, random: Random, account: number): bigint {
  const base = engine.account(account)?.nonceBase ?? 0n;
  if (random.chance(0.02)) return random.u64();
  return clamp(base + BigInt(random.chance(0.9) ? random.below(300) : random.below(520)));
}

function someVerb(random: Random): VerbName {
  return random.chance(0.6)
    ? random.pick(["transfer", "swapExactIn0", "swapExactIn1", "swapExactOut0", "swapExactOut1", "addLiquidity"])
    : random.pick(verbNames);
}

/** An unsigned envelope, sensible more often than not. */
export function randomEnvelope(engine: Engine, random: Random): SignedEnvelope {
  const account = someObject(engine, random, "account");
  const count = random.chance(0.6) ? 1 : 1 + random.below(8);
  const ops = Array.from({ length: count }, () => randomOp(engine, random, account, someVerb(random)));
  return envelope(account, someNonce(engine, random, account), ops, {
    validUntil: random.chance(0.8) ? 0n : clamp(engine.state.time + BigInt(random.below(100))),
    fee: random.chance(0.9) ? BigInt(random.below(1000)) : random.u64(),
  });
}

/** A private key that may sign for the account: the owner's, the session key's, now and then anyone's. */
export function someKey(engine: Engine, random: Random, account: number): Hex {
  const record = engine.account(account);
  const sessions = [SESSION_KEYS, SESSION_KEYS + 1].map(person);
  const session = sessions.find(({ address }) => address === record?.session?.key);
  if (session !== undefined && random.chance(0.4)) return session.key;
  if (random.chance(0.03)) return random.pick(sessions).key;
  const people = Array.from({ length: PEOPLE }, (_, i) => person(i));
  return (people.find(({ address }) => address === record?.owner) ?? anyone(random)).key;
}

/** Bytes of a signed envelope; now and then with a few bytes spoilt, or rubbish altogether. */
export function randomBatchItem(engine: Engine, random: Random): Uint8Array {
  if (random.chance(0.04)) return random.bytes(1 + random.below(200));
  const unsigned = randomEnvelope(engine, random);
  const item = signed(engine, unsigned, someKey(engine, random, unsigned.account));
  if (random.chance(0.05)) item[random.below(item.length)] = random.below(256);
  return item;
}

/** A queue item of any kind. */
export function randomQueueItem(engine: Engine, random: Random): Uint8Array {
  const choice = random.below(10);
  if (choice === 0) return encodeListing({ token: token(random.below(50)), shift: random.below(37) });
  if (choice < 5) return randomDeposit(engine, random);
  if (choice < 8) return randomCall(engine, random);
  return encodeForced(randomBatchItem(engine, random));
}

function randomDeposit(engine: Engine, random: Random): Uint8Array {
  const asset = someObject(engine, random, "asset");
  const account = random.chance(0.4) ? 0 : someObject(engine, random, "account");
  const owner = random.chance(0.9)
    ? (engine.account(account)?.owner ?? anyone(random).address)
    : anyone(random).address;
  const amount = random.chance(0.98) ? BigInt(random.u32()) * 1000n : 2n ** 63n - 1n;
  if (random.chance(0.05))
    return encodeDeposit({
      token: token(99),
      shift: 3,
      asset,
      account,
      owner,
      depositor: anyone(random).address,
      amount,
    });
  return deposit(engine, asset, amount, { account, owner, depositor: anyone(random).address });
}

function randomCall(engine: Engine, random: Random): Uint8Array {
  const { account, ops } = randomEnvelope(engine, random);
  const caller = random.chance(0.95) ? (engine.account(account)?.owner ?? ZERO_ADDRESS) : anyone(random).address;
  const hash = opsHash(ops, tagOf(engine));
  if (random.chance(0.04)) return encodeQueueCall(caller, random.bytes(random.below(100)));
  const call = encodeCall({ account, ops, opsHash: toHex(hash) });
  if (random.chance(0.03)) call[random.below(call.length)] = random.below(256);
  return random.chance(0.02) ? concat(encodeQueueCall(caller, call), Uint8Array.of(0)) : encodeQueueCall(caller, call);
}

/** Outcomes in which conservation and bytes are still compared: all of them. Kept for counting what random play hits. */
export function count(outcomes: Map<Outcome, number>, outcome: Outcome): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

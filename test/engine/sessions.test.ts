/** Session keys, nonces, expiry and signatures: who may do what, and when. */
import type { Engine } from "@lakh/engine";
import {
  type Op,
  SESSION_VERBS,
  type SignedEnvelope,
  Verb,
  ZERO_ADDRESS,
  fromHex,
  encodeEnvelope,
} from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { ALICE, BOB, ETH, POOL, TIME, TOKEN, alice, alicePlays, bob, nextNonce, plays, stage } from "./stage.ts";
import { apply, applySlice, deposit, envelope, names, person, signed } from "./world.ts";

const KEY = person(50);
const U64 = 2n ** 64n - 1n;
const swap: Op = { verb: "swapExactIn0", object: POOL, amount: 100n, amount2: 0n };

const setKey = (more: Partial<Op> = {}): Op => ({
  verb: "setSessionKey",
  party: KEY.address,
  amount: TIME + 10n,
  amount2: 1n << BigInt(Verb.swapExactIn0),
  amount3: 100n,
  ...more,
});

/** An envelope of Alice's account that the session key signs. */
function keyPlays(engine: Engine, ops: readonly Op[], outcome: string, more: Partial<SignedEnvelope> = {}): void {
  const before = engine.machine();
  const unsigned = envelope(ALICE, nextNonce(engine, ALICE), ops, more);
  expect(apply(engine, unsigned, KEY.address)).to.equal(outcome);
  if (outcome !== "Ok") expect(engine.machine()).to.deep.equal(before);
}

function atTime(engine: Engine, time: bigint): void {
  engine.closeEntry();
  engine.openEntry(time);
}

describe("setSessionKey", () => {
  it("sets key, expiry, mask and budget, and replaces an old session with its scope", () => {
    const engine = stage();
    alicePlays(engine, [setKey(), { verb: "scopeSessionKey", object: POOL, object2: TOKEN }], "Ok");
    const session = { key: KEY.address, expiry: TIME + 10n, mask: 128, budget: 100n };
    expect(engine.account(ALICE)?.session).to.deep.equal({ ...session, objects: [POOL, TOKEN] });
    const holdings = engine.account(ALICE)?.holdings;
    alicePlays(engine, [setKey({ amount3: U64 })], "Ok");
    expect(engine.account(ALICE)?.session).to.deep.equal({ ...session, budget: U64, objects: [] });
    expect(engine.account(ALICE)?.holdings).to.deep.equal(holdings);
  });

  it("refuses no key, the owner as key, a past expiry, and masks that are empty or too wide", () => {
    const engine = stage();
    alicePlays(engine, [setKey({ party: ZERO_ADDRESS, amount2: 0n })], "ZeroAddress");
    alicePlays(engine, [setKey({ party: alice.address })], "BadSession");
    alicePlays(engine, [setKey({ amount: TIME })], "BadSession");
    alicePlays(engine, [setKey({ amount2: 0n })], "BadSession");
    alicePlays(engine, [setKey({ amount2: 1n << BigInt(Verb.transfer) })], "BadSession");
    alicePlays(engine, [setKey({ amount2: BigInt(SESSION_VERBS) | (1n << 40n) })], "BadSession");
    alicePlays(engine, [setKey({ amount2: BigInt(SESSION_VERBS) })], "Ok");
  });
});

describe("scopeSessionKey", () => {
  it("adds each object once, eight at most", () => {
    const engine = stage();
    const scope = (object: number, object2 = 0): Op => ({ verb: "scopeSessionKey", object, object2 });
    alicePlays(engine, [scope(POOL)], "NoSession");
    alicePlays(engine, [setKey(), scope(POOL), scope(POOL, POOL), scope(ETH, TOKEN), scope(ALICE)], "Ok");
    expect(engine.account(ALICE)?.session?.objects).to.deep.equal([POOL, ETH, TOKEN, ALICE]);
    alicePlays(engine, [scope(BOB, 5)], "Ok");
    for (let i = 0; i < 3; i++)
      alicePlays(engine, [{ verb: "openAccount", object: ETH, party: bob.address, amount: 1n }], "Ok");
    alicePlays(engine, [scope(7, 8)], "Ok");
    alicePlays(engine, [scope(7, 9)], "SessionFull");
    alicePlays(engine, [scope(9)], "SessionFull");
    alicePlays(engine, [scope(8, 7)], "Ok");
    expect(engine.account(ALICE)?.session?.objects).to.deep.equal([POOL, ETH, TOKEN, ALICE, BOB, 5, 7, 8]);
  });
});

describe("clearSessionKey", () => {
  it("removes the session and nothing else", () => {
    const engine = stage();
    alicePlays(engine, [{ verb: "clearSessionKey" }], "NoSession");
    const before = engine.account(ALICE)?.holdings;
    alicePlays(
      engine,
      [setKey(), { verb: "scopeSessionKey", object: POOL, object2: 0 }, { verb: "clearSessionKey" }],
      "Ok",
    );
    expect(engine.account(ALICE)).not.to.have.property("session");
    expect(engine.account(ALICE)?.holdings).to.deep.equal(before);
  });
});

describe("an envelope of a session key", () => {
  function withKey(): Engine {
    const engine = stage();
    alicePlays(engine, [setKey(), { verb: "scopeSessionKey", object: POOL, object2: 0 }], "Ok");
    return engine;
  }

  it("does what the scope allows and lowers the budget by the fee", () => {
    const engine = withKey();
    keyPlays(engine, [swap, swap], "Ok", { fee: 40n });
    expect(engine.account(ALICE)?.session?.budget).to.equal(60n);
    keyPlays(engine, [swap], "SessionBudget", { fee: 61n });
    keyPlays(engine, [swap], "Ok", { fee: 60n });
    keyPlays(engine, [swap], "Ok");
  });

  it("ends at the expiry", () => {
    const engine = withKey();
    atTime(engine, TIME + 9n);
    keyPlays(engine, [swap], "Ok");
    atTime(engine, TIME + 10n);
    keyPlays(engine, [swap], "SessionExpired");
    alicePlays(engine, [swap], "Ok");
  });

  it("may not use other verbs or objects, and never verbs of the owner's", () => {
    const engine = withKey();
    keyPlays(engine, [{ ...swap, verb: "swapExactIn1" }], "SessionScope");
    keyPlays(engine, [swap, { verb: "transfer", object: ETH, object2: BOB, amount: 1n }], "SessionScope");
    keyPlays(engine, [{ verb: "clearSessionKey" }], "SessionScope");
    const fee = { amount: 10n ** 6n, amount2: 10n ** 6n, amount3: 1n };
    alicePlays(engine, [{ verb: "createPool", object: ETH, object2: TOKEN, ...fee }], "Ok");
    keyPlays(engine, [{ ...swap, object: 7 }], "SessionScope");
    alicePlays(engine, [{ verb: "scopeSessionKey", object: 7, object2: 0 }], "Ok");
    keyPlays(engine, [{ ...swap, object: 7 }], "Ok");
  });

  it("is nobody's after the key is cleared, and a stranger's is refused", () => {
    const engine = withKey();
    expect(apply(engine, envelope(ALICE, 9n, [swap]), bob.address)).to.equal("BadSignature");
    expect(apply(engine, envelope(ALICE, 9n, [swap]), ZERO_ADDRESS)).to.equal("BadSignature");
    alicePlays(engine, [{ verb: "clearSessionKey" }], "Ok");
    keyPlays(engine, [swap], "BadSignature");
  });

  it("is nobody's when no signature is valid, even for an account that nobody owns", () => {
    const engine = stage();
    engine.closeEntry();
    expect(applySlice(engine, TIME, deposit(engine, ETH, 100n, { owner: ZERO_ADDRESS }))).to.deep.equal(["Ok"]);
    engine.openEntry(TIME);
    const move: Op = { verb: "transfer", object: ETH, object2: BOB, amount: 1n };
    expect(apply(engine, envelope(7, 0n, [move]), ZERO_ADDRESS)).to.equal("BadSignature");
    expect(names([engine.applyEnvelope(encodeEnvelope(envelope(7, 0n, [move])))])).to.deep.equal(["BadSignature"]);
  });

  it("is checked against the real signature when no signer is given", () => {
    const engine = withKey();
    const unsigned = envelope(ALICE, 20n, [swap]);
    const outcomes = [bob.key, KEY.key, alice.key].map((key) => engine.applyEnvelope(signed(engine, unsigned, key)));
    expect(names(outcomes)).to.deep.equal(["BadSignature", "Ok", "NonceUsed"]);
  });
});

describe("nonces", () => {
  const op: Op = { verb: "transfer", object: ETH, object2: ALICE, amount: 1n };
  const use = (engine: Engine, nonce: bigint): string => apply(engine, envelope(BOB, nonce, [op]));

  it("come in any order within the window, each once", () => {
    const engine = stage();
    expect([3n, 0n, 255n, 3n, 512n].map((nonce) => use(engine, nonce))).to.deep.equal([
      "Ok",
      "Ok",
      "Ok",
      "NonceUsed",
      "NonceTooHigh",
    ]);
    expect(engine.account(BOB)).to.include({ nonceBase: 0n, nonceBits: (1n << 255n) | 9n });
  });

  it("above the bits slide the window", () => {
    const engine = stage();
    expect([0n, 10n, 255n].map((nonce) => use(engine, nonce))).to.deep.equal(["Ok", "Ok", "Ok"]);
    // base becomes 265 − 255 = 10: nonce 10 is bit 0, 255 is bit 245, 265 is bit 255.
    expect(use(engine, 265n)).to.equal("Ok");
    expect(engine.account(BOB)).to.include({ nonceBase: 10n, nonceBits: (1n << 255n) | (1n << 245n) | 1n });
    expect([9n, 10n, 522n].map((nonce) => use(engine, nonce))).to.deep.equal([
      "NonceUsed",
      "NonceUsed",
      "NonceTooHigh",
    ]);
    // base becomes 521 − 255 = 266: everything used so far is below it.
    expect(use(engine, 521n)).to.equal("Ok");
    expect(engine.account(BOB)).to.include({ nonceBase: 266n, nonceBits: 1n << 255n });
  });

  it("are cancelled up to 512 above the base", () => {
    const engine = stage();
    const cancel = (amount: bigint): Op => ({ verb: "cancelNonces", amount });
    plays(engine, BOB, [cancel(0n)], "BadNonceBase");
    plays(engine, BOB, [cancel(513n)], "BadNonceBase");
    expect(use(engine, 100n)).to.equal("Ok");
    plays(engine, BOB, [cancel(98n)], "Ok"); // used nonce 0, dropped; 100 becomes bit 2
    expect(engine.account(BOB)).to.include({ nonceBase: 98n, nonceBits: 4n });
    expect(use(engine, 97n)).to.equal("NonceUsed");
    plays(engine, BOB, [cancel(610n)], "Ok"); // 98 + 512
    expect(engine.account(BOB)).to.include({ nonceBase: 610n, nonceBits: 0n });
  });

  it("are cancelled from the base as it stands after the envelope's own nonce", () => {
    const engine = stage();
    // nonce 300 slides the base to 45: 45 is not above it, 46 is.
    const cancel = (amount: bigint) => envelope(BOB, 300n, [{ verb: "cancelNonces", amount }]);
    expect(apply(engine, cancel(45n))).to.equal("BadNonceBase");
    expect(engine.account(BOB)?.nonceBase).to.equal(0n);
    expect(apply(engine, cancel(46n))).to.equal("Ok");
    expect(engine.account(BOB)).to.include({ nonceBase: 46n, nonceBits: 1n << 254n });
  });

  it(`behave as a 256-bit number does, whatever comes (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = stage();
    let [base, bits] = [0n, 0n];
    for (let i = 0; i < 400; i++) {
      const cancel = random.chance(0.05) ? base + BigInt(1 + random.below(40)) : undefined;
      const nonce = base + BigInt(random.below(random.chance(0.9) ? 290 : 530));
      const isUsed = nonce < base || (bits >> (nonce - base)) & 1n;
      const refusal = nonce >= base + 512n ? "NonceTooHigh" : isUsed ? "NonceUsed" : undefined;
      const after = nonce >= base + 256n ? nonce - 255n : base;
      const ops: Op[] = cancel === undefined ? [op] : [{ verb: "cancelNonces", amount: cancel }];
      const outcome = refusal ?? (cancel !== undefined && cancel <= after ? "BadNonceBase" : "Ok");
      expect(apply(engine, envelope(BOB, nonce, ops))).to.equal(outcome);
      if (outcome === "Ok") {
        bits = (bits | (1n << (nonce - base))) >> (after - base);
        base = after;
        if (cancel !== undefined) [base, bits] = [cancel, bits >> (cancel - base)];
      }
      expect(engine.account(BOB)).to.include({ nonceBase: base, nonceBits: bits });
    }
    expect(base > 1000n).to.equal(true);
  });

  it("reach the end of 64 bits without wrapping", () => {
    const engine = stage();
    for (let i = 0; i < 3; i++) plays(engine, BOB, [{ verb: "cancelNonces", amount: 512n * BigInt(i + 1) }], "Ok");
    expect(use(engine, U64)).to.equal("NonceTooHigh");
    expect(use(engine, 2n ** 53n + 1536n)).to.equal("NonceTooHigh");
  });
});

describe("validUntil", () => {
  it("is the last second that counts, 0 never ends", () => {
    const engine = stage();
    plays(engine, BOB, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 1n }], "Expired", {
      validUntil: TIME - 1n,
    });
    plays(engine, BOB, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 1n }], "Ok", { validUntil: TIME });
    plays(engine, BOB, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 1n }], "Ok", { validUntil: 0n });
    plays(engine, BOB, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 1n }], "Ok", { validUntil: U64 });
  });
});

describe("digestOf", () => {
  it("is what the protocol says is signed; undefined for what cannot be signed", () => {
    const engine = stage();
    const item = signed(engine, envelope(ALICE, 5n, [swap]), alice.key);
    expect(engine.digestOf(item)).to.have.length(32);
    expect(engine.digestOf(item.subarray(1))).to.equal(undefined);
    expect(engine.digestOf(encodeEnvelope(envelope(POOL, 5n, [swap])))).to.equal(undefined);
    expect(engine.digestOf(encodeEnvelope(envelope(ALICE, 5n, [{ ...swap, object: 7 }])))).to.equal(undefined);
  });
});

describe("simulate", () => {
  it("says what would happen and changes nothing", () => {
    const engine = stage();
    const before = engine.machine();
    const bytes = encodeEnvelope(envelope(ALICE, 5n, [swap]));
    expect(names([engine.simulate(bytes, fromHex(alice.address)), engine.simulate(bytes)])).to.deep.equal([
      "Ok",
      "BadSignature",
    ]);
    expect(engine.machine()).to.deep.equal(before);
  });
});

/** What comes through the L1 queue: deposits, listings, forced envelopes, calls of contracts. */
import { type Engine, runSteps } from "@lakh/engine";
import {
  type Deposit,
  type Op,
  QueueKind,
  ZERO_ADDRESS,
  concat,
  encodeCall,
  encodeDeposit,
  encodeForced,
  encodeQueueCall,
  opsHash,
  toHex,
} from "@lakh/protocol";
import { expect } from "chai";

import { tagOf } from "./random-items.ts";
import { ALICE, BOB, ETH, POOL, TOKEN, alice, alicePlays, balance, bob, plays, stage } from "./stage.ts";
import {
  apply,
  applySlice,
  batchEntry,
  deposit,
  envelope,
  listing,
  names,
  newEngine,
  person,
  rawBatch,
  signed,
  token,
} from "./world.ts";

const U64 = 2n ** 64n - 1n;
const TIME = 2000n;
const carol = person(3);

/** The stage between two entries. */
function quiet(): Engine {
  const engine = stage();
  engine.closeEntry();
  return engine;
}

function give(engine: Engine, asset: number, amount: bigint, more: Partial<Deposit>): string | undefined {
  return applySlice(engine, TIME, deposit(engine, asset, amount, more))[0];
}

describe("deposit", () => {
  it("raises the balance of the account named", () => {
    const engine = quiet();
    expect(give(engine, TOKEN, 5n, { account: BOB, owner: bob.address, depositor: carol.address })).to.equal("Ok");
    expect(balance(engine, BOB, TOKEN)).to.equal(1_000_005n);
  });

  it("opens an account for the owner when none is named", () => {
    const engine = quiet();
    expect(give(engine, TOKEN, 5n, { owner: carol.address, depositor: bob.address })).to.equal("Ok");
    expect(engine.account(7)).to.deep.include({ owner: carol.address, holdings: [{ key: TOKEN, amount: 5n }] });
    expect(engine.machine().fees).to.equal(10_000n); // no object fee
  });

  it("goes to a new account of the owner it names when the account cannot take it", () => {
    const engine = quiet();
    const from = { depositor: carol.address };
    expect(give(engine, TOKEN, 1n, { ...from, account: BOB, owner: alice.address })).to.equal("DepositRerouted");
    expect(give(engine, TOKEN, 2n, { ...from, account: POOL, owner: bob.address })).to.equal("DepositRerouted");
    expect(give(engine, TOKEN, 3n, { ...from, account: 999, owner: bob.address })).to.equal("DepositRerouted");
    expect(give(engine, TOKEN, 4n, { ...from, account: 2 ** 32 - 1, owner: bob.address })).to.equal("DepositRerouted");
    expect(give(engine, TOKEN, U64, { ...from, account: BOB, owner: bob.address })).to.equal("DepositRerouted");
    expect(engine.account(7)?.owner).to.equal(alice.address);
    for (const index of [8, 9, 10, 11]) expect(engine.account(index)?.owner).to.equal(bob.address);
    expect(engine.accountsOf(carol.address)).to.deep.equal([]);
    expect([7, 8, 9, 10, 11].map((index) => balance(engine, index, TOKEN))).to.deep.equal([1n, 2n, 3n, 4n, U64]);
    expect(balance(engine, BOB, TOKEN)).to.equal(10n ** 6n);
  });

  it("becomes an exit to the depositor when its asset is not what the Bridge meant", () => {
    const engine = quiet();
    const item = { token: token(1), shift: 6, amount: 9n, owner: bob.address, depositor: carol.address, account: BOB };
    const assets = [0, BOB, 999, 2 ** 32 - 1, ETH];
    const outcomes = applySlice(engine, TIME, ...assets.map((asset) => encodeDeposit({ ...item, asset })));
    expect(outcomes).to.deep.equal(assets.map(() => "DepositReturned"));
    const wrong = [
      { ...item, asset: TOKEN, shift: 7 },
      { ...item, asset: TOKEN, token: token(2) },
    ];
    expect(applySlice(engine, TIME, ...wrong.map(encodeDeposit))).to.deep.equal(["DepositReturned", "DepositReturned"]);
    expect(engine.machine().nextExit).to.equal(7n);
    const exit = { kind: "exit", amount: 9n, recipient: carol.address };
    expect(engine.exit(0n)).to.deep.equal({ ...exit, token: token(1), shift: 6 });
    expect(engine.exit(6n)).to.deep.equal({ ...exit, token: token(2), shift: 6 });
  });

  it("of nothing raises nothing", () => {
    const engine = quiet();
    expect(give(engine, TOKEN, 0n, { account: BOB, owner: bob.address })).to.equal("Ok");
    expect(give(engine, TOKEN, 0n, { owner: carol.address })).to.equal("Ok");
    expect(engine.account(7)?.holdings).to.deep.equal([]);
  });
});

describe("listing", () => {
  it("makes an asset, each time anew", () => {
    const engine = quiet();
    expect(applySlice(engine, TIME, listing(1, 6), listing(5, 0))).to.deep.equal(["Ok", "Ok"]);
    expect(engine.asset(7)).to.deep.equal({ kind: "asset", token: token(1), shift: 6 });
    expect(engine.asset(8)).to.deep.equal({ kind: "asset", token: token(5), shift: 0 });
  });
});

describe("forced envelope", () => {
  it("executes as an envelope does", () => {
    const engine = quiet();
    const move: Op = { verb: "transfer", object: ETH, object2: ALICE, amount: 5n };
    const item = encodeForced(signed(engine, envelope(BOB, 0n, [move]), bob.key));
    const spoilt = item.slice();
    spoilt[spoilt.length - 1] = (spoilt[spoilt.length - 1] ?? 0) ^ 1;
    expect(applySlice(engine, TIME, spoilt, item, item)).to.deep.equal(["BadSignature", "Ok", "NonceUsed"]);
  });

  it("may be any bytes", () => {
    const engine = quiet();
    expect(applySlice(engine, TIME, encodeForced(new Uint8Array(0)), encodeForced(new Uint8Array(1023)))).to.deep.equal(
      ["Malformed", "Malformed"],
    );
  });
});

describe("call", () => {
  const move: Op = { verb: "transfer", object: ETH, object2: ALICE, amount: 5n };

  function call(engine: Engine, caller: string, account: number, ops: Op[]): Uint8Array {
    const hash = toHex(opsHash(ops, tagOf(engine)));
    return encodeQueueCall(caller as `0x${string}`, encodeCall({ account, ops, opsHash: hash }));
  }

  it("executes as its owner's, without nonce, signature or fee", () => {
    const engine = quiet();
    const item = call(engine, bob.address, BOB, [move]);
    expect(applySlice(engine, TIME, item, item)).to.deep.equal(["Ok", "Ok"]);
    expect(engine.account(BOB)).to.deep.include({ nonceBits: 0n });
    expect(balance(engine, BOB, ETH)).to.equal(999_990n);
  });

  it("pays for the objects that it makes", () => {
    const engine = quiet();
    const open: Op = { verb: "openAccount", object: TOKEN, party: carol.address, amount: 1n };
    expect(applySlice(engine, TIME, call(engine, bob.address, BOB, [open, open]))).to.deep.equal(["Ok"]);
    expect(balance(engine, BOB, ETH)).to.equal(980_000n);
  });

  it("checks bytes, account, objects, caller and hash, in this order", () => {
    const engine = quiet();
    const good = call(engine, bob.address, BOB, [move]);
    const otherHash = good.slice();
    otherHash[otherHash.length - 1] = (otherHash[otherHash.length - 1] ?? 0) ^ 1;
    const outcomes = applySlice(
      engine,
      TIME,
      good.subarray(0, 20),
      concat(good, Uint8Array.of(0)),
      call(engine, bob.address, POOL, [move]),
      call(engine, alice.address, BOB, [{ ...move, object2: 7 }]),
      call(engine, alice.address, BOB, [move]),
      call(engine, ZERO_ADDRESS, BOB, [move]),
      otherHash,
      call(engine, bob.address, BOB, [{ ...move, amount: 10n ** 7n }]),
    );
    expect(outcomes).to.deep.equal([
      "Malformed",
      "Malformed",
      "NoAccount",
      "NoObject",
      "CallerMismatch",
      "CallerMismatch",
      "OpsHashMismatch",
      "InsufficientBalance",
    ]);
  });
});

describe("room for holdings", () => {
  const make: Op = { verb: "createPool", object: ETH, object2: TOKEN, amount: 2000n, amount2: 2000n, amount3: 0n };
  const callOf = (engine: Engine, ops: Op[]): Uint8Array => {
    const hash = toHex(opsHash(ops, tagOf(engine)));
    return encodeQueueCall(alice.address, encodeCall({ account: ALICE, ops, opsHash: hash }));
  };

  it("is 64 for the owner and for a call, 32 for everybody else and for a session key", () => {
    const engine = quiet();
    const count = (): number | undefined => engine.account(ALICE)?.holdings.length;
    // Alice has ETH, the token and shares of one pool; each further pool adds shares.
    for (let held = 3; held < 32; held++)
      expect(applySlice(engine, TIME, callOf(engine, [make]))).to.deep.equal(["Ok"]);
    expect(count()).to.equal(32);
    const asset = engine.machine().nextObject;
    expect(applySlice(engine, TIME, listing(9))).to.deep.equal(["Ok"]);
    const named = { account: ALICE, owner: alice.address, depositor: carol.address };
    expect(give(engine, asset, 5n, named)).to.equal("DepositRerouted");
    expect(give(engine, ETH, 5n, named)).to.equal("Ok");

    const pool = engine.machine().nextObject; // of Bob's, so that Alice has no shares of it
    engine.openEntry(TIME);
    plays(engine, BOB, [make], "Ok");
    const key = person(60);
    const add: Op = { verb: "addLiquidity", object: pool, amount: 100n, amount2: 100n, amount3: 0n };
    const set: Op = { verb: "setSessionKey", party: key.address, amount: TIME + 1n, amount2: 32n, amount3: 0n };
    alicePlays(engine, [set, { verb: "scopeSessionKey", object: pool, object2: 0 }], "Ok");
    expect(apply(engine, envelope(ALICE, 50n, [add]), key.address)).to.equal("HoldingsFull");
    alicePlays(engine, [add], "Ok");
    expect(apply(engine, envelope(ALICE, 50n, [add]), key.address)).to.equal("Ok"); // no new holding
    for (let held = 33; held < 63; held++) alicePlays(engine, [make], "Ok");
    engine.closeEntry();
    expect(applySlice(engine, TIME, callOf(engine, [make]))).to.deep.equal(["Ok"]);
    engine.openEntry(TIME);
    alicePlays(engine, [make], "HoldingsFull");
    engine.closeEntry();
    expect(applySlice(engine, TIME, callOf(engine, [make]))).to.deep.equal(["HoldingsFull"]);
    expect(count()).to.equal(64);
  });
});

describe("a queue item of no kind", () => {
  it("is malformed and passed over", () => {
    const engine = quiet();
    const before = engine.machine();
    const items = [new Uint8Array(0), Uint8Array.of(0), Uint8Array.of(9, 9), Uint8Array.of(QueueKind.Deposit, 1)];
    expect(applySlice(engine, TIME, ...items)).to.deep.equal(items.map(() => "Malformed"));
    expect(engine.machine()).to.deep.equal({ ...before, entry: before.entry + 1n, time: TIME });
  });
});

describe("entries", () => {
  it("run signed envelopes in one block, also those that use what the entry makes", () => {
    const engine = stage();
    alicePlays(engine, [{ verb: "transfer", object: ETH, object2: BOB, amount: 1n }], "Ok");
    engine.closeEntry();
    const open: Op = { verb: "openAccount", object: ETH, party: carol.address, amount: 50_000n };
    const spend: Op = { verb: "transfer", object: ETH, object2: ALICE, amount: 7n };
    const later = stage();
    later.closeEntry();
    const opened = signed(engine, envelope(ALICE, 5n, [open]), alice.key);
    applySlice(later, TIME, encodeForced(opened));
    const spent = signed(later, envelope(7, 0n, [spend]), carol.key); // account 7 exists there already
    expect(applySlice(engine, TIME, encodeForced(opened), encodeForced(spent))).to.deep.equal(["Ok", "Ok"]);
    expect(balance(engine, 7, ETH)).to.equal(49_993n);
  });

  it("recover a signer late when an op uses what the entry makes", () => {
    const open: Op = { verb: "openAccount", object: ETH, party: carol.address, amount: 50_000n };
    const toNew: Op = { verb: "transfer", object: ETH, object2: 7, amount: 3n };
    const later = quiet();
    const opened = signed(later, envelope(ALICE, 5n, [open]), alice.key);
    applySlice(later, TIME, encodeForced(opened));
    const sent = signed(later, envelope(BOB, 0n, [toNew]), bob.key); // the digest holds the tag of account 7
    const engine = quiet();
    const { header, payload } = batchEntry(TIME, [opened, sent]);
    expect(names(engine.applyEntry(header, payload))).to.deep.equal(["Ok", "Ok"]);
    expect(balance(engine, 7, ETH)).to.equal(50_003n);
  });

  it("take known signers only where they were counted from", () => {
    const move: Op = { verb: "transfer", object: ETH, object2: 5, amount: 3n };
    const engine = quiet();
    const items = [
      signed(engine, envelope(ALICE, 9n, [move]), alice.key),
      signed(engine, envelope(BOB, 9n, [move]), bob.key),
    ];
    const { header, payload } = batchEntry(TIME, items);
    const half = quiet();
    runSteps(half, [{ header, payload }], 1);
    const signers = half.recoverSigners(header, payload); // of Bob's envelope alone
    expect(names([...half.entrySteps(header, payload, signers)])).to.deep.equal(["Ok"]);
    expect(names([...engine.entrySteps(header, payload, signers)])).to.deep.equal(["Ok", "Ok"]);
  });

  it("of batches end at the first length that is not good", () => {
    const head = (...bytes: number[]): Uint8Array => concat(Uint8Array.from(bytes), new Uint8Array(1100));
    const run = (data: Uint8Array): string => {
      const { header, payload } = rawBatch(TIME, data);
      return names(newEngine().applyEntry(header, payload))[0] ?? "";
    };
    expect(run(Uint8Array.of(0))).to.equal("BatchEnd"); // the heartbeat
    expect(run(Uint8Array.of(1))).to.equal("BatchEnd"); // past the end
    expect(run(Uint8Array.of(0x80))).to.equal("BatchEnd"); // half a length
    expect(run(head(0x80, 0x7f))).to.equal("BatchEnd"); // 127 in two bytes
    expect(run(head(0x80, 0x80))).to.equal("Malformed"); // an item of 128 bytes
    expect(run(head(0x84, 0x00))).to.equal("Malformed"); // an item of 1,024 bytes
    expect(run(head(0x84, 0x01))).to.equal("BatchEnd"); // 1,025 bytes are too many
    expect(run(head(0xff, 0, 0, 0, 0, 0, 0, 0, 1))).to.equal("BatchEnd");
  });
});

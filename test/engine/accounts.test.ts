/** openAccount, transfer, withdraw, collectFees and the fees of an envelope: numbers worked out by hand. */
import { ZERO_ADDRESS } from "@lakh/protocol";
import { expect } from "chai";

import { ALICE, BOB, ETH, POOL, TOKEN, TREASURER, alice, alicePlays, balance, bob, plays, stage } from "./stage.ts";
import { applySlice, deposit, listing, person, token } from "./world.ts";

const U64 = 2n ** 64n - 1n;

describe("openAccount", () => {
  it("moves the amount into a new account of the party and costs the object fee", () => {
    const engine = stage();
    const carol = person(3);
    alicePlays(engine, [{ verb: "openAccount", object: TOKEN, party: carol.address, amount: 500n }], "Ok", {
      fee: 11n,
    });
    expect(engine.account(7)).to.deep.equal({
      kind: "account",
      owner: carol.address,
      signerKind: 0,
      nonceBase: 0n,
      nonceBits: 0n,
      holdings: [{ key: TOKEN, amount: 500n }],
    });
    expect(balance(engine, ALICE, TOKEN)).to.equal(995_999_500n); // 996,000,000 − 500
    expect(balance(engine, ALICE, ETH)).to.equal(998_979_989n); // 998,990,000 − 10,000 − 11
    expect(engine.machine().fees).to.equal(20_011n); // 10,000 + 10,000 + 11
    expect(engine.accountsOf(carol.address)).to.deep.equal([7]);
  });

  it("checks party, amount, kind, balance and the object fee, in this order", () => {
    const engine = stage();
    const open = { verb: "openAccount", object: TOKEN, party: bob.address, amount: 1n } as const;
    alicePlays(engine, [{ ...open, party: ZERO_ADDRESS, amount: 0n }], "ZeroAddress");
    alicePlays(engine, [{ ...open, amount: 0n, object: BOB }], "ZeroAmount");
    alicePlays(engine, [{ ...open, object: BOB }], "WrongKind");
    alicePlays(engine, [{ ...open, object: POOL }], "WrongKind");
    alicePlays(engine, [{ ...open, amount: 996_000_001n }], "InsufficientBalance");
    plays(engine, TREASURER, [{ ...open, object: ETH }], "InsufficientFee"); // 1,000 − 1 < 10,000
    expect(engine.accountsOf(bob.address)).to.deep.equal([BOB]);
  });
});

describe("transfer", () => {
  it("moves the amount", () => {
    const engine = stage();
    alicePlays(engine, [{ verb: "transfer", object: ETH, object2: BOB, amount: 250_000n }], "Ok", { fee: 3n });
    expect(balance(engine, ALICE, ETH)).to.equal(998_739_997n); // 998,990,000 − 250,000 − 3
    expect(balance(engine, BOB, ETH)).to.equal(1_250_000n);
    expect(engine.machine().fees).to.equal(10_003n);
  });

  it("removes a holding at zero and makes one at need", () => {
    const engine = stage();
    plays(engine, BOB, [{ verb: "transfer", object: TOKEN, object2: TREASURER, amount: 10n ** 6n }], "Ok");
    expect(engine.account(BOB)?.holdings).to.deep.equal([{ key: ETH, amount: 10n ** 6n }]);
    expect(engine.account(TREASURER)?.holdings).to.deep.equal([
      { key: ETH, amount: 1000n },
      { key: TOKEN, amount: 10n ** 6n },
    ]);
  });

  it("keeps the holdings sorted by key", () => {
    const engine = stage();
    alicePlays(engine, [{ verb: "openAccount", object: TOKEN, party: bob.address, amount: 7n }], "Ok");
    alicePlays(engine, [{ verb: "transfer", object: ETH, object2: 7, amount: 9n }], "Ok");
    expect(engine.account(7)?.holdings).to.deep.equal([
      { key: ETH, amount: 9n },
      { key: TOKEN, amount: 7n },
    ]);
  });

  it("checks amount, kinds, recipient and balance, in this order", () => {
    const engine = stage();
    const move = { verb: "transfer", object: ETH, object2: BOB, amount: 1n } as const;
    alicePlays(engine, [{ ...move, amount: 0n, object: BOB }], "ZeroAmount");
    alicePlays(engine, [{ ...move, object: ALICE, object2: POOL }], "WrongKind");
    alicePlays(engine, [{ ...move, object2: TOKEN }], "WrongKind");
    alicePlays(engine, [{ ...move, object2: ALICE, amount: U64 }], "SelfTransfer");
    alicePlays(engine, [{ ...move, amount: 998_990_001n }], "InsufficientBalance");
    alicePlays(engine, [{ ...move, object2: 7 }], "NoObject");
    plays(engine, 7, [move], "NoAccount");
    plays(engine, POOL, [move], "NoAccount");
  });

  it("overflows no balance", () => {
    const engine = stage();
    // Bob's token balance is 10^6; with 2^64 − 1 − 10^6 more it is full, and one more unit does not fit.
    const more = { owner: bob.address, account: BOB };
    expect(applySliceAfterClose(engine, deposit(engine, TOKEN, U64 - 10n ** 6n, more))).to.deep.equal(["Ok"]);
    engine.openEntry(2000n);
    expect(balance(engine, BOB, TOKEN)).to.equal(U64);
    alicePlays(engine, [{ verb: "transfer", object: TOKEN, object2: BOB, amount: 1n }], "Overflow");
  });

  it("gives nobody more than 32 kinds of holdings", () => {
    const engine = stage();
    // Alice lists 40 tokens (objects 7 … 46) and has some of each. Bob holds two; 30 more fit by transfer.
    const tokens = Array.from({ length: 40 }, (_, i) => 7 + i);
    engine.closeEntry();
    applySlice(engine, 2000n, ...tokens.map((object) => listing(object)));
    for (const object of tokens) {
      const made = applySlice(engine, 2000n, deposit(engine, object, 10n, { owner: alice.address, account: ALICE }));
      // ETH, token and shares come first: 29 of the 40 fit, the rest goes to new accounts.
      expect(made).to.deep.equal([object < 7 + 29 ? "Ok" : "DepositRerouted"]);
      expect(engine.asset(object)?.token).to.equal(token(object));
    }
    expect(engine.account(ALICE)?.holdings).to.have.length(32);
    engine.openEntry(2000n);
    for (const object of tokens.slice(0, 29))
      alicePlays(engine, [{ verb: "transfer", object, object2: BOB, amount: 1n }], "Ok");
    expect(engine.account(BOB)?.holdings).to.have.length(31);
    plays(engine, 47, [{ verb: "transfer", object: 36, object2: BOB, amount: 1n }], "Ok");
    plays(engine, 48, [{ verb: "transfer", object: 37, object2: BOB, amount: 1n }], "HoldingsFull");
  });

  function applySliceAfterClose(engine: ReturnType<typeof stage>, ...items: Uint8Array[]): string[] {
    engine.closeEntry();
    return applySlice(engine, 2000n, ...items);
  }
});

describe("withdraw", () => {
  it("burns the holding and makes an exit", () => {
    const engine = stage();
    plays(engine, BOB, [{ verb: "withdraw", object: TOKEN, party: alice.address, amount: 400_000n }], "Ok");
    expect(balance(engine, BOB, TOKEN)).to.equal(600_000n);
    expect(engine.machine().nextExit).to.equal(1n);
    expect(engine.exit(0n)).to.deep.equal({
      kind: "exit",
      token: token(1),
      shift: 6,
      amount: 400_000n,
      recipient: alice.address,
    });
  });

  it("checks party, amount, kind and balance, in this order", () => {
    const engine = stage();
    const out = { verb: "withdraw", object: TOKEN, party: bob.address, amount: 1n } as const;
    alicePlays(engine, [{ ...out, party: ZERO_ADDRESS, amount: 0n }], "ZeroAddress");
    alicePlays(engine, [{ ...out, amount: 0n, object: BOB }], "ZeroAmount");
    alicePlays(engine, [{ ...out, object: POOL }], "WrongKind");
    alicePlays(engine, [{ ...out, amount: U64 }], "InsufficientBalance");
    expect(engine.exit(0n)).to.equal(undefined);
  });
});

describe("fees", () => {
  it("are taken after the ops, so that a swap may earn them", () => {
    const engine = stage();
    plays(engine, BOB, [{ verb: "transfer", object: ETH, object2: ALICE, amount: 10n ** 6n }], "Ok");
    // Bob has no ETH left. 4,000 token units in: 4,000 · 997,000 · 10^6 / (4·10^6 · 10^6 + 4,000 · 997,000)
    // = 3,988,000,000 · 10^6 / 4,003,988,000,000 = 996.006… → 996 ETH units.
    const swap = { verb: "swapExactIn1", object: POOL, amount: 4000n, amount2: 0n } as const;
    plays(engine, BOB, [swap], "InsufficientFee", { fee: 997n });
    plays(engine, BOB, [swap], "Ok", { fee: 996n });
    expect(balance(engine, BOB, ETH)).to.equal(0n);
  });

  it("are collected by accounts of the fee recipient only", () => {
    const engine = stage();
    const collect = { verb: "collectFees", amount: 10_000n } as const;
    alicePlays(engine, [{ ...collect, amount: 0n }], "NotFeeRecipient");
    plays(engine, TREASURER, [{ ...collect, amount: 0n }], "ZeroAmount");
    plays(engine, TREASURER, [{ ...collect, amount: 10_001n }], "InsufficientBalance");
    plays(engine, TREASURER, [collect], "Ok", { fee: 5n });
    expect(balance(engine, TREASURER, ETH)).to.equal(10_995n); // 1,000 + 10,000 − 5
    expect(engine.machine().fees).to.equal(5n);
  });
});

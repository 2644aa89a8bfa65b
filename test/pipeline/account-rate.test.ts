/** One account's flood takes its own share and nobody else's. */
import { expect } from "chai";

import { loadKernels } from "@lakh/kernels";
import { Fault, FaultCode, sendEnvelopes } from "@lakh/node";
import { Outcome, concat, encodeVarint } from "@lakh/protocol";

import { RATE_LIMITED } from "../../packages/node/src/pipeline/block-executor.ts";
import { AccountRates } from "../../packages/node/src/sequencer/account-rates.ts";
import { cleanUp, person, signed, transfer } from "../node/world.ts";
import { Random, SEED } from "../support/random.ts";
import { StreamClient } from "./client.ts";
import { type Stage, newStage } from "./stage.ts";

/** People 1 and 2 own them. */
const [ALICE, BOB] = [2, 3];
const SHARE = 50;

/** Envelopes `from` … `from + count − 1` of an account. */
function envelopes({ node }: Stage, number: number, from: number, count: number): Uint8Array[] {
  const [own, other] = number === 1 ? [ALICE, BOB] : [BOB, ALICE];
  return Array.from({ length: count }, (_, i) =>
    signed(node, person(number).key, own, BigInt(from + i), [transfer(other, 1n)]),
  );
}

const sendable = (stage: Stage, items: readonly Uint8Array[]): Promise<(number | undefined)[]> =>
  sendEnvelopes(stage.node, items).then((results) =>
    results.map((result) => ("fault" in result ? FaultCode[result.fault.fault] : undefined)),
  );

describe("pipeline > rate of an account", () => {
  afterEach(cleanUp);

  for (const kind of ["native", "portable"] as const)
    it(`executes an account's share of the second, and all of another's among them (${kind} kernels)`, async () => {
      const more = { accountEnvelopesPerSecond: SHARE };
      const stage = await newStage(2, more, {}, await loadKernels(kind === "native" ? undefined : kind));
      const { client } = await StreamClient.connect(stage.port);
      const flood = envelopes(stage, 1, 0, 3 * SHARE);
      const honest = envelopes(stage, 2, 0, SHARE);
      const mixed = flood.flatMap((item, i) => (i % 3 === 1 ? [item, honest[(i - 1) / 3] as Uint8Array] : [item]));
      const { outcomes } = await client.submit(mixed);
      const codesOf = (items: readonly Uint8Array[]) => items.map((item) => outcomes[mixed.indexOf(item)]?.code);
      expect(codesOf(honest)).to.deep.equal(new Array(SHARE).fill(Outcome.Ok));
      const shared = [...new Array<number>(SHARE).fill(Outcome.Ok), ...new Array<number>(2 * SHARE).fill(RATE_LIMITED)];
      expect(codesOf(flood)).to.deep.equal(shared);
      // What is sent again has its receipt still; what was refused stays valid for the next second.
      const again = await client.submit([flood[0], flood[SHARE]] as Uint8Array[]);
      expect(again.outcomes.map(({ code }) => code)).to.deep.equal([Outcome.Ok, RATE_LIMITED]);
      stage.world.clock.milliseconds += 1000;
      const later = await client.submit(flood.slice(SHARE, 2 * SHARE));
      expect(later.outcomes.every(({ code }) => code === Outcome.Ok)).to.equal(true);
      client.close();
    });

  it("shares it between the stream and JSON-RPC, which says so with its own code", async () => {
    const stage = await newStage(2, { accountEnvelopesPerSecond: 3 });
    const { client } = await StreamClient.connect(stage.port);
    const [first, second, third, fourth] = envelopes(stage, 1, 0, 4) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const { outcomes } = await client.submit([first, second]);
    expect(outcomes.map(({ code }) => code)).to.deep.equal([Outcome.Ok, Outcome.Ok]);
    expect(await sendable(stage, [third, fourth])).to.deep.equal([undefined, FaultCode.RateLimited]);
    expect(await sendable(stage, [first, ...envelopes(stage, 2, 0, 3)])).to.deep.equal(new Array(4).fill(undefined));
    const [refused] = await sendEnvelopes(stage.node, [fourth]);
    const fault = refused !== undefined && "fault" in refused ? refused.fault : expect.fail("accepted");
    expect(fault).to.be.instanceOf(Fault);
    expect(fault.data).to.deep.equal({ account: ALICE, most: 3 });
    expect((await client.submit([fourth])).outcomes[0]?.code).to.equal(RATE_LIMITED);
    stage.world.clock.milliseconds += 1000;
    expect(await sendable(stage, [fourth])).to.deep.equal([undefined]);
    client.close();
  });

  it("does not count what others say in an account's name, nor what was refused", async () => {
    const stage = await newStage(2, { accountEnvelopesPerSecond: 10 });
    const { client } = await StreamClient.connect(stage.port);
    const forged = Array.from({ length: 30 }, (_, i) =>
      signed(stage.node, person(2).key, ALICE, BigInt(i), [transfer(BOB, 1n)]),
    );
    const poor = Array.from({ length: 30 }, (_, i) =>
      signed(stage.node, person(1).key, ALICE, BigInt(i), [transfer(BOB, 10n ** 12n)]),
    );
    const { outcomes } = await client.submit([...forged, ...poor, ...envelopes(stage, 1, 0, 10)]);
    const expected = [Outcome.BadSignature, Outcome.InsufficientBalance, Outcome.Ok];
    for (const [i, { code }] of outcomes.entries())
      expect(code, `envelope ${i}`).to.equal(expected[Math.floor(i / 30)]);
    client.close();
  });
});

describe("node > AccountRates", () => {
  it(`finds the account of an envelope, whatever its size (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const rates = new AccountRates(1, () => 0);
    for (let bits = 1; bits <= 28; bits++) {
      const account = random.below(2 ** bits);
      const bytes = concat(random.bytes(3), Uint8Array.of(0), encodeVarint(BigInt(account)), random.bytes(80));
      expect(rates.slotAt(bytes, 3), String(account)).to.equal(rates.slotOf(account));
    }
  });

  it("marks those whose share does not suffice, and nobody else's", () => {
    const rates = new AccountRates(2, () => 0);
    const data = Uint8Array.of(0, 5, 0, 6, 0, 5, 0, 5, 0, 7);
    const spans = Uint32Array.of(0, 2, 2, 4, 4, 6, 6, 8, 8, 10);
    const marks = new Uint8Array(5);
    rates.markHot(data, spans, 5, marks);
    expect([...marks]).to.deep.equal([1, 0, 1, 1, 0]);
    expect(rates.admits(rates.slotOf(5)), "marking counts nothing").to.equal(true);
    expect([rates.isCalm(2), rates.isCalm(3)]).to.deep.equal([true, false]);
  });
});

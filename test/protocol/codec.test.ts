import { expect } from "chai";

import {
  type Call,
  EncodingError,
  type Op,
  type SignedEnvelope,
  VERBS,
  concat,
  decodeCall,
  decodeEnvelope,
  decodeQueueItem,
  encodeBatch,
  encodeCall,
  encodeDeposit,
  encodeEnvelope,
  encodeEnvelopeBody,
  encodeForced,
  encodeListing,
  encodeOp,
  encodeQueueCall,
  fromHex,
  readBatchItem,
  toHex,
} from "@lakh/protocol";

import { Random, SEED } from "../support/random.ts";
import vectors from "../../vectors/encoding.json" with { type: "json" };

const opOf = (raw: Record<string, unknown>): Op =>
  Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, key.startsWith("amount") ? BigInt(value as string) : value]),
  ) as unknown as Op;

/** An op with every field that its verb names, and no other. */
function randomOp(random: Random): Op {
  const verb = random.pick(VERBS.filter((v) => v !== undefined));
  const object = (): number => 1 + random.below(2 ** 28 - 1);
  const values = {
    object: object(),
    object2: object(),
    party: toHex(random.bytes(20)),
    amount: random.u64(),
    amount2: random.u64(),
    amount3: random.u64(),
    amount4: random.u64(),
  };
  return { verb: verb.name, ...Object.fromEntries(verb.fields.map((field) => [field, values[field]])) };
}

function randomEnvelope(random: Random): SignedEnvelope {
  return {
    account: 1 + random.below(2 ** 28 - 1),
    nonce: random.u64(),
    validUntil: random.u64(),
    fee: random.u64(),
    ops: Array.from({ length: 1 + random.below(8) }, () => randomOp(random)),
    signature: toHex(random.bytes(64)),
  };
}

describe("codec", () => {
  for (const { op, bytes } of vectors.ops) {
    it(`encodes ${op.verb} as ${bytes}`, () => expect(toHex(encodeOp(opOf(op)))).to.equal(bytes));
  }

  for (const body of vectors.bodies) {
    it(`encodes a body as ${body.bytes}`, () => {
      const envelope = {
        account: body.account,
        nonce: BigInt(body.nonce),
        validUntil: BigInt(body.validUntil),
        fee: BigInt(body.fee),
        ops: [{ verb: "clearSessionKey" as const }],
      };
      expect(toHex(encodeEnvelopeBody(envelope))).to.equal(body.bytes);
    });
  }

  for (const { data, at, next, item, why } of vectors.batchPrefixes) {
    it(`reads a batch ${data} at ${at}${why === undefined ? "" : `: ${why}`}`, () => {
      const got = readBatchItem(fromHex(data), at);
      expect(got.next).to.equal(next);
      expect(got.item && toHex(got.item)).to.equal(item ?? undefined);
    });
  }

  it(`round-trips random envelopes and calls (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (let i = 0; i < 1_000; i++) {
      const envelope = randomEnvelope(random);
      expect(decodeEnvelope(encodeEnvelope(envelope))).to.deep.equal(envelope);
      const call: Call = { account: envelope.account, ops: envelope.ops, opsHash: toHex(random.bytes(32)) };
      expect(decodeCall(encodeCall(call))).to.deep.equal(call);
    }
  });

  it(`refuses every cut and every extension (seed ${SEED})`, () => {
    const random = new Random(SEED + 1);
    for (let i = 0; i < 50; i++) {
      const bytes = encodeEnvelope(randomEnvelope(random));
      for (let end = 0; end < bytes.length; end++) expect(decodeEnvelope(bytes.subarray(0, end))).to.equal(undefined);
      expect(decodeEnvelope(concat(bytes, random.bytes(1)))).to.equal(undefined);
    }
  });

  it(`gives any bytes one meaning: what decodes encodes to the same bytes (seed ${SEED})`, () => {
    const random = new Random(SEED + 2);
    let decoded = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = encodeEnvelope(randomEnvelope(random));
      const flips = 1 + random.below(2);
      for (let k = 0; k < flips; k++) bytes[random.below(bytes.length - 64)] = random.u32() & 0xff;
      const envelope = decodeEnvelope(bytes);
      if (!envelope) continue;
      decoded++;
      expect(toHex(encodeEnvelope(envelope))).to.equal(toHex(bytes));
    }
    expect(decoded).to.be.greaterThan(100);
  });

  it("refuses what cannot be encoded", () => {
    const base = randomEnvelope(new Random(SEED + 3));
    expect(() => encodeEnvelope({ ...base, ops: [] })).to.throw(EncodingError);
    expect(() => encodeEnvelope({ ...base, account: 0 })).to.throw(EncodingError);
    expect(() => encodeEnvelope({ ...base, account: 2 ** 28 })).to.throw(EncodingError);
    expect(() => encodeEnvelope({ ...base, signature: "0x00" })).to.throw(EncodingError);
    expect(() => encodeOp({ verb: "transfer", object: 1, object2: 0, amount: 1n })).to.throw(EncodingError);
  });

  it(`round-trips queue items and batches (seed ${SEED})`, () => {
    const random = new Random(SEED + 4);
    const token = toHex(random.bytes(20));
    const deposit = {
      token,
      shift: 9,
      asset: 1,
      account: 77,
      owner: toHex(random.bytes(20)),
      depositor: toHex(random.bytes(20)),
      amount: random.u64(),
    };
    expect(encodeDeposit(deposit).length).to.equal(78);
    expect(decodeQueueItem(encodeDeposit(deposit))).to.deep.equal({ kind: "deposit", ...deposit });
    expect(decodeQueueItem(encodeListing({ token, shift: 3 }))).to.deep.equal({ kind: "listing", token, shift: 3 });
    const bytes = random.bytes(40);
    expect(decodeQueueItem(encodeForced(bytes))).to.deep.equal({ kind: "forced", envelope: bytes });
    expect(decodeQueueItem(encodeQueueCall(token, bytes))).to.deep.equal({ kind: "call", caller: token, call: bytes });
    expect(decodeQueueItem(Uint8Array.of(9))).to.equal(undefined);

    const items = [1, 127, 128, 1024].map((length) => random.bytes(length));
    const batch = encodeBatch(items);
    let at = 0;
    for (const item of items) {
      const got = readBatchItem(batch, at);
      expect(got.item && toHex(got.item)).to.equal(toHex(item));
      at = got.next;
    }
    expect(at).to.equal(batch.length);
  });
});

import { DigestStatus, type EnvelopeBlock, type Kernels } from "@lakh/kernels";
import {
  type Op,
  type SignedEnvelope,
  VERBS,
  domainSeparator,
  encodeEnvelope,
  envelopeDigest,
  fromHex,
  toHex,
} from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { all, natives, portable } from "./implementations.ts";

const OBJECTS = 300;
const domain = domainSeparator({ chainId: 31337n, inbox: "0x1234567890123456789012345678901234567890" });
const verbs = VERBS.flatMap((verb) => (verb === undefined ? [] : [verb]));

function randomEnvelope(random: Random, objects: number): SignedEnvelope {
  const object = (): number => 1 + random.below(objects - 1);
  const ops = Array.from({ length: 1 + random.below(8) }, (): Op => {
    const verb = random.pick(verbs);
    const op: Record<string, unknown> = { verb: verb.name };
    for (const field of verb.fields) {
      if (field === "party") op.party = toHex(random.bytes(20));
      else if (field === "object2" && verb.name === "scopeSessionKey") op.object2 = random.below(2) * object();
      else op[field] = field.startsWith("object") ? object() : random.u64();
    }
    return op as unknown as Op;
  });
  const signature = toHex(random.bytes(64));
  return { account: object(), nonce: random.u64(), validUntil: random.u64(), fee: random.u64(), ops, signature };
}

function pack(random: Random, items: readonly Uint8Array[], objectCount: number, tags: Uint8Array): EnvelopeBlock {
  const gaps = items.map(() => random.below(3)); // as in a batch, where lengths stand between
  const data = new Uint8Array(items.reduce((sum, item, i) => sum + item.length + (gaps[i] as number), 0));
  const spans = new Uint32Array(2 * items.length);
  let at = 0;
  items.forEach((item, i) => {
    at += gaps[i] as number;
    data.set(item, at);
    spans.set([at, at + item.length], 2 * i);
    at += item.length;
  });
  return { data, spans, count: items.length, tags, objectCount, domain };
}

function digest(kernels: Kernels, block: EnvelopeBlock) {
  const digests = new Uint8Array(32 * block.count).fill(0xaa);
  const signatures = new Uint8Array(64 * block.count).fill(0xaa);
  const status = new Uint8Array(block.count).fill(0xaa);
  kernels.digestBatch(block, digests, signatures, status);
  return { digests: toHex(digests), signatures: toHex(signatures), status: [...status] };
}

describe("kernels: digestBatch", () => {
  const tags = new Random(SEED).bytes(32 * OBJECTS);

  for (const kernels of all)
    it(`${kernels.name}: gives what the protocol package gives, envelope by envelope (seed ${SEED})`, () => {
      const random = new Random(SEED + 1);
      const envelopes = Array.from({ length: 150 }, () => randomEnvelope(random, OBJECTS));
      const block = pack(random, envelopes.map(encodeEnvelope), OBJECTS, tags);
      const out = digest(kernels, block);
      const tagOf = (index: number) => toHex(tags.subarray(32 * index, 32 * index + 32));
      envelopes.forEach((envelope, i) => {
        tags.fill(0, 32 * envelope.account, 32 * envelope.account + 12); // an owner is an address
        const again = digest(kernels, { ...block, spans: block.spans.subarray(2 * i), count: 1 });
        const owner = toHex(tags.subarray(32 * envelope.account + 12, 32 * envelope.account + 32));
        expect(again.digests).to.equal(toHex(envelopeDigest(domain, envelope, owner, tagOf)));
        expect(again.signatures).to.equal(envelope.signature);
        expect(out.status[i]).to.equal(DigestStatus.Ok);
      });
      const whole = digest(kernels, block); // the tags have changed since `out`
      envelopes.forEach((_, i) => {
        const one = digest(kernels, { ...block, spans: block.spans.subarray(2 * i), count: 1 });
        expect(whole.digests.slice(2 + 64 * i, 66 + 64 * i)).to.equal(one.digests.slice(2));
      });
    });

  it(`finds the same items malformed, and the same objects unknown, in every implementation (seed ${SEED})`, () => {
    const random = new Random(SEED + 2);
    const seen = new Set<number>();
    for (let round = 0; round < 40; round++) {
      const items = Array.from({ length: random.below(200) }, () =>
        mutate(random, encodeEnvelope(randomEnvelope(random, OBJECTS))),
      );
      const block = pack(random, items, random.pick([1, 30, OBJECTS - 5, OBJECTS]), tags);
      const expected = digest(portable, block);
      for (const kernels of natives) expect(digest(kernels, block)).to.deep.equal(expected);
      expected.status.forEach((status) => seen.add(status));
    }
    expect([...seen].sort()).to.deep.equal(Object.values(DigestStatus));
  });

  it("takes varints at every size, canonical or not, alike", () => {
    const random = new Random(SEED + 3);
    const items: Uint8Array[] = [];
    for (let first = 0; first < 256; first++)
      for (const rest of ["00", "01", "7f", "80", "ff"])
        for (const length of [0, 1, 2, 3, 8])
          items.push(fromHex(`0x1101${hexByte(first)}${rest.repeat(length)}01010d${"11".repeat(64)}`));
    const block = pack(random, items, OBJECTS, tags);
    const expected = digest(portable, block);
    expect(new Set(expected.status)).to.deep.equal(new Set([DigestStatus.Malformed, DigestStatus.Ok]));
    for (const kernels of natives) expect(digest(kernels, block)).to.deep.equal(expected);
  });
});

const hexByte = (value: number): string => value.toString(16).padStart(2, "0");

/** The item as it is, or with bytes changed, cut off or added; sometimes rubbish. */
function mutate(random: Random, item: Uint8Array): Uint8Array {
  const out = Uint8Array.from(item);
  switch (random.below(6)) {
    case 0:
      out[random.below(Math.min(12, out.length))] = random.below(256);
      return out;
    case 1:
      out[random.below(out.length)] = random.below(256);
      return out;
    case 2:
      return out.subarray(0, random.below(out.length + 1));
    case 3:
      return Uint8Array.from([...out, ...random.bytes(random.below(1_200))]);
    case 4:
      return random.chance(0.1) ? random.bytes(random.below(200)) : out;
    default:
      return out;
  }
}

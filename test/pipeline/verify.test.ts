import { expect } from "chai";

import { type Kernels, createNativeKernels, createPortableKernels } from "@lakh/kernels";
import {
  type Hex,
  addressBytes,
  addressOfKey,
  domainSeparator,
  encodeEnvelope,
  envelopeDigest,
  signDigest,
  toHex,
  uintBytes,
} from "@lakh/protocol";

import { BLOCK_MEMORY, Block } from "../../packages/node/src/pipeline/block.ts";
import { SignerKeys } from "../../packages/node/src/pipeline/signer-keys.ts";
import { Verifier } from "../../packages/node/src/pipeline/verify.ts";
import { Random, SEED } from "../support/random.ts";

const PEOPLE = 230;
const DOMAIN = domainSeparator({ chainId: 1n, inbox: `0x${"11".repeat(20)}` });
const keyOf = (n: number): Hex => toHex(uintBytes(5000 + n, 32));
const portable = createPortableKernels();
const native = createNativeKernels("avx512") ?? createNativeKernels("scalar");
const implementations: Kernels[] = native === undefined ? [portable] : [portable, native];

/** Account n is of person n; object 0 has no tag. */
const TAGS = new Uint8Array(32 * (PEOPLE + 1));
for (let n = 1; n <= PEOPLE; n++) TAGS.set(addressBytes(addressOfKey(keyOf(n))), 32 * n + 12);
const KNOWN = { bytes: TAGS, domain: DOMAIN };

/** An envelope of an account, signed with the key of a person. */
function envelope(account: number, person: number, nonce: number): Uint8Array {
  const op = { verb: "transfer", object: 1, object2: 2, amount: 5n } as const;
  const unsigned = { account, nonce: BigInt(nonce), validUntil: 0n, fee: 0n, ops: [op] };
  const tagOf = (index: number): Hex => toHex(TAGS.subarray(32 * index, 32 * index + 32));
  const digest = envelopeDigest(DOMAIN, unsigned, addressOfKey(keyOf(account)), tagOf);
  return encodeEnvelope({ ...unsigned, signature: signDigest(digest, keyOf(person)) });
}

function blockOf(items: readonly Uint8Array[], isTrusted: boolean): Block {
  const block = new Block(new SharedArrayBuffer(BLOCK_MEMORY));
  let at = 0;
  items.forEach((item, i) => {
    if (item.length >= 0x80) block.data[at++] = 0x80 | (item.length >> 8);
    block.data[at++] = item.length & 0xff;
    block.data.set(item, at);
    block.spans.set([at, at + item.length], 2 * i);
    at += item.length;
  });
  block.count = items.length;
  block.objectCount = PEOPLE + 1;
  block.setTrust(0, items.length, isTrusted);
  return block;
}

/** Signers as recovery alone finds them. */
function recovered(kernels: Kernels, items: readonly Uint8Array[]): Uint8Array {
  const block = blockOf(items, true);
  new Verifier(kernels).verify(block, KNOWN);
  return block.signers;
}

describe("pipeline > verifying with remembered keys", () => {
  const honest = Array.from({ length: PEOPLE }, (_, i) => envelope(i + 1, i + 1, 0));

  for (const kernels of implementations)
    it(`${kernels.name}: finds the signers that recovery finds, whatever is remembered (seed ${SEED})`, () => {
      const random = new Random(SEED);
      const memory = SignerKeys.memory(PEOPLE + 1);
      const verifier = new Verifier(kernels, new SignerKeys(memory));
      const check = (items: readonly Uint8Array[], isTrusted: boolean, what: string): void => {
        const block = blockOf(items, isTrusted);
        verifier.verify(block, KNOWN);
        expect(Buffer.compare(block.signers, recovered(kernels, items)), what).to.equal(0);
      };
      check(honest, false, "nothing is known");
      check(honest, true, "everything is known");
      const spoilt = honest.map((item) => item.slice());
      for (const item of spoilt) if (random.below(40) === 0) item.set(random.bytes(64), item.length - 64);
      check(spoilt, false, "spoilt, from nobody trusted");
      check(spoilt, true, "spoilt, from somebody trusted");
      const foreign = honest.map((item, i) => (i % 50 === 0 ? envelope(i + 1, ((i + 1) % PEOPLE) + 1, 1) : item));
      check(foreign, true, "signed with other keys");
      check(honest, true, "after that");
      check([...honest.slice(0, 100), Uint8Array.of(1, 2), ...honest.slice(100)], true, "with rubbish in between");
      new Uint8Array(memory).set(random.bytes(64 * 20), 64 * 5);
      check(honest, true, "keys overwritten with anything");
      const swapped = new Uint8Array(memory);
      swapped.copyWithin(64 * 7, 64 * 8, 64 * 9);
      check(honest, true, "a key of somebody else");
      check(honest.slice(0, 3), true, "a small block");
    });
});

/** What a user signs: EIP-712 (docs/spec/digest.md). */
import {
  type Address,
  type Hex,
  ZERO_ADDRESS,
  ZERO_HASH,
  addressWord,
  concat,
  fromHex,
  keccak256,
  toHex,
  utf8,
  word,
} from "./bytes.ts";
import { VERBS, Verb } from "./generated/constants.ts";
import type { Envelope, Op, TagOf } from "./types.ts";

/** The chain and deployment that a signature is for. */
export interface SigningDomain {
  readonly chainId: bigint;
  /** Address of the Inbox. */
  readonly inbox: Address;
}

export const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
export const OP_TYPE =
  "Op(string verb,uint32 object,bytes32 tag,uint32 object2,bytes32 tag2,address party,uint64 amount,uint64 amount2,uint64 amount3,uint64 amount4)";
export const ENVELOPE_TYPE =
  "Envelope(uint32 account,address owner,uint64 nonce,uint64 validUntil,uint64 fee,Op[] ops)" + OP_TYPE;

export const OP_TYPE_HASH = keccak256(utf8(OP_TYPE));
export const ENVELOPE_TYPE_HASH = keccak256(utf8(ENVELOPE_TYPE));

/** keccak256 of each verb's text, by verb id. */
export const VERB_HASHES: readonly Uint8Array[] = VERBS.map((verb) => keccak256(utf8(verb?.text ?? "")));

export function domainSeparator(domain: SigningDomain): Uint8Array {
  return keccak256(
    keccak256(utf8(DOMAIN_TYPE)),
    keccak256(utf8("Lakh")),
    keccak256(utf8("1")),
    word(domain.chainId),
    addressWord(domain.inbox),
  );
}

const tagWord = (index: number | undefined, tagOf: TagOf): Uint8Array => fromHex(index ? tagOf(index) : ZERO_HASH);

/** EIP-712 hash of the op list. */
export function opsHash(ops: readonly Op[], tagOf: TagOf): Uint8Array {
  return keccak256(
    ...ops.map((op) =>
      keccak256(
        OP_TYPE_HASH,
        VERB_HASHES[Verb[op.verb]] as Uint8Array,
        word(op.object ?? 0),
        tagWord(op.object, tagOf),
        word(op.object2 ?? 0),
        tagWord(op.object2, tagOf),
        addressWord(op.party ?? ZERO_ADDRESS),
        word(op.amount ?? 0n),
        word(op.amount2 ?? 0n),
        word(op.amount3 ?? 0n),
        word(op.amount4 ?? 0n),
      ),
    ),
  );
}

/** The digest that owner or session key signs. `owner` is the account's owner, its tag. */
export function envelopeDigest(separator: Uint8Array, envelope: Envelope, owner: Address, tagOf: TagOf): Uint8Array {
  const struct = keccak256(
    ENVELOPE_TYPE_HASH,
    word(envelope.account),
    addressWord(owner),
    word(envelope.nonce),
    word(envelope.validUntil),
    word(envelope.fee),
    opsHash(envelope.ops, tagOf),
  );
  return keccak256(concat(Uint8Array.of(0x19, 0x01), separator, struct));
}

/** The payload of `eth_signTypedData_v4` for this envelope; integers as decimal strings, ready for JSON. */
export function typedData(domain: SigningDomain, envelope: Envelope, owner: Address, tagOf: TagOf) {
  const field = (type: string) =>
    type
      .slice(type.indexOf("(") + 1, type.indexOf(")"))
      .split(",")
      .map((pair) => {
        const [kind = "", name = ""] = pair.split(" ");
        return { name, type: kind };
      });
  return {
    domain: { name: "Lakh", version: "1", chainId: Number(domain.chainId), verifyingContract: domain.inbox },
    primaryType: "Envelope" as const,
    types: { EIP712Domain: field(DOMAIN_TYPE), Envelope: field(ENVELOPE_TYPE), Op: field(OP_TYPE) },
    message: {
      account: envelope.account,
      owner,
      nonce: envelope.nonce.toString(),
      validUntil: envelope.validUntil.toString(),
      fee: envelope.fee.toString(),
      ops: envelope.ops.map((op) => ({
        verb: VERBS[Verb[op.verb]]?.text ?? "",
        object: op.object ?? 0,
        tag: toHex(tagWord(op.object, tagOf)),
        object2: op.object2 ?? 0,
        tag2: toHex(tagWord(op.object2, tagOf)),
        party: op.party ?? ZERO_ADDRESS,
        amount: (op.amount ?? 0n).toString(),
        amount2: (op.amount2 ?? 0n).toString(),
        amount3: (op.amount3 ?? 0n).toString(),
        amount4: (op.amount4 ?? 0n).toString(),
      })),
    },
  };
}

export type EnvelopeTypedData = ReturnType<typeof typedData>;
export type { Hex };

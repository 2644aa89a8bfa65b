/** The sequencer's signed promise: this item stands at this position behind this accumulator. */
import { type Address, type Hex, addressWord, concat, fromHex, keccak256, utf8, word } from "@lakh/protocol";
import { signFull } from "@lakh/kernels";
import { type SigningKey, computeAddress, hashMessage } from "ethers";

import { bytesOf, hexOf } from "../bytes.ts";

export interface ReceiptDomain {
  readonly chainId: bigint;
  readonly inbox: Address;
}

/** What a receipt promises. */
export interface Promised {
  readonly entry: number;
  /** Number of the item in its entry, from 0. */
  readonly position: number;
  readonly accBefore: Hex;
  readonly itemHash: Hex;
  /** Time of the entry, seconds. */
  readonly time: bigint;
}

export interface Receipt extends Promised {
  readonly outcome: 0;
  /** Address that signed. */
  readonly sequencer: Address;
  /** 65 bytes: EIP-191 over `receiptDigest`. */
  readonly signature: Hex;
}

const RECEIPT_TYPE = keccak256(utf8("Lakh receipt"));
const ROOT_TYPE = keccak256(utf8("Lakh receipts"));

/** `keccak256(abi.encode(keccak256("Lakh receipt"), chainId, inbox, accBefore, position, itemHash))`. */
export function receiptDigest(
  { chainId, inbox }: ReceiptDomain,
  { accBefore, position, itemHash }: Promised,
): Uint8Array {
  const place = [fromHex(accBefore), word(position), fromHex(itemHash)];
  return keccak256(RECEIPT_TYPE, word(chainId), addressWord(inbox), ...place);
}

/** The words in front of `accBefore`, which all receipts of a deployment share: 96 bytes. */
export function receiptHead({ chainId, inbox }: ReceiptDomain): Uint8Array {
  return concat(RECEIPT_TYPE, word(chainId), addressWord(inbox));
}

/** Signs a deployment's receipts with one key. */
export class ReceiptSigner {
  private readonly domain: ReceiptDomain;
  private readonly key: Uint8Array;
  private readonly sequencer: Address;

  constructor(domain: ReceiptDomain, key: SigningKey) {
    this.domain = domain;
    this.key = bytesOf(key.privateKey);
    this.sequencer = computeAddress(key).toLowerCase() as Address;
  }

  /** The same promise is always signed to the same bytes (RFC 6979). */
  sign(promised: Promised): Receipt {
    const signature = hexOf(this.signMessage(receiptDigest(this.domain, promised)));
    return { ...promised, outcome: 0, sequencer: this.sequencer, signature };
  }

  /** Signs the root over many receipts (docs/STREAM.md): 65 bytes. */
  signRoot(root: Uint8Array): Uint8Array {
    const { chainId, inbox } = this.domain;
    const digest = keccak256(ROOT_TYPE, word(chainId), addressWord(inbox), root);
    return this.signMessage(digest);
  }

  /** EIP-191 over 32 bytes. */
  private signMessage(digest: Uint8Array): Uint8Array {
    return signFull(bytesOf(hashMessage(digest)), this.key);
  }
}

/** Hash by which an envelope is known. */
export function itemHash(envelope: Uint8Array): Hex {
  return hexOf(keccak256(envelope));
}

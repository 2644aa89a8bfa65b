/** Checks that a result of the stream is a receipt: signed by the sequencer over every accepted envelope of its frame. */
import { type Address, fromHex, keccak256, toHex, utf8, word } from "@lakh/protocol";
import { addressWord } from "@lakh/protocol";
import { hashMessage, recoverAddress } from "ethers";

import { SUBMIT_HEAD } from "./frames.ts";
import type { Result } from "./stream-client.ts";

/** What the node's hello says about itself. */
export interface SealDomain {
  readonly chainId: bigint;
  readonly inbox: Address;
  readonly sequencer: Address;
}

const HELLO_BYTES = 56;
const RECEIPT_TYPE = keccak256(utf8("Lakh receipt"));
const RECEIPTS_TYPE = keccak256(utf8("Lakh receipts"));
const STEP_BYTES = 33;
const SIGNATURE_BYTES = 65;

export function readHello(hello: Uint8Array): SealDomain {
  if (hello.length < HELLO_BYTES) throw new RangeError(`a hello has ${HELLO_BYTES} bytes, not ${hello.length}`);
  const view = new DataView(hello.buffer, hello.byteOffset, hello.length);
  const address = (at: number): Address => toHex(hello.subarray(at, at + 20));
  return { chainId: view.getBigUint64(2), inbox: address(10), sequencer: address(30) };
}

/** Whether the seal of a result holds for the submit frame that it answers. */
export function isSealed(
  frame: Uint8Array,
  { bytes, count, accepted, outcomesAt }: Result,
  domain: SealDomain,
): boolean {
  if (accepted === 0) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const prefix = [word(domain.chainId), addressWord(domain.inbox)] as const;
  const leaves: Uint8Array[] = [];
  let item = SUBMIT_HEAD;
  for (let i = 0; i < count; i++) {
    const length = frame[item] as number;
    const outcome = outcomesAt + 6 * i;
    if (bytes[outcome] === 0) {
      const position = view.getUint32(outcome) & 0xffffff;
      const accBefore = 12 + 48 * view.getUint16(outcome + 4) + 16;
      const itemHash = keccak256(frame.subarray(item + 1, item + 1 + length));
      leaves.push(
        keccak256(RECEIPT_TYPE, ...prefix, bytes.subarray(accBefore, accBefore + 32), word(position), itemHash),
      );
    }
    item += 1 + length;
  }
  let at = outcomesAt + 6 * count;
  const steps = bytes[at++] as number;
  let node = merkleRoot(leaves);
  for (let i = 0; i < steps; i++, at += STEP_BYTES) {
    const sibling = bytes.subarray(at + 1, at + STEP_BYTES);
    node = bytes[at] === 0 ? keccak256(node, sibling) : keccak256(sibling, node);
  }
  const digest = keccak256(RECEIPTS_TYPE, ...prefix, node);
  const signature = toHex(bytes.subarray(at, at + SIGNATURE_BYTES));
  return fromHex(recoverAddress(hashMessage(digest), signature) as Address).every(
    (byte, i) => byte === fromHex(domain.sequencer)[i],
  );
}

/** Neighbours make their parent; the last of an odd level goes up unchanged. */
function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1)
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [left, right] = [level[2 * i] as Uint8Array, level[2 * i + 1]];
      return right === undefined ? left : keccak256(left, right);
    });
  return level[0] as Uint8Array;
}

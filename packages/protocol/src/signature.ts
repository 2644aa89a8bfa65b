/** Compact ECDSA signatures over secp256k1 (EIP-2098), pure JS: for wallets, browsers and tests, not for the hot path. */
import { secp256k1 } from "@noble/curves/secp256k1.js";

import { type Address, type Hex, concat, fromHex, keccak256, readUint, toHex, uintBytes } from "./bytes.ts";

const HALF_ORDER = (secp256k1.Point.Fn.ORDER - 1n) / 2n;
const TOP_BIT = 1n << 255n;

export function addressOfPublicKey(uncompressed: Uint8Array): Address {
  return toHex(keccak256(uncompressed.subarray(1)).subarray(12));
}

/** Address of a private key. */
export function addressOfKey(privateKey: Hex): Address {
  return addressOfPublicKey(secp256k1.getPublicKey(fromHex(privateKey), false));
}

/** Signs a digest (RFC 6979, low s). */
export function signDigest(digest: Uint8Array, privateKey: Hex): Hex {
  const bytes = secp256k1.sign(digest, fromHex(privateKey), { prehash: false, lowS: true, format: "recovered" });
  const parity = BigInt(bytes[0] ?? 0) & 1n;
  const s = readUint(bytes, 33, 32);
  return toHex(concat(bytes.subarray(1, 33), uintBytes(parity * TOP_BIT + s, 32)));
}

/** Compact form of a 65-byte signature `r ‖ s ‖ v`, as wallets return it; throws a RangeError when it has none. */
export function compactSignature(signature: Hex): Hex {
  const bytes = fromHex(signature);
  if (bytes.length === 64) return toHex(bytes);
  if (bytes.length !== 65) throw new RangeError(`a signature has 64 or 65 bytes, not ${bytes.length}`);
  const v = bytes[64] as number;
  const parity = v >= 27 ? v - 27 : v;
  let s = readUint(bytes, 32, 32);
  let flip = 0;
  if (s > HALF_ORDER) {
    s = secp256k1.Point.Fn.ORDER - s;
    flip = 1;
  }
  if (parity > 1 || s < 1n) throw new RangeError("not an Ethereum signature");
  return toHex(concat(bytes.subarray(0, 32), uintBytes(BigInt(parity ^ flip) * TOP_BIT + s, 32)));
}

/** The signer's address, or undefined when the signature is not valid (docs/spec/digest.md). */
export function recoverSigner(digest: Uint8Array, signature: Uint8Array): Address | undefined {
  if (signature.length !== 64) return undefined;
  const second = readUint(signature, 32, 32);
  const s = second & (TOP_BIT - 1n);
  const r = readUint(signature, 0, 32);
  if (r === 0n || r >= secp256k1.Point.Fn.ORDER || s === 0n || s > HALF_ORDER) return undefined;
  try {
    const parsed = new secp256k1.Signature(r, s, second >= TOP_BIT ? 1 : 0);
    return addressOfPublicKey(parsed.recoverPublicKey(digest).toBytes(false));
  } catch {
    return undefined; // r is no x coordinate of a point, or the key is the point at infinity
  }
}

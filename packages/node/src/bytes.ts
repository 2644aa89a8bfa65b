/** Hex at the node's edges, by Node's native codec. */
import type { Hex } from "@lakh/protocol";

/** Bytes of a `0x` hex string that this process or ethers made. */
export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.slice(2), "hex"));
}

/** Lower-case `0x` hex. */
export function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

/** Which way the bytes of the next entries go to L1: the cheaper one, if it is so by far and for long. Pure. */
import { BLOB_CAPACITY } from "@lakh/da";

/** How an entry's bytes get to L1. */
export type DataMode = "calldata" | "blobs";

/** What L1 takes, wei a gas and a blob gas. */
export interface Prices {
  readonly baseWei: bigint;
  readonly blobWei: bigint;
}

/** What was advised, and for how many looks in a row the other mode has been cheaper by far. */
export interface Leaning {
  readonly mode: DataMode;
  readonly looks: number;
}

/** Gas of a byte of calldata, nearly all of them not zero (EIP-7623). */
const CALLDATA_GAS = 40n;
/** Gas of `appendBlobs` and of a blob. */
const APPEND_GAS = 81_000n;
const BLOB_GAS = 131_072n;
/** The other mode must cost at most so many hundredths, for so many looks at different L1 blocks. */
const FAR_PERCENT = 80n;
const LOOKS = 3;

/** Wei for the bytes of one full blob. */
export function costWei(mode: DataMode, { baseWei, blobWei }: Prices): bigint {
  if (mode === "calldata") return BigInt(BLOB_CAPACITY) * CALLDATA_GAS * baseWei;
  return BLOB_GAS * blobWei + APPEND_GAS * baseWei;
}

/** The advice after another look at L1's prices. */
export function lean({ mode, looks }: Leaning, prices: Prices): Leaning {
  const other = mode === "calldata" ? "blobs" : "calldata";
  const isFarCheaper = costWei(other, prices) * 100n <= costWei(mode, prices) * FAR_PERCENT;
  if (!isFarCheaper) return { mode, looks: 0 };
  return looks + 1 < LOOKS ? { mode, looks: looks + 1 } : { mode: other, looks: 0 };
}

/** Which way the bytes of the next entries go to L1: the cheaper one, if it is so by far and for long. Pure. */
import { BLOB_CAPACITY } from "@lakh/da";

/** How an entry's bytes get to L1. */
export type DataMode = "calldata" | "blobs";

/** What L1 takes, wei a gas and a blob gas. */
export interface Prices {
  readonly baseWei: bigint;
  readonly blobWei: bigint;
}

/** What is advised, and what speaks against it. */
export interface Leaning {
  readonly mode: DataMode;
  /** Looks in a row at which the other mode was cheaper by far. */
  readonly looks: number;
  /** Looks since the mode was changed; none yet: Infinity. */
  readonly stayed: number;
}

export const AT_FIRST: Leaning = { mode: "calldata", looks: 0, stayed: Infinity };

/** Gas of a byte of calldata, nearly all of them not zero (EIP-7623). */
const CALLDATA_GAS = 40n;
/** Gas of `appendBlobs` and of a blob. */
const APPEND_GAS = 81_000n;
const BLOB_GAS = 131_072n;
/** The other mode must cost at most so many hundredths, for so many looks at different L1 blocks. */
const FAR_PERCENT = 80n;
const LOOKS = 3;
/** Looks, about 12 seconds each, for which a mode stays at least: prices that swing faster are not followed. */
const STAY_LOOKS = 20;

/** Wei for the bytes of one full blob. */
export function costWei(mode: DataMode, { baseWei, blobWei }: Prices): bigint {
  if (mode === "calldata") return BigInt(BLOB_CAPACITY) * CALLDATA_GAS * baseWei;
  return BLOB_GAS * blobWei + APPEND_GAS * baseWei;
}

/** The advice after another look at L1's prices. */
export function lean({ mode, looks, stayed: before }: Leaning, prices: Prices): Leaning {
  const other = mode === "calldata" ? "blobs" : "calldata";
  const stayed = before + 1;
  const isFarCheaper = costWei(other, prices) * 100n <= costWei(mode, prices) * FAR_PERCENT;
  if (!isFarCheaper) return { mode, looks: 0, stayed };
  if (looks + 1 < LOOKS || stayed < STAY_LOOKS) return { mode, looks: looks + 1, stayed };
  return { mode: other, looks: 0, stayed: 0 };
}

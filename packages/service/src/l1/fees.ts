/** What a transaction offers, wei a gas. */
export interface Fees {
  readonly maxFeeWei: bigint;
  readonly tipWei: bigint;
}

export interface FeePolicy {
  /** Never offers more than this a gas. */
  readonly mostWei: bigint;
  readonly tipWei: bigint;
  /** A transaction that is not mined after so many L1 blocks is replaced by one that pays more. */
  readonly bumpAfterBlocks: number;
}

export const DEFAULT_FEES: FeePolicy = { mostWei: 200n * 10n ** 9n, tipWei: 10n ** 9n, bumpAfterBlocks: 3 };

/** Room for six full blocks of rising base fee: twice the base fee and the tip. Undefined when L1 costs more than the cap. */
export function feesFor(baseFeeWei: bigint, policy: FeePolicy): Fees | undefined {
  const { mostWei, tipWei } = policy;
  if (baseFeeWei + tipWei > mostWei) return undefined;
  return { maxFeeWei: least(2n * baseFeeWei + tipWei, mostWei), tipWei };
}

/** Fees that nodes take as a replacement (both up by an eighth), at least what a new one would offer. Undefined over the cap. */
export function bumpedFees(last: Fees, fresh: Fees | undefined, policy: FeePolicy): Fees | undefined {
  const maxFeeWei = most(raised(last.maxFeeWei), fresh?.maxFeeWei ?? 0n);
  const tipWei = most(raised(last.tipWei), fresh?.tipWei ?? 0n);
  return maxFeeWei > policy.mostWei ? undefined : { maxFeeWei, tipWei: least(tipWei, maxFeeWei) };
}

function raised(wei: bigint): bigint {
  return wei + wei / 8n + 1n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

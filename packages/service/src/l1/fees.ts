/** What a transaction offers, wei a gas. */
export interface Fees {
  readonly maxFeeWei: bigint;
  readonly tipWei: bigint;
  /** A blob gas; of transactions with blobs only. */
  readonly blobFeeWei?: bigint;
}

export interface FeePolicy {
  /** Never offers more than this a gas. */
  readonly mostWei: bigint;
  readonly tipWei: bigint;
  /** Never offers more than this a blob gas. */
  readonly mostBlobWei: bigint;
  /** A transaction that is not mined after so many L1 blocks is replaced by one that pays more. */
  readonly bumpAfterBlocks: number;
}

const GWEI = 10n ** 9n;

export const DEFAULT_FEES: FeePolicy = {
  mostWei: 200n * GWEI,
  tipWei: GWEI,
  mostBlobWei: 100n * GWEI,
  bumpAfterBlocks: 3,
};

/** What L1 takes now, wei; `blobWei` a blob gas, asked for transactions with blobs only. */
export interface BaseFees {
  readonly baseWei: bigint;
  readonly blobWei?: bigint;
}

/** Room for six full blocks of rising base fees: twice the base fee and the tip. Undefined when L1 costs more than the cap. */
export function feesFor({ baseWei, blobWei }: BaseFees, policy: FeePolicy): Fees | undefined {
  const { mostWei, tipWei, mostBlobWei } = policy;
  if (baseWei + tipWei > mostWei || (blobWei ?? 0n) > mostBlobWei) return undefined;
  const fees = { maxFeeWei: least(2n * baseWei + tipWei, mostWei), tipWei };
  return blobWei === undefined ? fees : { ...fees, blobFeeWei: least(2n * blobWei, mostBlobWei) };
}

/**
 * Fees that nodes take as a replacement (all up by an eighth; all doubled where there are blobs), at least what a new one
 * would offer. Undefined over the cap.
 */
export function bumpedFees(last: Fees, fresh: Fees | undefined, policy: FeePolicy): Fees | undefined {
  const raised = last.blobFeeWei === undefined ? byAnEighth : doubled;
  const maxFeeWei = most(raised(last.maxFeeWei), fresh?.maxFeeWei ?? 0n);
  const tipWei = most(raised(last.tipWei), fresh?.tipWei ?? 0n);
  if (maxFeeWei > policy.mostWei) return undefined;
  const fees = { maxFeeWei, tipWei: least(tipWei, maxFeeWei) };
  if (last.blobFeeWei === undefined) return fees;
  const blobFeeWei = most(doubled(last.blobFeeWei), fresh?.blobFeeWei ?? 0n);
  return blobFeeWei > policy.mostBlobWei ? undefined : { ...fees, blobFeeWei };
}

function byAnEighth(wei: bigint): bigint {
  return wei + wei / 8n + 1n;
}

function doubled(wei: bigint): bigint {
  return 2n * wei;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The rules of a deployment, fixed at construction: `parameters/*.json` with the reason beside each number. */
import { Fields } from "./fields.js";

export interface Parameters {
  /** What kind of network this is for: devnet, testnet, mainnet, … */
  readonly network: string;
  /** Signs receipts. */
  readonly sequencer: string;
  /** Appends to the Inbox. */
  readonly batcher: string;
  /** Its accounts may collect the fees. */
  readonly feeRecipient: string;
  readonly forceDelaySeconds: number;
  readonly maxTimeDriftSeconds: number;
  readonly sequencerSilenceSeconds: number;
  /** Most L2 units of one asset in escrow. */
  readonly capUnits: bigint;
  /** F. */
  readonly fanout: number;
  /** Wc. */
  readonly challengeSeconds: number;
  /** Wd. */
  readonly defendSeconds: number;
  /** Wr. */
  readonly replySeconds: number;
  readonly claimBondWei: bigint;
  readonly challengeBondWei: bigint;
  readonly defendBondWei: bigint;
}

/** Addresses that a file may leave open (null) for the deployer to name. */
export type Roles = Pick<Parameters, "sequencer" | "batcher" | "feeRecipient">;

const ROLES = ["sequencer", "batcher", "feeRecipient"] as const;
const SECONDS = [
  "forceDelaySeconds",
  "maxTimeDriftSeconds",
  "sequencerSilenceSeconds",
  "challengeSeconds",
  "defendSeconds",
  "replySeconds",
] as const;
const BONDS = ["claimBondWei", "challengeBondWei", "defendBondWei"] as const;
const NOTES = ["about", "assumption", "bondArithmetic", "chainIds"];

/**
 * Checks a parameters file; a field is a value or `{ value, why }`.
 * @param roles in place of the file's addresses
 * @throws ConfigError naming the field
 */
export function readParameters(json: unknown, roles: Partial<Roles> = {}): Parameters {
  const given = Object.fromEntries(Object.entries(roles).filter(([, address]) => address !== undefined));
  const fields = new Fields({ ...(json as object), ...given }, "LAKH_BAD_PARAMETERS");
  fields.only(["network", "capUnits", "fanout", ...ROLES, ...SECONDS, ...BONDS, ...NOTES]);
  const fanout = fields.integer("fanout", 2, 1024);
  if (!Number.isInteger(Math.log2(fanout))) throw fields.error("fanout", `a power of two is needed, not ${fanout}`);
  const seconds = (name: (typeof SECONDS)[number]): number => fields.integer(name, 1, 2 ** 32 - 1);
  const bond = (name: (typeof BONDS)[number]): bigint => fields.big(name, 2n, 2n ** 128n - 1n);
  return {
    network: fields.text("network"),
    sequencer: fields.address("sequencer"),
    batcher: fields.address("batcher"),
    feeRecipient: fields.address("feeRecipient"),
    forceDelaySeconds: seconds("forceDelaySeconds"),
    maxTimeDriftSeconds: seconds("maxTimeDriftSeconds"),
    sequencerSilenceSeconds: seconds("sequencerSilenceSeconds"),
    capUnits: fields.big("capUnits", 1n, 2n ** 63n - 1n),
    fanout,
    challengeSeconds: seconds("challengeSeconds"),
    defendSeconds: seconds("defendSeconds"),
    replySeconds: seconds("replySeconds"),
    claimBondWei: bond("claimBondWei"),
    challengeBondWei: bond("challengeBondWei"),
    defendBondWei: bond("defendBondWei"),
  };
}

/** Chains that a parameters file is meant for; undefined: any. @throws ConfigError */
export function chainIdsOf(json: unknown): readonly number[] | undefined {
  const fields = new Fields(json, "LAKH_BAD_PARAMETERS");
  if (!("chainIds" in (json as object))) return undefined;
  const ids = fields.value("chainIds");
  if (!Array.isArray(ids) || !ids.every((id) => Number.isSafeInteger(id) && id > 0))
    throw fields.error("chainIds", "a list of chain ids is needed");
  return ids as number[];
}

/** Parameters as plain JSON, 64-bit integers and bonds as decimal strings: {@link readParameters} takes it back. */
export function parametersJson(parameters: Parameters): Record<string, string | number> {
  const entries = Object.entries(parameters) as [string, string | number | bigint][];
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "bigint" ? String(value) : value]));
}

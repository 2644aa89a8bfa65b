/** Assets and amounts as people write them. */
import { type Address, ETH_ASSET, ETH_SHIFT } from "@lakh/protocol";
import type { Asset, LakhClient } from "@lakh/sdk";
import { fatal, text } from "@lakh/service";
import { type PublicClient, erc20Abi } from "viem";

const ETH_DECIMALS = 18;

export interface KnownAsset extends Asset {
  readonly symbol: string;
  /** Decimal places of an L2 amount; undefined: not known, only whole units. */
  readonly decimals: number | undefined;
}

export const assetOption = (help: string) => text({ help: `${help}: ETH, a token's address or an asset's index` });
export const amountOption = (help: string) => text({ help: `${help}, such as 1.5` });

/** The asset that people mean by `ETH`, a token's address or an index. @throws CodedError fatal `BadAsset` */
export async function findAsset(client: LakhClient, l1: PublicClient, given: string): Promise<KnownAsset> {
  if (given.toUpperCase() === "ETH" || given === String(ETH_ASSET))
    return {
      index: ETH_ASSET,
      token: `0x${"00".repeat(20)}`,
      shift: ETH_SHIFT,
      symbol: "ETH",
      decimals: ETH_DECIMALS - ETH_SHIFT,
    };
  if (/^\d{1,9}$/.test(given)) return describe(l1, await client.getAsset(Number(given)));
  if (!/^0x[0-9a-fA-F]{40}$/.test(given))
    throw fatal("BadAsset", `${given} is neither ETH, nor a token's address, nor an asset's index`, { given });
  const asset = await client.findAsset(given as Address);
  if (!asset) throw fatal("BadAsset", `the token ${given} is not listed: lakh asset list ${given}`, { given });
  return describe(l1, asset);
}

async function describe(l1: PublicClient, asset: Asset): Promise<KnownAsset> {
  const read = { abi: erc20Abi, address: asset.token } as const;
  try {
    const [symbol, decimals] = await Promise.all([
      l1.readContract({ ...read, functionName: "symbol" }),
      l1.readContract({ ...read, functionName: "decimals" }),
    ]);
    return { ...asset, symbol, decimals: decimals >= asset.shift ? decimals - asset.shift : undefined };
  } catch {
    return { ...asset, symbol: `asset ${asset.index}`, decimals: undefined }; // a token need not say
  }
}

/** L2 units of an amount. @throws CodedError fatal `BadAmount` */
export function parseAmount(given: string, asset: KnownAsset, inUnits: boolean): bigint {
  const match = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(given);
  const places = inUnits ? 0 : asset.decimals;
  if (places === undefined)
    throw fatal("BadAmount", `the decimals of ${asset.symbol} are not known: give L2 units and --units`, { given });
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > places)
    throw fatal("BadAmount", `${given}: expected a decimal number with at most ${places} places`, { given, places });
  return BigInt((match[1] ?? "") + fraction.padEnd(places, "0"));
}

/** An amount with decimals, such as `1.5 ETH`. */
export function showAmount(units: bigint, { decimals, symbol }: KnownAsset): string {
  if (decimals === undefined) return `${units} units of ${symbol}`;
  const digits = units.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${whole}${fraction === "" ? "" : "."}${fraction} ${symbol}`;
}

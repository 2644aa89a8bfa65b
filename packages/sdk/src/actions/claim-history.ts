import { claimsAbi } from "@lakh/bindings/abis";
import type { Hex } from "@lakh/protocol";
import { type ParseEventLogsReturnType, type RpcLog, formatLog, numberToHex, parseEventLogs } from "viem";

import { type Core, needL1 } from "../core.ts";
import { readL1 } from "../l1.ts";

/** An event of the Claims contract, decoded, with its place on L1. */
export type ClaimEvent = ParseEventLogsReturnType<typeof claimsAbi, undefined, true>[number];

/** All that happened to a claim on L1, in order: its making, seats, traces, picks, deaths, settlement, bonds. @throws NoL1Error, L1Error */
export async function claimHistory(core: Core, id: Hex): Promise<ClaimEvent[]> {
  const { public: reader, fromBlock = 0n } = needL1(core);
  const { claims: address } = await core.info();
  // The claim's id is the first indexed field of each of these events.
  const filter = { address, topics: [null, id], fromBlock: numberToHex(fromBlock) };
  const logs = await readL1("Claims events", () => reader.request({ method: "eth_getLogs", params: [filter] }));
  return parseEventLogs({ abi: claimsAbi, logs: (logs as RpcLog[]).map((log) => formatLog(log)) });
}

import { claimsAbi } from "@lakh/bindings/abis";
import { CLAIM_STATUS, type ClaimHead, type ClaimStatus, type Hex } from "@lakh/protocol";
import { getAbiItem } from "viem";

import { type Core, needL1 } from "../core.ts";
import { readL1 } from "../l1.ts";

export interface ClaimInfo {
  readonly id: Hex;
  readonly head: ClaimHead;
  /** t0, seconds. */
  readonly time: bigint;
  readonly stateRoot: Hex;
  readonly status: ClaimStatus;
}

/** The claims on L1 in the order they were made, with their status now. @throws NoL1Error, L1Error */
export async function listClaims(core: Core, filter: { id?: Hex } = {}): Promise<ClaimInfo[]> {
  const { public: reader, fromBlock = 0n } = needL1(core);
  const { claims: address } = await core.info();
  const event = getAbiItem({ abi: claimsAbi, name: "ClaimMade" });
  const logs = await readL1("Claims.ClaimMade", () =>
    reader.getLogs({ address, event, args: filter, fromBlock, strict: true }),
  );
  return Promise.all(
    logs.map(async ({ args: { id, time, head, end } }) => {
      const state = await readL1("Claims.claimState", () =>
        reader.readContract({ abi: claimsAbi, address, functionName: "claimState", args: [id] }),
      );
      const status = CLAIM_STATUS[state.status] ?? "None";
      return { id, head, time, stateRoot: end.stateRoot, status };
    }),
  );
}

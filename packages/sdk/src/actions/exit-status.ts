import { bridgeAbi, claimsAbi } from "@lakh/bindings/abis";
import type { Address } from "@lakh/protocol";

import { type Core, needL1 } from "../core.ts";
import { readL1 } from "../l1.ts";
import type { Exit } from "../types.ts";
import { confirmedClaim } from "./confirmed-claim.ts";
import { getExit } from "./get-exit.ts";
import { heads } from "./heads.ts";
import { type ClaimInfo, listClaims } from "./list-claims.ts";

/**
 * ordered: the sequencer says so; posted: its entry is on L1; claimed: a pending claim covers it; ready: a confirmed claim
 * covers it, anyone may finalize it; finalized: paid, or a credit of the holder.
 */
export type ExitStage = "ordered" | "posted" | "claimed" | "ready" | "finalized";

export interface ExitStatus {
  readonly exit: Exit;
  readonly stage: ExitStage;
  /** Who is or was paid: the recipient, or whom it was assigned to. */
  readonly holder: Address;
  /** Second from which the covering claim can be settled when nobody challenges it; only when `stage` is claimed. */
  readonly readyAt?: bigint;
}

/** How far an exit is on its way to L1. @throws NoExitError, NoL1Error, L1Error */
export async function exitStatus(core: Core, number: bigint): Promise<ExitStatus> {
  const { public: reader } = needL1(core);
  const { bridge, claims } = await core.info();
  const exit = await getExit(core, number);
  const { holder, finalized } = await readL1("Bridge", async () => ({
    holder: await reader.readContract({ abi: bridgeAbi, address: bridge, functionName: "holderOf", args: [exit] }),
    finalized: await reader.readContract({
      abi: bridgeAbi,
      address: bridge,
      functionName: "isFinalized",
      args: [number],
    }),
  }));
  if (finalized) return { exit, stage: "finalized", holder };
  if ((await confirmedClaim(core)).head.endEntry > exit.entry) return { exit, stage: "ready", holder };
  const covering = (await listClaims(core)).find((claim) => covers(claim, exit.entry));
  if (covering) {
    const { challengeSeconds } = await readL1("Claims.params", () =>
      reader.readContract({ abi: claimsAbi, address: claims, functionName: "params" }),
    );
    return { exit, stage: "claimed", holder, readyAt: covering.time + BigInt(challengeSeconds) };
  }
  const { safe } = await heads(core);
  return { exit, stage: safe.entry > exit.entry ? "posted" : "ordered", holder };
}

function covers({ head, status }: ClaimInfo, entry: bigint): boolean {
  return head.endEntry > entry && (status === "Pending" || status === "Upheld");
}

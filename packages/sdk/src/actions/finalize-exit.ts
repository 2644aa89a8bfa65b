import { bridgeAbi } from "@lakh/bindings/abis";
import type { Address, Hex } from "@lakh/protocol";
import { encodeFunctionData, parseEventLogs } from "viem";

import type { Core } from "../core.ts";
import { ExitNotReadyError } from "../errors.ts";
import { sendL1 } from "../l1.ts";
import { confirmedClaim } from "./confirmed-claim.ts";
import { getExit } from "./get-exit.ts";
import { getExitProof } from "./get-exit-proof.ts";

export interface FinalizeExitResult {
  readonly hash: Hex;
  readonly gasUsed: bigint;
  readonly payee: Address;
  /** False: the payee refused the payment and has a credit at the Bridge. */
  readonly delivered: boolean;
}

/**
 * Pays an exit to its holder, proved against the newest confirmed claim. Open to anyone.
 * @throws ExitNotReadyError, NoExitError, NoL1Error, L1RevertError (AlreadyFinalized)
 */
export async function finalizeExit(core: Core, number: bigint): Promise<FinalizeExitResult> {
  const { bridge } = await core.info();
  const exit = await getExit(core, number);
  const { head } = await confirmedClaim(core);
  if (head.endEntry <= exit.entry) throw new ExitNotReadyError(number, exit.entry, head.endEntry);
  const { machine, siblings } = await getExitProof(core, number, head.endEntry);
  const claimHead = { ...head, proposer: head.proposer as Address };
  const args = [claimHead, machine, exit, siblings] as const;
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: "finalizeExit", args });
  const receipt = await sendL1(core, { name: "Bridge.finalizeExit", to: bridge, data });
  const [log] = parseEventLogs({ abi: bridgeAbi, eventName: "ExitFinalized", logs: receipt.logs });
  return {
    hash: receipt.transactionHash,
    gasUsed: receipt.gasUsed,
    payee: log?.args.payee ?? exit.recipient,
    delivered: log?.args.delivered ?? false,
  };
}

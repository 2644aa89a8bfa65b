import { claimsAbi } from "@lakh/bindings/abis";

import { type Core, needL1 } from "../core.ts";
import { BadResponseError } from "../errors.ts";
import { readL1 } from "../l1.ts";
import { type ClaimInfo, listClaims } from "./list-claims.ts";

/** The confirmed claim that reaches furthest. @throws NoL1Error, L1Error */
export async function confirmedClaim(core: Core): Promise<ClaimInfo> {
  const { public: reader } = needL1(core);
  const { claims: address } = await core.info();
  const [id] = await readL1("Claims.latestConfirmed", () =>
    reader.readContract({ abi: claimsAbi, address, functionName: "latestConfirmed" }),
  );
  const [claim] = await listClaims(core, { id });
  if (!claim) throw new BadResponseError("the L1", `without the event of claim ${id}: is l1.fromBlock too late?`);
  return claim;
}

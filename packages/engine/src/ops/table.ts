/** Which function executes which verb. */
import { Outcome, VERBS, type VerbName } from "@lakh/protocol";

import type { OpFunction } from "../execution.ts";
import { addLiquidity } from "./addLiquidity.ts";
import { cancelNonces } from "./cancelNonces.ts";
import { clearSessionKey } from "./clearSessionKey.ts";
import { collectFees } from "./collectFees.ts";
import { createPool } from "./createPool.ts";
import { openAccount } from "./openAccount.ts";
import { removeLiquidity } from "./removeLiquidity.ts";
import { scopeSessionKey } from "./scopeSessionKey.ts";
import { setSessionKey } from "./setSessionKey.ts";
import { swapExactIn0, swapExactIn1 } from "./swapExactIn.ts";
import { swapExactOut0, swapExactOut1 } from "./swapExactOut.ts";
import { transfer } from "./transfer.ts";
import { withdraw } from "./withdraw.ts";

const BY_NAME: Readonly<Record<VerbName, OpFunction>> = {
  openAccount,
  transfer,
  withdraw,
  createPool,
  addLiquidity,
  removeLiquidity,
  swapExactIn0,
  swapExactIn1,
  swapExactOut0,
  swapExactOut1,
  setSessionKey,
  scopeSessionKey,
  clearSessionKey,
  cancelNonces,
  collectFees,
};

/** Op functions by verb id. Ids without a verb never get past decoding. */
export const OPS: readonly OpFunction[] = VERBS.map((verb) =>
  verb === undefined ? () => Outcome.Malformed : BY_NAME[verb.name],
);

/** All actions, by the name that the client gives them. */
import { accountsOf } from "./actions/accounts-of.ts";
import { addLiquidity } from "./actions/add-liquidity.ts";
import { assignExit } from "./actions/assign-exit.ts";
import { cancelNonces } from "./actions/cancel-nonces.ts";
import { chainInfo } from "./actions/chain-info.ts";
import { claimHistory } from "./actions/claim-history.ts";
import { clearSessionKey } from "./actions/clear-session-key.ts";
import { collectFees } from "./actions/collect-fees.ts";
import { confirmedClaim } from "./actions/confirmed-claim.ts";
import { createPool } from "./actions/create-pool.ts";
import { depositErc20 } from "./actions/deposit-erc20.ts";
import { depositEth } from "./actions/deposit-eth.ts";
import { encodeCall, enqueueCall } from "./actions/enqueue-call.ts";
import { exitStatus } from "./actions/exit-status.ts";
import { exitsOf } from "./actions/exits-of.ts";
import { finalizeExit } from "./actions/finalize-exit.ts";
import { findAsset } from "./actions/find-asset.ts";
import { forceEnvelope } from "./actions/force-envelope.ts";
import { getAccount } from "./actions/get-account.ts";
import { getAsset } from "./actions/get-asset.ts";
import { getEntry } from "./actions/get-entry.ts";
import { getExit } from "./actions/get-exit.ts";
import { getExitProof } from "./actions/get-exit-proof.ts";
import { getMachine } from "./actions/get-machine.ts";
import { getPool } from "./actions/get-pool.ts";
import { getReceipt } from "./actions/get-receipt.ts";
import { heads } from "./actions/heads.ts";
import { includeQueue } from "./actions/include-queue.ts";
import { listAssets } from "./actions/list-assets.ts";
import { listClaims } from "./actions/list-claims.ts";
import { listPools } from "./actions/list-pools.ts";
import { listToken } from "./actions/list-token.ts";
import { openAccount } from "./actions/open-account.ts";
import { quote } from "./actions/quote.ts";
import { receiptFate } from "./actions/receipt-fate.ts";
import { removeLiquidity } from "./actions/remove-liquidity.ts";
import { sendEnvelope, sendSigned } from "./actions/send-envelope.ts";
import { sendEnvelopes } from "./actions/send-envelopes.ts";
import { setSessionKey } from "./actions/set-session-key.ts";
import { signEnvelope } from "./actions/sign-envelope.ts";
import { simulate } from "./actions/simulate.ts";
import { subscribe } from "./actions/subscribe.ts";
import { swapExactIn } from "./actions/swap-exact-in.ts";
import { swapExactOut } from "./actions/swap-exact-out.ts";
import { transfer } from "./actions/transfer.ts";
import { verifyReceipt } from "./actions/verify-receipt.ts";
import { waitForAccount } from "./actions/wait-for-account.ts";
import { waitForConfirmed } from "./actions/wait-for-confirmed.ts";
import { waitForHead } from "./actions/wait-for-head.ts";
import { waitForReceipt } from "./actions/wait-for-receipt.ts";
import { withdraw } from "./actions/withdraw.ts";

export const actions = {
  accountsOf,
  addLiquidity,
  assignExit,
  cancelNonces,
  chainInfo,
  claimHistory,
  clearSessionKey,
  collectFees,
  confirmedClaim,
  createPool,
  depositErc20,
  depositEth,
  encodeCall,
  enqueueCall,
  exitStatus,
  exitsOf,
  finalizeExit,
  findAsset,
  forceEnvelope,
  getAccount,
  getAsset,
  getEntry,
  getExit,
  getExitProof,
  getMachine,
  getPool,
  getReceipt,
  heads,
  includeQueue,
  listAssets,
  listClaims,
  listPools,
  listToken,
  openAccount,
  quote,
  receiptFate,
  removeLiquidity,
  sendEnvelope,
  sendEnvelopes,
  sendSigned,
  setSessionKey,
  signEnvelope,
  simulate,
  subscribe,
  swapExactIn,
  swapExactOut,
  transfer,
  verifyReceipt,
  waitForAccount,
  waitForConfirmed,
  waitForHead,
  waitForReceipt,
  withdraw,
} as const;

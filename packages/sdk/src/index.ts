export { knownDeployments, type KnownDeployment } from "@lakh/bindings/deployments";
export { createLakhClient, type LakhClient, type LakhClientOptions } from "./client.ts";
export type { ExpectedDeployment, L1Clients } from "./core.ts";
export * from "./errors.ts";
export { accountSigner, walletSigner, type Eip1193Provider, type Signer, type SigningRequest } from "./signer.ts";
export { http } from "./transport/http.ts";
export type { SubscriptionListener, Transport } from "./transport/types.ts";
export { webSocket } from "./transport/web-socket.ts";
export type * from "./types.ts";
export type { ClaimEvent } from "./actions/claim-history.ts";
export type { ClaimInfo } from "./actions/list-claims.ts";
export type { ExitStage, ExitStatus } from "./actions/exit-status.ts";
export type { FinalizeExitResult } from "./actions/finalize-exit.ts";
export type { ReceiptFate } from "./actions/receipt-fate.ts";
export { receiptHash } from "./actions/verify-receipt.ts";
export { receipt as readReceipt } from "./wire.ts";
export { MAX_ENVELOPES, type SendResult } from "./actions/send-envelopes.ts";
export type { SwapVerb } from "./actions/quote.ts";
export { EnvelopeStream, openStream, type StreamOptions, type StreamSocket } from "./stream/client.ts";
export { type Place, SUBMIT_HEAD, type StreamErrorName, type StreamInfo, submitFrame } from "./stream/frames.ts";
export {
  type PathStep,
  type StreamReceipt,
  receiptLeaf,
  streamReceiptSigner,
  verifyStreamReceipt,
} from "./stream/receipts.ts";
export type { StreamOutcome, StreamResult } from "./stream/result.ts";

/** Another Lakh node's RPC, of which nothing is believed: not even that its answers end. */
import { AnswerTooLong, boundedText } from "../bounded-text.ts";
import { bytesOf } from "../bytes.ts";
import { nodeError } from "../errors.ts";
import { FaultCode } from "../faults.ts";
import { type Offer, PIECE_BYTES } from "./pieces.ts";

const TIMEOUT_MILLISECONDS = 30_000;
/** Longest answer: a piece in hex, and the JSON around it. */
const MOST_ANSWER_BYTES = 2 * PIECE_BYTES + 4096;

export interface Peer {
  /** Undefined while the peer is making the snapshot. @throws CodedError PeerUnreachable, SnapshotRefused */
  offer(entry: number): Promise<Offer | undefined>;
  /** @throws CodedError PeerUnreachable, SnapshotRefused */
  piece(entry: number, index: number): Promise<Uint8Array>;
}

export function connectPeer(url: string): Peer {
  const { host } = new URL(url);
  const ask = async (method: string, params: readonly unknown[]): Promise<JsonAnswer> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    try {
      const headers = { "content-type": "application/json" };
      const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
      const response = await fetch(url, { method: "POST", headers, body, signal });
      const answer: unknown = JSON.parse(await boundedText(response, MOST_ANSWER_BYTES));
      const { result, error } = (answer ?? {}) as { readonly result?: unknown; readonly error?: unknown };
      return { result, error: typeof error === "object" && error !== null ? error : undefined };
    } catch (cause) {
      if (cause instanceof AnswerTooLong) throw refused(`${host} ${cause.message}`, { host });
      throw nodeError("PeerUnreachable", `no answer of use from ${host}`, { host, method }, cause);
    }
  };
  return {
    async offer(entry) {
      const { result, error } = await ask("lakh_snapshot", [entry]);
      if (error?.code === FaultCode.Busy) return undefined;
      if (error !== undefined)
        throw nodeError("PeerUnreachable", `${host} has no snapshot at entry ${entry}`, { host, code: error.code });
      const { bytes, pieceBytes } = (result ?? {}) as { bytes?: unknown; pieceBytes?: unknown };
      if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0 || pieceBytes !== PIECE_BYTES)
        throw refused(`${host} does not say how long its snapshot is`, { host });
      return { entry, bytes, pieceBytes };
    },
    async piece(entry, index) {
      const { result, error } = await ask("lakh_snapshotPiece", [entry, index]);
      if (error !== undefined)
        throw nodeError("PeerUnreachable", `${host} does not give piece ${index}`, { host, code: error.code });
      if (typeof result !== "string" || !/^0x([0-9a-f]{2})+$/i.test(result))
        throw refused(`${host} gives something else than piece ${index}`, { host });
      return bytesOf(result);
    },
  };
}

interface JsonAnswer {
  readonly result: unknown;
  readonly error: { readonly code?: unknown } | undefined;
}

/** What a peer gives is not what L1 says: it is not taken over. */
export function refused(message: string, data: Readonly<Record<string, unknown>> = {}) {
  return nodeError("SnapshotRefused", message, data);
}

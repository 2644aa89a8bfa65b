/**
 * Recovers the signers of an entry's envelopes in one block, before it executes.
 *
 * Tags never change, so a digest can be computed as soon as its objects exist. Envelopes that refer to objects made
 * earlier in the same entry are left out here; their signers are recovered when they execute.
 */
import { ADDRESS_BYTES, DigestStatus, HASH_BYTES, type Kernels, SIGNATURE_BYTES } from "@lakh/kernels";
import { EntryKind, QueueKind, concat } from "@lakh/protocol";

import { itemSpans } from "./cursor.ts";
import type { TagTable } from "./tags.ts";
import type { EntryPayload } from "./types.ts";

/** Signers of the items of an entry, counted from a cursor. They stay true: whoever replays the entry may use them. */
export interface Signers {
  /** Where the first item stands. */
  readonly cursor: number;
  /** 1 where the signer is known. */
  readonly known: Uint8Array;
  /** 20 bytes an item. */
  readonly addresses: Uint8Array;
  /** Of a batch: where its items stand, by `itemSpans`. */
  readonly spans: Uint32Array;
}

/** Envelopes in one piece of memory: item i of those counted is `data[spans[2i], spans[2i + 1])`, empty if it is none. */
interface Packed {
  readonly data: Uint8Array;
  readonly spans: Uint32Array;
}

function packedSlice(items: readonly Uint8Array[], cursor: number): Packed {
  const counted = items.slice(cursor);
  const spans = new Uint32Array(2 * counted.length);
  let end = 0;
  counted.forEach((item, i) => {
    const isForced = item[0] === QueueKind.Forced;
    spans[2 * i] = isForced ? end + 1 : end + item.length;
    end += item.length;
    spans[2 * i + 1] = end;
  });
  return { data: concat(...counted), spans };
}

/** @param domain domain separator */
export function presign(
  { bytes: tags, count: objectCount }: TagTable,
  kernels: Kernels,
  domain: Uint8Array,
  kind: EntryKind,
  payload: EntryPayload,
  cursor: number,
): Signers {
  const isSlice = kind === EntryKind.Queue;
  const { data, spans } = isSlice
    ? packedSlice(payload as readonly Uint8Array[], cursor)
    : { data: payload as Uint8Array, spans: itemSpans(payload as Uint8Array, cursor) };
  const count = spans.length / 2;
  const digests = new Uint8Array(HASH_BYTES * count);
  const signatures = new Uint8Array(SIGNATURE_BYTES * count);
  const status = new Uint8Array(count);
  const addresses = new Uint8Array(ADDRESS_BYTES * count);
  kernels.digestBatch({ data, spans, count, tags, objectCount, domain }, digests, signatures, status);
  kernels.recoverBatch(digests, signatures, count, addresses);
  return { cursor, known: status.map((one) => (one === DigestStatus.Ok ? 1 : 0)), addresses, spans };
}

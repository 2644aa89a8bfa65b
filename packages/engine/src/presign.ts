/**
 * Recovers the signers of an entry's envelopes in one block, before it executes.
 *
 * Tags never change, so a digest can be computed as soon as its objects exist. Envelopes that refer to objects made
 * earlier in the same entry are left out here; their signers are recovered when they execute.
 */
import type { Kernels } from "@lakh/kernels";
import { EntryKind, ItemView, QueueKind, RecordKind } from "@lakh/protocol";

import { type Span, findItem } from "./cursor.ts";
import type { Digester } from "./digester.ts";
import type { State } from "./state.ts";
import type { EntryPayload } from "./types.ts";

/** Signers of the items of an entry, counted from a cursor. They stay true: whoever replays the entry may use them. */
export interface Signers {
  /** Where the first item stands. */
  readonly cursor: number;
  /** 1 where the signer is known. */
  readonly known: Uint8Array;
  /** 20 bytes an item. */
  readonly addresses: Uint8Array;
}

/** Envelopes from the cursor on: item number from the cursor, and bytes. */
function* envelopes(payload: EntryPayload, kind: EntryKind, cursor: number): Generator<[number, Uint8Array]> {
  if (kind === EntryKind.Queue) {
    const items = payload as readonly Uint8Array[];
    for (let i = cursor; i < items.length; i++) {
      const item = items[i] as Uint8Array;
      if (item[0] === QueueKind.Forced) yield [i - cursor, item.subarray(1)];
    }
    return;
  }
  const data = payload as Uint8Array;
  const span: Span = { start: 0, end: cursor };
  for (let i = 0; span.end < data.length; i++) {
    findItem(data, span.end, span);
    if (span.start >= 0) yield [i, data.subarray(span.start, span.end)];
  }
}

function canDigest(state: State, item: ItemView): boolean {
  if (state.kindOf(item.account) !== RecordKind.Account) return false;
  for (let k = 0; k < 2 * item.opCount; k++) if ((item.objects[k] as number) >= state.nextObject) return false;
  return true;
}

export function presign(
  state: State,
  digester: Digester,
  kernels: Kernels,
  kind: EntryKind,
  payload: EntryPayload,
): Signers {
  const item = new ItemView();
  const numbers: number[] = [];
  const digests: Uint8Array[] = [];
  const signatures: Uint8Array[] = [];
  let count = 0;
  for (const [number, bytes] of envelopes(payload, kind, state.cursor)) {
    count = number + 1;
    if (!item.decodeEnvelope(bytes, 0, bytes.length) || !canDigest(state, item)) continue;
    numbers.push(number);
    digests.push(digester.digest(state, item));
    signatures.push(bytes.subarray(item.tailAt));
  }
  const recovered = new Uint8Array(20 * numbers.length);
  kernels.recoverBatch(pack(digests, 32), pack(signatures, 64), numbers.length, recovered);
  const signers = { cursor: state.cursor, known: new Uint8Array(count), addresses: new Uint8Array(20 * count) };
  numbers.forEach((number, i) => {
    signers.known[number] = 1;
    signers.addresses.set(recovered.subarray(20 * i, 20 * i + 20), 20 * number);
  });
  return signers;
}

function pack(parts: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(parts.length * size);
  parts.forEach((part, i) => out.set(part, i * size));
  return out;
}

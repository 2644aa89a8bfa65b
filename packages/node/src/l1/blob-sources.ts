/** Who may have an entry's blobs: this node's own sealed bytes, a consensus node, another node's archive. */
import { BLOB_BYTES, packBlobs } from "@lakh/da";
import { MAX_BLOB_BATCH } from "@lakh/protocol";
import { hasCode } from "@lakh/service";

import { boundedText } from "../bounded-text.ts";
import { bytesOf } from "../bytes.ts";
import type { Chain } from "../chain.ts";
import { nodeError } from "../errors.ts";
import type { BlobQuery, BlobSource } from "./blob-source.ts";

const TIMEOUT_MILLISECONDS = 20_000;
/** Longest hex string that is looked at. */
const MAX_HEX = 2 + 2 * Math.max(BLOB_BYTES, MAX_BLOB_BATCH);
/** Longest answer: more than all blobs of a block, of which a consensus node may give more than were asked for. */
const MOST_ANSWER_BYTES = 1 << 26;

/** What a sequencer sealed itself. */
export function ownBlobs(chain: () => Chain | undefined): BlobSource {
  return {
    name: "sealed",
    isOwn: true, // their hash is in the accumulator that they were found by
    blobs: async ({ event }) => {
      const known = chain()?.at(event.number)?.entry;
      return known?.acc === event.acc && known.payload instanceof Uint8Array ? packBlobs(known.payload) : [];
    },
  };
}

/**
 * A consensus node's `/eth/v1/beacon/blobs/{block}`. The block is named by its slot, from genesis time and slot length; an
 * endpoint that does not say them (a development chain) names blocks by their L1 number.
 */
export function beaconBlobs(url: string): BlobSource {
  let clock: Promise<SlotClock | undefined> | undefined;
  return {
    name: "beacon",
    blobs: async ({ block, hashes }) => {
      clock ??= slotClock(url).catch((error: unknown) => {
        clock = undefined;
        throw error;
      });
      const slots = await clock;
      const id =
        slots === undefined ? block.number : Math.floor((Number(block.timestamp) - slots.genesis) / slots.seconds);
      const answer = await fetchJson(beaconUrl(url, `beacon/blobs/${id}`, hashes));
      return hexList((answer as { data?: unknown } | undefined)?.data, BLOB_BYTES);
    },
  };
}

interface SlotClock {
  readonly genesis: number;
  /** Of a slot. */
  readonly seconds: number;
}

/** A path of a consensus node's API; whatever stands in its URL, such as a key in the query, stays. */
function beaconUrl(url: string, path: string, hashes: readonly string[] = []): string {
  const at = new URL(url);
  at.pathname = `${at.pathname.replace(/\/$/, "")}/eth/v1/${path}`;
  for (const hash of hashes) at.searchParams.append("versioned_hashes", hash);
  return at.href;
}

async function slotClock(url: string): Promise<SlotClock | undefined> {
  const [genesis, spec] = await Promise.all([
    fetchJson(beaconUrl(url, "beacon/genesis")),
    fetchJson(beaconUrl(url, "config/spec")),
  ]);
  const start = (genesis as { data?: { genesis_time?: unknown } } | undefined)?.data?.genesis_time;
  const seconds = (spec as { data?: { SECONDS_PER_SLOT?: unknown } } | undefined)?.data?.SECONDS_PER_SLOT;
  return start === undefined || seconds === undefined
    ? undefined
    : { genesis: Number(start), seconds: Number(seconds) };
}

/** Another Lakh node's `lakh_entryData`. */
export function archiveBlobs(url: string): BlobSource {
  return {
    name: "archive",
    blobs: async ({ event }: BlobQuery) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "lakh_entryData", params: [event.number] });
      const answer = await fetchJson(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { data, blobs } = (answer as { result?: { data?: unknown; blobs?: unknown } } | undefined)?.result ?? {};
      if (blobs !== undefined) return hexList(blobs, BLOB_BYTES);
      return hexList([data], undefined).flatMap(packBlobs);
    },
  };
}

/** The answer's JSON; undefined where there is no such thing (404). @throws CodedError BlobSourceFault */
async function fetchJson(url: string, request: RequestInit = {}): Promise<unknown> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    if (response.status === 404) return undefined;
    if (!response.ok) throw nodeError("BlobSourceFault", `${host} answers with status ${response.status}`, { host });
    return JSON.parse(await boundedText(response, MOST_ANSWER_BYTES)) as unknown;
  } catch (cause) {
    if (hasCode(cause, "BlobSourceFault")) throw cause;
    throw nodeError("BlobSourceFault", `no answer of use from ${host}: ${reasonOf(cause)}`, { host }, cause);
  }
}

/** fetch says little by itself. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
}

function hexList(value: unknown, size: number | undefined): Uint8Array[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((one): one is string => typeof one === "string" && one.length <= MAX_HEX && /^0x([0-9a-f]{2})+$/i.test(one))
    .map(bytesOf)
    .filter(({ length }) => size === undefined || length === size);
}

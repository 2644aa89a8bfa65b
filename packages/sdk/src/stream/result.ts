/** What became of a submission: read where it lies, an object an envelope only when one asks. */
import { OUTCOMES, type OutcomeName, keccak256, toHex } from "@lakh/protocol";

import { type Place, type ResultLayout, type StreamInfo, codeAt, itemsOf, placeAt } from "./frames.ts";
import { type StreamReceipt, pathsOf, readPath, receiptLeaf, verifyStreamReceipt } from "./receipts.ts";

/** Codes of the sequencer's own, beside the outcomes. */
const OWN_CODES: Readonly<Record<number, "FeeTooLow" | "RateLimited">> = { 0xf0: "FeeTooLow", 0xf1: "RateLimited" };

/** What became of one envelope; a code other than 0 refuses it: nothing was changed, nothing posted. */
export interface StreamOutcome {
  readonly code: number;
  readonly name: OutcomeName | "FeeTooLow" | "RateLimited" | undefined;
}

export class StreamResult {
  /** Envelopes of the submission, and how many of them were accepted: they are durable. */
  readonly count: number;
  readonly accepted: number;
  private readonly frame: Uint8Array;
  private readonly layout: ResultLayout;
  private readonly submission: Uint8Array;
  private readonly info: StreamInfo;

  /** @param frame the result @param submission the frame that it answers */
  constructor(frame: Uint8Array, layout: ResultLayout, submission: Uint8Array, info: StreamInfo) {
    this.frame = frame;
    this.layout = layout;
    this.submission = submission;
    this.info = info;
    this.count = layout.count;
    this.accepted = layout.accepted;
  }

  /** Outcome code of envelope `i`: 0 for accepted (docs/STREAM.md). */
  code(i: number): number {
    return codeAt(this.frame, this.layout, i);
  }

  outcomes(): StreamOutcome[] {
    return Array.from({ length: this.count }, (_, i) => {
      const code = this.code(i);
      return { code, name: OWN_CODES[code] ?? OUTCOMES[code]?.name };
    });
  }

  /** The envelopes that were accepted, in order: their bytes, and where they stand. */
  places(): { item: Uint8Array; place: Place }[] {
    return itemsOf(this.submission).flatMap(([start, end], i) =>
      this.code(i) === 0
        ? [{ item: this.submission.subarray(start, end), place: placeAt(this.frame, this.layout, i) }]
        : [],
    );
  }

  /** The receipt of each envelope, in order; undefined for those that were refused. */
  receipts(): (StreamReceipt | undefined)[] {
    const { frame, layout } = this;
    const { chainId, inbox } = this.info;
    const places = this.places().map(({ item, place }) => ({ ...place, itemHash: toHex(keccak256(item)) }));
    const paths = pathsOf(places.map((place) => receiptLeaf(chainId, inbox, place)));
    const seal = readPath(frame.subarray(layout.pathAt, layout.signatureAt));
    const signature = toHex(frame.subarray(layout.signatureAt));
    const accepted = places.map((place, n): StreamReceipt => {
      return { chainId, inbox, ...place, path: [...(paths[n] ?? []), ...seal], signature };
    });
    let next = 0;
    return Array.from({ length: this.count }, (_, i) => (this.code(i) === 0 ? accepted[next++] : undefined));
  }

  /** True when the sequencer's signature covers every envelope that was accepted: all their paths end in one root. */
  async verify(): Promise<boolean> {
    const first = this.receipts().find((receipt) => receipt !== undefined);
    return first === undefined || verifyStreamReceipt(first, this.info.sequencer);
  }
}

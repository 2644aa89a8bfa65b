/** What a node holds, to be compared with what it acknowledged. */
import { type LakhNode, itemHash } from "@lakh/node";
import { type Hex, Outcome, readBatchItem } from "@lakh/protocol";
import { expect } from "chai";

import type { Placed } from "./client.ts";

/** A place as text. */
export const place = ({ entry, position }: Pick<Placed, "entry" | "position">): string => `${entry}:${position}`;

/** Item hashes of all batches of a node's chain, by place; every outcome must be Ok. */
export async function executed(node: LakhNode, from: number): Promise<Map<string, Hex>> {
  const found = new Map<string, Hex>();
  for (let entry = from; entry < node.chain.length; entry++) {
    const { payload } = await node.entry(entry);
    if (!(payload instanceof Uint8Array)) continue;
    const outcomes = node.chain.at(entry)?.outcomes ?? new Uint8Array(0);
    for (let at = 0, position = 0; at < payload.length; position++) {
      const { item, next } = readBatchItem(payload, at);
      expect(outcomes[position]).to.equal(Outcome.Ok);
      if (item !== undefined) found.set(place({ entry, position }), itemHash(item));
      at = next;
    }
  }
  return found;
}

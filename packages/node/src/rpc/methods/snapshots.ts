/** Methods by which a new node starts from this one's state; it checks against L1 what it gets. */
import { Fault } from "../../faults.ts";
import type { LakhNode } from "../../node.ts";
import type { Offers } from "../../snapshot/offers.ts";
import type { Methods } from "./method.ts";

/** More than any snapshot has. */
const MAX_INDEX = 2 ** 32;

export const snapshotMethods: Methods = {
  lakh_snapshot: {
    params: 1,
    calls: 10,
    call: (node, params) => offersOf(node).offer(params.has(0) ? params.integer(0) : undefined),
  },
  lakh_snapshotPiece: {
    params: 2,
    calls: 100,
    call: (node, params) => offersOf(node).piece(params.integer(0), params.integer(1, MAX_INDEX)),
  },
};

function offersOf({ offers }: LakhNode): Offers {
  if (offers === undefined) throw new Fault("NotFound", "this node gives no snapshots");
  return offers;
}

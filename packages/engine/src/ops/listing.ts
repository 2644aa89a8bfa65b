import { Outcome } from "@lakh/protocol";

import type { State } from "../state.ts";

const LISTING_SIZE = 22;

/** Makes the asset object of a token. Cost: one record made. */
export function listing(state: State, item: Uint8Array): Outcome {
  if (item.length !== LISTING_SIZE) return Outcome.Malformed;
  return state.createAsset(item, 1) === 0 ? Outcome.ObjectsFull : Outcome.Ok;
}

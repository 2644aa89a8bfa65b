/** How often V8 looks for garbage in a node. */
import { setFlagsFromString } from "node:v8";

/** How far the heap may grow from one collection to the next, percent of what was alive. */
const GROWTH_PERCENT = 700;

/**
 * Lets a node's heap grow to a few hundred megabytes before it is collected. A node's heap is small, about 30 MB; what
 * it works on lies in buffers beside it. V8 counts new buffers as growth of the heap, so that by default it marks the
 * whole of it for every 20,000 envelopes, which takes a fifth of all CPU time under load. V8 reads this flag after every
 * collection, so it may be set at any time: after the start, whose garbage shall go.
 */
export function collectRarely(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

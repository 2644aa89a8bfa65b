/** A load that lasts until the node is gone: what was sent, and what was acknowledged before. */
import { type EnvelopeStream, type StreamResult, openStream } from "@lakh/sdk";
import { WebSocket } from "ws";

import type { Frame } from "../load/frames.ts";

const CONNECTIONS = 2;
/** Frames under way on a connection: enough for the node to have always something to do. */
const WINDOW = 12;

export interface LoadUntilKill {
  /** Results as they came; every one of them was durable when it left. */
  readonly results: readonly StreamResult[];
  /** Envelopes sent, acknowledged or not. */
  readonly sent: number;
}

/**
 * Sends frames on full streams until the connections end.
 * @param onFirst told that the load is on
 */
export async function loadUntilKill(
  url: string,
  frames: readonly Frame[],
  onFirst: () => void,
): Promise<LoadUntilKill> {
  const results: StreamResult[] = [];
  let [next, sent] = [0, 0];
  const lane = async (stream: EnvelopeStream): Promise<void> => {
    for (let frame = frames[next++]; frame !== undefined; frame = frames[next++]) {
      sent += frame.count;
      if (results.push(await stream.sendFrame(frame.bytes)) === 1) onFirst();
    }
  };
  const webSocket = (to: string): WebSocket => new WebSocket(to, { perMessageDeflate: false });
  const lanes: Promise<void>[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const stream = await openStream({ url, underWayBytes: Infinity, webSocket });
    for (let k = 0; k < WINDOW; k++) lanes.push(lane(stream));
  }
  await Promise.allSettled(lanes); // a lane ends with its connection
  return { results, sent };
}

/** One WebSocket of JSON-RPC: calls answered in order, notifications, and what keeps it from running ahead. */
import type { WebSocket } from "ws";

import { dispatch } from "./dispatch.ts";
import type { ServedRpc } from "./server.ts";
import { Subscriptions } from "./subscriptions.ts";
import { breathe } from "../turns.ts";

/** Messages that may wait for their answers before the socket is not read on. */
const MOST_WAITING = 16;

export function serveSocket(served: ServedRpc, socket: WebSocket, address: string): void {
  const { config, parts, limiter, publisher, turnstile } = served;
  const { node, log } = parts;
  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > config.maxBacklogBytes)
      socket.terminate(); // a slow reader
    else socket.send(text);
  };
  const subscriptions = new Subscriptions(node, config.maxSubscriptions, send);
  publisher.add(subscriptions);
  const { maxBatch, maxBacklogBytes: maxAnswerBytes } = config;
  const admit = (calls?: number): boolean => limiter.admit(address, calls);
  const asked = { node, log, turnstile, maxBatch, maxAnswerBytes, admit, own: subscriptions.methods };
  let waiting = 0;
  const answer = async (text: string): Promise<void> => {
    const answered = await dispatch(asked, text);
    if (answered !== undefined) send(answered);
    await breathe();
    if (--waiting < MOST_WAITING && socket.isPaused) socket.resume();
  };
  let turn: Promise<void> = Promise.resolve();
  socket.on("message", (message: Buffer, isBinary: boolean) => {
    const text = isBinary ? "" : message.toString("utf8");
    if (++waiting >= MOST_WAITING) socket.pause();
    // Calls of one connection are answered in the order they came; once it is gone, no more.
    turn = turn.then(() => (socket.readyState === socket.OPEN ? answer(text) : undefined));
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => publisher.delete(subscriptions));
}

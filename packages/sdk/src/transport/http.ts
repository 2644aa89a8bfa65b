/** JSON-RPC over HTTP; subscriptions go over a WebSocket to the same address. */
import { BadResponseError, UnreachableError, rpcError } from "../errors.ts";
import { isObject } from "../wire.ts";
import type { Transport } from "./types.ts";
import { webSocket } from "./web-socket.ts";

const REQUEST_TIMEOUT_MS = 30_000;

export function http(url: string): Transport {
  let nextId = 1;
  let socket: Transport | undefined;
  return {
    async request(method, params) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: nextId++, method, params });
      const text = await post(url, body);
      let answer: unknown;
      try {
        answer = JSON.parse(text);
      } catch (cause) {
        throw new BadResponseError(url, "something that is not JSON", cause);
      }
      if (!isObject(answer)) throw new BadResponseError(url, "something that is no object");
      if (isObject(answer.error)) throw rpcError(answer.error);
      if (answer.result === undefined) throw new BadResponseError(url, "without a result");
      return answer.result;
    },
    subscribe(params, listener) {
      socket ??= webSocket(url.replace(/^http/, "ws"));
      return socket.subscribe(params, listener);
    },
    close() {
      socket?.close();
      socket = undefined;
    },
  };
}

/** Tries twice: a server may close a kept connection at the moment it is used, and every request may be sent again safely. */
async function post(url: string, body: string): Promise<string> {
  try {
    return await postOnce(url, body);
  } catch {
    return postOnce(url, body).catch((cause: unknown) => {
      throw new UnreachableError(url, cause);
    });
  }
}

async function postOnce(url: string, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response = await fetch(url, { method: "POST", headers, body, signal });
  return response.text();
}

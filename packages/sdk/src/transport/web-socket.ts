/** JSON-RPC and subscriptions over one WebSocket, opened when first needed. */
import { BadResponseError, UnreachableError, rpcError } from "../errors.ts";
import { isObject } from "../wire.ts";
import type { SubscriptionListener, Transport } from "./types.ts";

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Connection {
  readonly socket: WebSocket;
  readonly waiting: Map<number, Waiting>;
  readonly listeners: Map<string, SubscriptionListener>;
}

export function webSocket(url: string): Transport {
  let nextId = 1;
  let opening: Promise<Connection> | undefined;

  const connect = (): Promise<Connection> =>
    (opening ??= open(url, () => {
      opening = undefined;
    }));
  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const { socket, waiting } = await connect();
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  };
  return {
    request,
    async subscribe(params, listener) {
      const connection = await connect();
      const id = String(await request("lakh_subscribe", params));
      connection.listeners.set(id, listener);
      return async () => {
        if (connection.listeners.delete(id)) await request("lakh_unsubscribe", [id]);
      };
    },
    close() {
      void opening?.then(({ socket, listeners }) => {
        listeners.clear();
        socket.close();
      });
      opening = undefined;
    },
  };
}

function open(url: string, onGone: () => void): Promise<Connection> {
  const socket = new WebSocket(url);
  const connection: Connection = { socket, waiting: new Map(), listeners: new Map() };
  const fail = (cause: unknown): UnreachableError => {
    onGone();
    const error = new UnreachableError(url, cause);
    for (const { reject } of connection.waiting.values()) reject(error);
    for (const { onError } of connection.listeners.values()) onError(error);
    connection.waiting.clear();
    connection.listeners.clear();
    return error;
  };
  socket.addEventListener("message", (event) => receive(url, connection, String(event.data)));
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(connection));
    socket.addEventListener("error", (event) => reject(fail(event)));
    socket.addEventListener("close", (event) => reject(fail(event)));
  });
}

function receive(url: string, { waiting, listeners }: Connection, text: string): void {
  const message = readMessage(text);
  if (message === undefined) {
    // It may have been the answer to any of them.
    const error = new BadResponseError(url, "something that is no JSON object");
    const asked = [...waiting.values()];
    waiting.clear();
    for (const { reject } of asked) reject(error);
    for (const { onError } of listeners.values()) onError(error);
    return;
  }
  const { id, result, error, params } = message;
  if (isObject(params)) listeners.get(String(params.subscription))?.onResult(params.result);
  const request = waiting.get(id as number);
  if (!request) return;
  waiting.delete(id as number);
  if (isObject(error)) request.reject(rpcError(error));
  else if (result === undefined) request.reject(new BadResponseError(url, "without a result"));
  else request.resolve(result);
}

function readMessage(text: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

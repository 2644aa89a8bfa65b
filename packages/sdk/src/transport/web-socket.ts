/** JSON-RPC and subscriptions over one WebSocket, opened when first needed. */
import { BadResponseError, UnreachableError, rpcError } from "../errors.ts";
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

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: Record<string, unknown>;
  readonly params?: { readonly subscription: string | number; readonly result: unknown };
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
  let message: Message;
  try {
    message = JSON.parse(text) as Message;
  } catch (cause) {
    for (const { onError } of listeners.values())
      onError(new BadResponseError(url, "something that is not JSON", cause));
    return;
  }
  if (message.params) listeners.get(String(message.params.subscription))?.onResult(message.params.result);
  const request = message.id === undefined ? undefined : waiting.get(message.id);
  if (message.id === undefined || !request) return;
  waiting.delete(message.id);
  if (message.error) request.reject(rpcError(message.error));
  else request.resolve(message.result);
}

/** Clients of every kind for a flood. Addresses of 127.0.0.0/8 stand for machines. */
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";

import WebSocket from "ws";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** A client with one address and kept connections. */
export function httpClient(port: number, localAddress: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const post = (body: string): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const call = request(
        {
          host: "127.0.0.1",
          port,
          localAddress,
          agent,
          method: "POST",
          headers: { "content-type": "application/json" },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }),
          );
          response.on("error", reject);
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  return { post, close: (): void => agent.destroy() };
}

/** Opens a WebSocket. @returns the socket, or the status with which it was refused */
export function openSocket(port: number, localAddress: string): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { localAddress });
    socket.on("open", () => resolve(socket));
    socket.on("unexpected-response", (_, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", reject); // of no effect once it is open
  });
}

/** Connections that say half a request and then nothing. */
export function openSilent(port: number, localAddress: string, count: number): Promise<Socket[]> {
  const one = (): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, localAddress });
      socket.on("error", () => resolve(socket));
      socket.on("connect", () => {
        socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
        resolve(socket);
      });
    });
  return Promise.all(Array.from({ length: count }, one));
}

/** The value below which `share` of the sorted values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

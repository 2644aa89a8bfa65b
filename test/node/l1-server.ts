/** The in-process chain as an L1 over HTTP, for children and for faults on the way. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface L1Server {
  readonly url: string;
  /** While true, every request breaks off. */
  isDown: boolean;
  close(): Promise<void>;
}

interface Requester {
  request(call: { method: string; params: unknown[] }): Promise<unknown>;
}

interface RpcCall {
  readonly id: number;
  readonly method: string;
  readonly params?: unknown[];
}

export async function serveL1(provider: Requester): Promise<L1Server> {
  const server = createServer((request, response) => {
    if (state.isDown) {
      request.socket.destroy();
      return;
    }
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as RpcCall | RpcCall[];
      const answer = async ({ id, method, params = [] }: RpcCall): Promise<object> => {
        try {
          return { jsonrpc: "2.0", id, result: await provider.request({ method, params }) };
        } catch (error) {
          return { jsonrpc: "2.0", id, error: { code: -32000, message: String(error) } };
        }
      };
      const answers = Array.isArray(body) ? await Promise.all(body.map(answer)) : await answer(body);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answers));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const state = {
    // A TCP server's address is an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isDown: false,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}

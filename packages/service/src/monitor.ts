import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";

import { fatal } from "./errors.ts";
import type { HealthReport } from "./health.ts";

export interface MonitorConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface Monitor {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (200 or 503, JSON) and `/metrics` (Prometheus text).
 * @throws CodedError fatal `CannotListen`
 */
export async function serveMonitor(
  config: MonitorConfig,
  { health, registry }: { health: () => HealthReport; registry: Registry },
): Promise<Monitor> {
  const server = createServer((request, response) => {
    void answer(request.url ?? "/", response, health, registry);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const { host, port } = config;
      reject(fatal("CannotListen", `cannot listen on ${host}:${port}: ${error.message}`, { host, port }, error));
    });
    server.listen(config.port, config.host, resolve);
  });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  // A TCP server's address is an AddressInfo.
  return { port: (server.address() as AddressInfo).port, close };
}

async function answer(
  url: string,
  response: ServerResponse,
  health: () => HealthReport,
  registry: Registry,
): Promise<void> {
  if (url === "/healthz") {
    const report = health();
    response.writeHead(report.healthy ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify(report));
  } else if (url === "/metrics") {
    try {
      const body = await registry.metrics();
      response.writeHead(200, { "content-type": registry.contentType }).end(body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  } else {
    response.writeHead(404).end();
  }
}

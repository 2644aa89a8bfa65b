import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** A registry of the service's own, so that several run in one process. Names of metrics start with `lakh_` and end in a unit. */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  return registry;
}

/** Adds the process's own metrics (memory, CPU, event loop); for a process that is one service. */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  const help = "Memory of ArrayBuffers and SharedArrayBuffers, part of the external memory";
  addGauge(registry, "nodejs_array_buffers_bytes", help, () => process.memoryUsage().arrayBuffers);
}

/** Adds a value that is read when the metrics are asked for. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

export type { Registry };

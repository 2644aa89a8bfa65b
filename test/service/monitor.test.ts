import { createHealth, createRegistry, CodedError, serveMonitor, systemClock } from "@lakh/service";
import { expect } from "chai";
import { Gauge } from "prom-client";

describe("service > serveMonitor", () => {
  it("serves health and metrics, and nothing else", async () => {
    const registry = createRegistry("tester");
    new Gauge({ name: "lakh_test_items", help: "items", registers: [registry] }).set(3);
    const health = createHealth(systemClock, 60_000);
    const monitor = await serveMonitor({ host: "127.0.0.1", port: 0 }, { health: health.report, registry });
    const get = (path: string) => fetch(`http://127.0.0.1:${monitor.port}${path}`);
    try {
      expect((await get("/healthz")).status).to.equal(503);
      health.good();
      const answer = await get("/healthz");
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.include({ healthy: true, fault: null });
      expect(await (await get("/metrics")).text()).to.contain('lakh_test_items{service="tester"} 3');
      expect((await get("/")).status).to.equal(404);
      const twice = serveMonitor({ host: "127.0.0.1", port: monitor.port }, { health: health.report, registry });
      const error: unknown = await twice.catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(CodedError).and.include({ code: "CannotListen", severity: "fatal" });
    } finally {
      await monitor.close();
    }
  });
});

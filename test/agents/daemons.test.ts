import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Claims__factory, deploymentText, Inbox__factory } from "@lakh/bindings";
import { challengerOptions, runChallenger } from "@lakh/challenger";
import { proposerOptions, runProposer } from "@lakh/proposer";
import { createLifecycle, readOptions, silentLog, type Clock } from "@lakh/service";
import { expect } from "chai";

import { developmentKey, openServedL1 } from "./wire.ts";

/** A clock whose sleeps the test ends, one after the other. */
function handClock() {
  let wake: () => void = () => undefined;
  let fellAsleep: () => void = () => undefined;
  let asleep = new Promise<void>((resolve) => (fellAsleep = resolve));
  const clock: Clock = {
    nowMilliseconds: () => 0,
    sleep: async (_, signal) => {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      signal?.addEventListener("abort", () => wake());
      fellAsleep();
      if (!signal?.aborted) await woken;
    },
  };
  return {
    clock,
    /** Resolves when the daemon pauses. */
    pause: () => asleep,
    /** Ends the pause; resolves at the next one. */
    next: (): Promise<void> => {
      asleep = new Promise<void>((resolve) => (fellAsleep = resolve));
      wake();
      return asleep;
    },
  };
}

describe("proposer and challenger as daemons", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-daemons-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("outlive an outage of L1, stop in good order, and go on after a restart without claiming twice", async function () {
    this.timeout(60_000);
    const { provider, deployment, l1, close } = await openServedL1();
    const file = join(folder, "deployment.json");
    writeFileSync(file, deploymentText(deployment));
    const inbox = Inbox__factory.connect(deployment.inbox, await provider.getSigner(2));
    const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
    await (await inbox.appendBatch(await inbox.acc(0), now, "0x01aa01bb")).wait();
    const claims = Claims__factory.connect(deployment.claims, provider);
    const made = async (): Promise<number> => (await claims.queryFilter(claims.filters.ClaimMade())).length;

    const envOf = (role: string, account: number): Record<string, string> => ({
      [`LAKH_${role}_L1_URL`]: l1.url,
      [`LAKH_${role}_DEPLOYMENT`]: file,
      [`LAKH_${role}_DATA_DIR`]: join(folder, role),
      [`LAKH_${role}_KEY`]: developmentKey(account),
      [`LAKH_${role}_MONITOR_PORT`]: "0",
    });
    const startProposer = async () => {
      const env = { ...envOf("PROPOSER", 3), LAKH_PROPOSER_CLAIM_INTERVAL_SECONDS: "0" };
      const options = readOptions(proposerOptions, { role: "proposer", argv: [], env });
      const [hand, log] = [handClock(), silentLog()];
      const lifecycle = createLifecycle(log);
      const daemon = await runProposer(options, { log, clock: hand.clock, lifecycle });
      return { daemon, lifecycle, ...hand };
    };

    const proposer = await startProposer();
    await proposer.pause();
    expect(await made()).to.equal(2);
    await proposer.next();
    expect(proposer.daemon.health()).to.include({ healthy: true, fault: null });
    l1.isAway = true;
    await proposer.next();
    expect(proposer.daemon.health()).to.include({ fault: "L1Unreachable" });
    l1.isAway = false;
    await proposer.next();
    expect(proposer.daemon.health()).to.include({ healthy: true, fault: null });
    await proposer.lifecycle.stop("test");
    await proposer.daemon.done;

    const again = await startProposer();
    await again.pause();
    expect(await made()).to.equal(2);
    await again.lifecycle.stop("test");

    const options = readOptions(challengerOptions, { role: "challenger", argv: [], env: envOf("CHALLENGER", 4) });
    const [hand, log] = [handClock(), silentLog()];
    const lifecycle = createLifecycle(log);
    const challenger = await runChallenger(options, { log, clock: hand.clock, lifecycle });
    await hand.pause();
    expect(challenger.health()).to.include({ healthy: true, fault: null });
    const metrics = await (await fetch(`http://127.0.0.1:${challenger.monitorPort}/metrics`)).text();
    expect(metrics).to.match(/^lakh_game_claims_pending\{.*\} 1$/m);
    await lifecycle.stop("test");
    await close();
  });
});

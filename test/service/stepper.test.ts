import { expect } from "chai";

import {
  createHealth,
  createLifecycle,
  fatal,
  retry,
  runStepper,
  silentLog,
  type Clock,
  type StepReport,
} from "@lakh/service";

/** A clock whose sleeps end at once and are written down. */
function fakeClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    nowMilliseconds: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Runs these passes one after the other, then stops. */
async function run(passes: (() => StepReport)[], clock: Clock): Promise<void> {
  const controller = new AbortController();
  const step = async (): Promise<StepReport> => {
    const pass = passes.shift();
    if (passes.length === 0) controller.abort();
    return pass ? pass() : { did: [] };
  };
  const log = silentLog();
  await runStepper({ stepper: { step }, intervalMilliseconds: 1_000, log, clock, signal: controller.signal });
}

const fails = (): StepReport => {
  throw retry("Busy", "try again");
};

describe("service > runStepper", () => {
  it("pauses when there was nothing to do, goes on at once when there was", async () => {
    const clock = fakeClock();
    await run([() => ({ did: [] }), () => ({ did: ["something"] }), () => ({ did: [] })], clock);
    expect(clock.slept).to.deep.equal([1_000, 0, 1_000]);
  });

  it("backs off while steps fail, up to 30 s, and begins anew after a good one", async () => {
    const clock = fakeClock();
    await run([...Array.from({ length: 7 }, () => fails), () => ({ did: [] }), fails, () => ({ did: [] })], clock);
    expect(clock.slept.slice(0, 9)).to.deep.equal([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 1_000, 1_000]);
  });

  it("stops with a fatal error, and with one that is not coded", async () => {
    for (const error of [fatal("WrongChain", "wrong"), new RangeError("broken")]) {
      const throws = (): StepReport => {
        throw error;
      };
      const outcome = await run([throws, () => ({ did: [] })], fakeClock()).catch((thrown: unknown) => thrown);
      expect(outcome).to.equal(error);
    }
  });
});

describe("service > createHealth", () => {
  it("is healthy while a step went well not long ago", async () => {
    const clock = fakeClock();
    const health = createHealth(clock, 5_000);
    expect(health.report()).to.deep.equal({ healthy: false, lastGoodStep: null, fault: null });
    health.good();
    health.bad(retry("Busy", "try again"));
    expect(health.report()).to.include({ healthy: true, fault: "Busy" });
    await clock.sleep(5_001);
    expect(health.report().healthy).to.equal(false);
  });
});

describe("service > createLifecycle", () => {
  it("aborts, then closes in reverse, once, whatever fails", async () => {
    const lifecycle = createLifecycle(silentLog());
    const closed: string[] = [];
    lifecycle.onClose("first", () => void closed.push("first"));
    lifecycle.onClose("second", () => {
      closed.push("second");
      throw new Error("cannot close");
    });
    lifecycle.onClose("third", async () => void closed.push(`third ${lifecycle.signal.aborted}`));
    await Promise.all([lifecycle.stop("test"), lifecycle.stop("again")]);
    expect(closed).to.deep.equal(["third true", "second", "first"]);
  });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { FAIL_POINTS } from "@lakh/service";
import { expect } from "chai";

const SERVICE = join(import.meta.dirname, "../../packages/service/src/fail-point.ts");

/** How a process ends that passes each point twice. */
function endOf(wanted: string): NodeJS.Signals | number | null {
  const passes = FAIL_POINTS.map((point) => `failPoint("${point}"); failPoint("${point}", "a.file");`).join("");
  const script = `import { failPoint } from ${JSON.stringify(SERVICE)}; ${passes}`;
  const env = { ...process.env, LAKH_FAIL_POINT: wanted };
  const { signal, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { env });
  return signal ?? status;
}

describe("service > failPoint", () => {
  it("kills the process at the point asked for, the time asked for, and nowhere else", () => {
    expect(endOf("")).to.equal(0);
    expect(endOf("no-such-point")).to.equal(0);
    expect(endOf("transaction-sent")).to.equal("SIGKILL");
    expect(endOf("transaction-sent:2")).to.equal("SIGKILL");
    expect(endOf("transaction-sent:3")).to.equal(0);
    expect(endOf("transaction-sent@a.file")).to.equal("SIGKILL");
    expect(endOf("transaction-sent@a.file:2")).to.equal(0);
    expect(endOf("transaction-sent@b.file")).to.equal(0);
  });
});

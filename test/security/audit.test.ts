import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Policy, advisoriesOf, judge } from "../../scripts/audit-policy.ts";

const POLICY = JSON.parse(readFileSync(join(import.meta.dirname, "../../audit-policy.json"), "utf8")) as Policy;

const advisory = (number: number, severity: string) => ({
  url: `https://github.com/advisories/GHSA-${number}`,
  name: `package-${number}`,
  title: "a fault",
  severity,
});

describe("npm run audit", () => {
  it("reads each advisory once, and refuses what is no report", () => {
    const [one, two] = [advisory(1, "high"), advisory(2, "low")];
    const report = { vulnerabilities: { a: { via: [one, "b"] }, b: { via: [one, two] }, c: { via: ["a"] } } };
    expect(advisoriesOf(report)).to.deep.equal([one, two]);
    expect(() => advisoriesOf({ message: "405 Method Not Allowed" })).to.throw("405");
  });

  it("fails on what the policy forbids, more strictly at run time", () => {
    const moderate = advisory(1, "moderate");
    expect(judge([moderate], [moderate], POLICY, "2026-11-20").failures).to.equal(1);
    expect(judge([], [moderate], POLICY, "2026-11-20").failures).to.equal(0);
    expect(judge([], [advisory(2, "high"), advisory(3, "low")], POLICY, "2026-11-20").failures).to.equal(1);
  });

  it("accepts an advisory with a reason until its day, and says when an acceptance is stale", () => {
    const high = advisory(1, "high");
    const policy = { ...POLICY, accepted: [{ url: high.url, reason: "not reachable", until: "2026-12-01" }] };
    expect(judge([high], [high], policy, "2026-11-30").failures).to.equal(0);
    expect(judge([high], [high], policy, "2026-12-01").failures).to.equal(1);
    expect(judge([], [], policy, "2026-11-30").lines).to.have.length(1);
  });

  it("has a policy whose acceptances all have a reason and a day", () => {
    for (const { url, reason, until } of POLICY.accepted) {
      expect(url).to.match(/^https:\/\//);
      expect(reason).not.to.equal("");
      expect(until).to.match(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

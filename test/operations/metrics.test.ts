/** Alerts and dashboard name metrics that exist, and the guide says what to do about every alert. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const METRIC = /\blakh_[a-z0-9]+_[a-z0-9_]+\b/g;

/** Metrics that the packages register. */
function registered(): Set<string> {
  const sources = globSync("packages/*/src/**/*.ts", { cwd: root }).map(read);
  return new Set(sources.flatMap((source) => source.match(/(?<=["'`])lakh_[a-z0-9_]+(?=["'`])/g) ?? []));
}

describe("operations", () => {
  for (const file of ["operations/alerts.yml", "operations/dashboard.json"])
    it(`${file} names only metrics that exist`, () => {
      const known = registered();
      const named = [...new Set(read(file).match(METRIC) ?? [])].filter((name) => !name.endsWith("_"));
      expect(named.length).to.be.greaterThan(0);
      expect(named.filter((name) => !known.has(name))).to.deep.equal([]);
    });

  it("shows every metric of the daemons on the dashboard", () => {
    const shown = new Set(read("operations/dashboard.json").match(METRIC));
    const daemons = [...registered()].filter((name) => /^lakh_(node|batcher|game|challenger|l1)_/.test(name));
    expect(daemons.filter((name) => !shown.has(name))).to.deep.equal([]);
  });

  it("the guide says what to do about every alert", () => {
    const alerts = [...read("operations/alerts.yml").matchAll(/alert: (\w+)/g)].map(([, name = ""]) => name);
    const guide = read("docs/OPERATE.md");
    expect(alerts.length).to.be.greaterThan(8);
    expect(alerts.filter((name) => !guide.includes(`\`${name}\``))).to.deep.equal([]);
  });
});

/** Alerts and dashboard name metrics that exist, and the guide says what to do about every alert. */
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { expect } from "chai";

/** The YAML reader of mocha, a dependency of it. */
const mocha = createRequire(createRequire(import.meta.url).resolve("mocha"));
const yaml = mocha("js-yaml") as { load(text: string): unknown };

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

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

  it("alerts are rules as Prometheus reads them, and ask no single series whether nothing happened", () => {
    const { groups } = yaml.load(read("operations/alerts.yml")) as { groups: { name: string; rules: Rule[] }[] };
    for (const { alert, expr, labels, annotations } of groups.flatMap(({ rules }) => rules)) {
      expect(labels.severity, alert).to.be.oneOf(["page", "ticket"]);
      expect(annotations.summary, alert).to.be.a("string").and.not.equal("");
      expect(expr.match(/\(/g)?.length, alert).to.equal(expr.match(/\)/g)?.length);
      // A counter with labels has a series for each value that it met: one that stands still says nothing of the others.
      expect(expr, alert).not.to.match(/(?:rate|increase)\([^)]*\) == 0/);
    }
    const { rule_files } = yaml.load(read("operations/prometheus.yml")) as { rule_files: string[] };
    expect(rule_files).to.deep.equal(["alerts.yml"]);
  });

  it("the dashboard is JSON whose panels all ask for something", () => {
    const { panels } = JSON.parse(read("operations/dashboard.json")) as { panels: Panel[] };
    expect(panels.length).to.be.greaterThan(8);
    for (const { title, targets } of panels) {
      expect(targets, title).to.be.an("array").and.not.be.empty;
      for (const { expr } of targets) expect(expr, title).to.be.a("string").and.not.equal("");
    }
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

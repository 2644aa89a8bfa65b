/** The guide's table of a node's limits names options that exist, with their defaults. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { nodeOptions } from "@lakh/node";
import type { OptionTable } from "@lakh/service";
import { expect } from "chai";

const guide = readFileSync(join(import.meta.dirname, "../../docs/OPERATE.md"), "utf8");
const MEBIBYTE = 2 ** 20;

function valueOf(written: string): unknown {
  if (written === "none") return [];
  const [, digits = "", unit] = /^([\d,]+)( MiB)?$/.exec(written) ?? [];
  return Number(digits.replaceAll(",", "")) * (unit ? MEBIBYTE : 1);
}

describe("the limits of a node in the guide", () => {
  const section = guide.split("\n## ").find((part) => part.startsWith("Limits of a node")) ?? "";
  const rows = section.split("\n").flatMap((line) => {
    const [, names = "", defaults = ""] = line.split("|").map((cell) => cell.trim());
    const options = [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    return options.map((name, i) => ({ name, written: defaults.split(/, (?=\d)/)[i] ?? "" }));
  });

  it("are options with these defaults", () => {
    expect(rows.length).to.be.greaterThan(20);
    const table: OptionTable = nodeOptions;
    for (const { name, written } of rows) {
      expect(table, name).to.have.property(name);
      expect(table[name]?.fallback, name).to.deep.equal(valueOf(written));
    }
  });

  it("are all that bound what others send", () => {
    const bounds = Object.keys(nodeOptions).filter((name) =>
      /^(rpc|stream)(Max|Calls|Connection|Total|Turn)/.test(name),
    );
    expect(bounds.filter((name) => !rows.some((row) => row.name === name))).to.deep.equal([]);
  });
});

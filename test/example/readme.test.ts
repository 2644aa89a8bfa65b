import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const root = join(import.meta.dirname, "../..");
const EXAMPLE = /<!-- example:start -->\n([\s\S]*?)<!-- example:end -->/;

describe("the integrator's example", () => {
  const source = readFileSync(join(root, "examples/integrator.ts"), "utf8");

  it("has at most 40 lines", () => {
    expect(source.trimEnd().split("\n").length).to.be.at.most(40);
  });

  // LAKH_UPDATE_README=1 writes it there.
  it("stands in the README as it is", () => {
    const file = join(root, "README.md");
    const readme = readFileSync(file, "utf8");
    const shown = `<!-- example:start -->\n\n\`\`\`ts\n${source.trimEnd()}\n\`\`\`\n\n<!-- example:end -->`;
    if (process.env.LAKH_UPDATE_README === "1")
      writeFileSync(
        file,
        readme.replace(EXAMPLE, () => shown),
      );
    expect(EXAMPLE.exec(readFileSync(file, "utf8"))?.[0]).to.equal(shown);
  });
});

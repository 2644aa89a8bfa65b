import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

const packages = join(import.meta.dirname, "../../packages");
/** What a browser can load, by package. */
const ALLOWED: Record<string, RegExp> = {
  sdk: /^(\.{1,2}\/|@lakh\/protocol$|@lakh\/bindings\/(abis|deployments)$|viem(\/|$))/,
  protocol: /^(\.{1,2}\/|@noble\/)/,
};

describe("SDK in a browser", () => {
  for (const [name, allowed] of Object.entries(ALLOWED))
    it(`${name} imports nothing that only Node has`, () => {
      const root = join(packages, name, "src");
      const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
      const foreign = files.flatMap((file) => {
        const text = readFileSync(join(root, file), "utf8");
        const imports = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
        return imports.filter((from) => !allowed.test(from)).map((from) => `${file}: ${from}`);
      });
      expect(foreign).to.deep.equal([]);
      expect(files.length).to.be.greaterThan(5);
    });
});

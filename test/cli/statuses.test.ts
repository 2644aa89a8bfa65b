import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { EXIT_CODES, complaint } from "@lakh/cli";
import { fatal } from "@lakh/service";
import { expect } from "chai";

import { lakh } from "./run.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("lakh", () => {
  describe("exit statuses", () => {
    const listed = Object.entries(EXIT_CODES).flatMap(([status, codes]) =>
      codes.map((code): [string, number] => [code, Number(status)]),
    );

    it("have each code once, and no code that nothing throws", () => {
      const codes = listed.map(([code]) => code);
      expect(new Set(codes).size).to.equal(codes.length);
      const sources = globSync(join(ROOT, "packages/*/src/**/*.ts"))
        .filter((file) => !file.endsWith("exit-code.ts"))
        .map((file) => readFileSync(file, "utf8"))
        .join("\n");
      expect(codes.filter((code) => !sources.includes(`"${code}"`))).to.deep.equal([]);
    });

    it("are what the table says; a fault that it does not name is 1", () => {
      for (const [code, status] of listed) expect(complaint(fatal(code, "")).exitCode, code).to.equal(status);
      expect(complaint(fatal("StoreCorrupt", "")).exitCode).to.equal(1);
      expect(complaint(new Error("a bug")).exitCode).to.equal(1);
    });

    it("stand in docs/OPERATE.md", () => {
      const text = readFileSync(join(ROOT, "docs/OPERATE.md"), "utf8");
      for (const status of [0, 1, ...Object.keys(EXIT_CODES)])
        expect(text).to.match(new RegExp(`^\\| ${status} \\|`, "m"));
    });
  });

  describe("environment", () => {
    const KEY = `0x${"a1".repeat(32)}`;

    it("warns of variables that no command reads, with the near name, and never shows a value", async () => {
      const { stderr } = await lakh(["asset", "--help"], {
        LAKH_KEYFILE: KEY,
        LAKH_NODE_MODDE: "x",
        LAKH_ELSEWHERE: "x",
        LAKH_BATCHER_KEY: KEY,
        LAKH_KERNELS: "native",
        OTHER: "x",
      });
      expect(stderr.split("\n").filter((line) => line !== "")).to.deep.equal([
        "warning UnknownVariable: no command reads LAKH_KEYFILE; did you mean LAKH_KEY_FILE?",
        "warning UnknownVariable: no command reads LAKH_NODE_MODDE; did you mean LAKH_NODE_MODE?",
        "warning UnknownVariable: no command reads LAKH_ELSEWHERE",
      ]);
    });

    it("warns in JSON too", async () => {
      const { stderr } = await lakh(["asset", "--help", "--json"], { LAKH_L1URL: "x" });
      const warning = { code: "UnknownVariable", variable: "LAKH_L1URL", near: "LAKH_L1_URL" };
      expect(JSON.parse(stderr)).to.deep.equal({ warning });
    });
  });
});

/** `lakh` as a program of its own: what it starts ends with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { writeDeployment } from "./deployment.ts";

const LAKH = join(import.meta.dirname, "../../packages/cli/bin/lakh.js");

/** A command line; `heard` comes when it said so, `closed` when nobody can write to its output any more. */
function start(...argv: string[]) {
  const launcher = spawn(process.execPath, [LAKH, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  const { stdout } = launcher;
  let text = "";
  stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(stdout, "close").then(() => "closed");
  const heard = async (word: string): Promise<void> => {
    while (!text.includes(word)) {
      const event = await Promise.race([once(stdout, "data"), closed]);
      if (event === "closed") throw new Error(`it ended without ${word}: ${text}`);
    }
  };
  return { launcher, output: () => text, heard, closed };
}

describe("lakh, launched", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-launcher-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const signal of ["SIGKILL", "SIGTERM"] as const)
    it(`leaves no daemon behind when it gets ${signal}`, async () => {
      const deployment = join(folder, "deployment.json");
      writeDeployment(deployment);
      const away = ["--l1-url", "http://127.0.0.1:1", "--deployment", deployment, "--data-dir", folder];
      const { launcher, output, heard, closed } = start("node", ...away);
      await heard("L1Unreachable"); // it waits for L1 for ever
      const exit = once(launcher, "exit");
      launcher.kill(signal);
      await Promise.all([exit, closed]);
      expect(output()).to.include('"Stopping"');
      expect(launcher.exitCode).to.equal(signal === "SIGTERM" ? 0 : null);
    });

  it("ends with the command's status", async () => {
    const { launcher } = start("--help");
    expect((await once(launcher, "exit"))[0]).to.equal(0);
    const { launcher: wrong } = start("fly");
    expect((await once(wrong, "exit"))[0]).to.equal(2);
  });
});

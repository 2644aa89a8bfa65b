/** `lakh` as a program of its own: what it starts ends with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import { expect } from "chai";

import { writeDeployment } from "./deployment.ts";

const LAKH = join(import.meta.dirname, "../../packages/cli/bin/lakh.js");
const MAIN = join(import.meta.dirname, "../../packages/cli/src/main.ts");
const HUSH = "hush-0123456789abcdef";
/** A module that throws when a signal comes, as a library may at any time. Its own text, which a stack names, has no secret. */
const BOMB = `process.on("SIGUSR2", () => {
  const requestUrl = "https://l1.example/" + ${JSON.stringify(HUSH.split("-"))}.join("-");
  throw Object.assign(new Error("at " + requestUrl), { info: { requestUrl } });
});`;

/** A command line; `heard` comes when it said so, `closed` when nobody can write to its output any more. */
function start(...argv: string[]) {
  return follow(spawn(process.execPath, [LAKH, ...argv], { stdio: ["ignore", "pipe", "inherit"] }));
}

function follow<Child extends ChildProcess & { readonly stdout: Readable }>(launcher: Child) {
  const { stdout } = launcher;
  let said = "";
  stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const closed = once(stdout, "close").then(() => "closed");
  const heard = async (word: string): Promise<void> => {
    while (!said.includes(word)) {
      const event = await Promise.race([once(stdout, "data"), closed]);
      if (event === "closed") throw new Error(`it ended without ${word}: ${said}`);
    }
  };
  return { launcher, output: () => said, heard, closed };
}

describe("lakh, launched", function () {
  this.timeout(60_000);
  let folder: string;
  let away: string[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-launcher-"));
    const deployment = join(folder, "deployment.json");
    writeDeployment(deployment);
    away = ["--l1-url", "http://127.0.0.1:1", "--deployment", deployment, "--data-dir", folder];
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const signal of ["SIGKILL", "SIGTERM"] as const)
    it(`leaves no daemon behind when it gets ${signal}`, async () => {
      const { launcher, output, heard, closed } = start("node", ...away);
      await heard("L1Unreachable"); // it waits for L1 for ever
      const exit = once(launcher, "exit");
      launcher.kill(signal);
      await Promise.all([exit, closed]);
      expect(output()).to.include('"Stopping"');
      expect(launcher.exitCode).to.equal(signal === "SIGTERM" ? 0 : null);
    });

  it("ends with status 1 by what nobody caught, and repeats no URL's path", async () => {
    const bomb = ["--import", `data:text/javascript,${encodeURIComponent(BOMB)}`];
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(process.execPath, [...bomb, MAIN, "node", ...away], { stdio: [...stdio] });
    const complaint = text(child.stderr);
    const { heard } = follow(child);
    await heard("L1Unreachable");
    const exit = once(child, "exit");
    child.kill("SIGUSR2");
    expect((await exit)[0]).to.equal(1);
    expect(await complaint)
      .to.include("error Unexpected")
      .and.include("https://l1.example")
      .and.not.include(HUSH);
  });

  it("ends with the command's status", async () => {
    const { launcher } = start("--help");
    expect((await once(launcher, "exit"))[0]).to.equal(0);
    const { launcher: wrong } = start("fly");
    expect((await once(wrong, "exit"))[0]).to.equal(2);
  });
});

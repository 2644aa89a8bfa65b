/** A fresh anvil (from npm) on a port of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

/** The binary itself: the package's own command is a process around it, which leaves it behind when it is killed. */
const PLATFORM = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const ANVIL = join(import.meta.dirname, `../../node_modules/@foundry-rs/anvil-${PLATFORM}/bin/anvil`);
const START_MILLISECONDS = 30_000;

export interface Anvil {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startAnvil(...more: string[]): Promise<Anvil> {
  const child = spawn(ANVIL, ["--hardfork", "osaka", "--port", "0", ...more], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString();
      const match = /Listening on 127\.0\.0\.1:(\d+)/.exec(text);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`anvil ended: ${text}`)));
    setTimeout(() => reject(new Error("anvil does not start")), START_MILLISECONDS).unref();
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  try {
    return { url: `http://127.0.0.1:${await port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A devnet for tests: everything that `npm start` runs, with windows of a few seconds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Stack, devnetOptions, startStack } from "@lakh/devnet";
import { readOptions } from "@lakh/service";

const FAST = { challengeSeconds: 4, defendSeconds: 4, replySeconds: 4 };

/** A running devnet; `stop` ends it and removes its folder. */
export async function startDevnet(...more: string[]): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), "lakh-test-devnet-"));
  const file = join(import.meta.dirname, "../../parameters/devnet.json");
  const parameters = join(dir, "parameters.json");
  writeFileSync(parameters, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...FAST }));
  const l1Port = String(await freePort());
  const flags = ["--l1-port", l1Port, "--rpc-port", "0", "--follower-port", "0", "--parameters", parameters, ...more];
  const options = readOptions(devnetOptions, { role: "devnet", argv: flags, env: {} });
  const stack = await startStack(options, () => undefined);
  const stop = async (): Promise<void> => {
    await stack.stop();
    rmSync(dir, { recursive: true });
  };
  return { ...stack, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** An L1 that says yes to an account's transactions and forgets them, so that they must be replaced. */
import { Transaction } from "ethers";

import { serveL1 } from "../../test/node/l1-server.ts";
import { onCleanUp } from "../../test/node/world.ts";
import type { DaemonRun } from "./daemon-child.ts";
import { pause } from "./pause.ts";

const BLOCK_MILLISECONDS = 50;

interface Requester {
  request(call: { method: string; params: unknown[] }): Promise<unknown>;
}

export class ForgetfulL1 {
  /** Whose transactions are forgotten. */
  readonly forgotten = new Set<string>();
  private readonly provider: Requester;

  private constructor(provider: Requester) {
    this.provider = provider;
  }

  /** Serves it until `cleanUp`. */
  static async serve(provider: Requester): Promise<{ l1: ForgetfulL1; url: string }> {
    const l1 = new ForgetfulL1(provider);
    const { url, close } = await serveL1(l1);
    onCleanUp(close);
    return { l1, url };
  }

  async request(call: { method: string; params: unknown[] }): Promise<unknown> {
    if (call.method === "eth_sendRawTransaction") {
      const { from, hash } = Transaction.from(String(call.params[0]));
      if (this.forgotten.has(from ?? "")) return hash;
    }
    return this.provider.request(call);
  }

  /** Mines blocks while somebody's transactions are forgotten and the run lives. */
  async mineUntil(run: DaemonRun): Promise<void> {
    while (this.forgotten.size > 0 && !run.isOver) {
      await this.provider.request({ method: "evm_mine", params: [] });
      await pause(BLOCK_MILLISECONDS);
    }
  }
}

/** The parent's side of the load generator. */
import { type ChildProcess, fork } from "node:child_process";

import { ownChild } from "../stack/ending.ts";
import type { FromGenerator, FromParent, LoadOrder, LoadReport } from "./orders.ts";

export class LoadProcess {
  private readonly child: ChildProcess;

  constructor() {
    this.child = ownChild(fork(new URL("./generator.ts", import.meta.url), { stdio: "inherit" }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Reads the envelopes and connects; nothing is sent yet. */
  async prepare(order: LoadOrder): Promise<void> {
    await this.ask({ kind: "prepare", order });
  }

  /** Applies the load that was prepared. @throws Error when the node or the generator fails */
  async run(): Promise<LoadReport> {
    const answer = await this.ask({ kind: "go" });
    if (answer.kind !== "done") throw new Error("the load generator has no report");
    return answer.report;
  }

  stop(): void {
    this.child.kill();
  }

  private ask(message: FromParent): Promise<FromGenerator> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the load generator ended with ${code}`));
      this.child.once("exit", ended);
      this.child.once("message", (answer: FromGenerator) => {
        this.child.off("exit", ended);
        if (answer.kind === "failed") reject(new Error(answer.why));
        else resolve(answer);
      });
      this.child.send(message);
    });
  }
}

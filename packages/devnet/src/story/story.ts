/** The story, from the first deposit to the last root. */

import { openFront } from "../front.ts";
import { Ledger, type Telling } from "../ledger.ts";
import { person } from "../people.ts";
import type { Stack } from "../stack.ts";
import { landBatch, makeClaim } from "./batch.ts";
import { burst } from "./burst.ts";
import { finalizeExit } from "./exit.ts";
import { force } from "./force.ts";
import { beatLiar } from "./lie.ts";
import { depositEth, depositToken } from "./money.ts";
import type { Scene } from "./scene.ts";
import { trade } from "./trade.ts";

export interface StorySettings {
  /** Envelopes in the burst. */
  readonly burst: number;
  readonly print: (text: string) => void;
}

/** Tells the story on a running stack. @returns the accounts of it @throws CodedError, LakhError: what went another way than told */
export async function tellStory(stack: Stack, { burst: count, print }: StorySettings): Promise<Ledger> {
  const { l1Url, rpcUrl } = stack;
  const front = await openFront(rpcUrl);
  const ledger = new Ledger(print);
  try {
    const [alice, bob] = [person("alice", l1Url, rpcUrl), person("bob", l1Url, rpcUrl)];
    const scene: Scene = { stack, ledger, alice, bob, carol: person("carol", l1Url, front.url), front };
    const l1 = alice.l1.public;
    const deployment = ({ say, sent }: Telling): Promise<void> => {
      sent(...stack.deployed);
      say(`Inbox ${stack.deployment.inbox}, Bridge ${stack.deployment.bridge}, Claims ${stack.deployment.claims}`);
      return Promise.resolve();
    };
    await ledger.step("L1, contracts and services start", l1, deployment, stack.startSeconds);
    const accounts = await ledger.step("Users deposit ETH", l1, (telling) => depositEth(scene, telling));
    const usdc = await ledger.step("An ERC-20 is listed and deposited", l1, (telling) =>
      depositToken(scene, accounts, telling),
    );
    const trades = await ledger.step("A pool opens, people trade", l1, (telling) =>
      trade(scene, accounts, usdc, telling),
    );
    await ledger.step("A batch lands on L1", l1, (telling) => landBatch(scene, trades.lastEntry, telling));
    await ledger.step("A claim is made", l1, (telling) => makeClaim(scene, trades.lastEntry, telling));
    await ledger.step("A lying proposer is beaten", l1, (telling) => beatLiar(scene, telling));
    await ledger.step("A forced envelope goes around a deaf sequencer", l1, (telling) =>
      force(scene, accounts, telling),
    );
    await ledger.step("An exit is finalized", l1, (telling) => finalizeExit(scene, trades, telling));
    await ledger.step("A burst of signed envelopes", l1, (telling) => burst(scene, accounts, count, telling));
    return ledger;
  } finally {
    await front.close();
  }
}

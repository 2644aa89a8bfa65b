/** An exit is finalized, and the money is there. */
import { ETH_SHIFT } from "@lakh/protocol";
import { fatal } from "@lakh/service";

import type { Telling } from "../ledger.ts";
import { type Scene, eth, short } from "./scene.ts";
import type { Trades } from "./trade.ts";

const CONFIRM_SECONDS = 120;

export async function finalizeExit({ alice }: Scene, trades: Trades, telling: Telling): Promise<void> {
  const { client, l1 } = alice;
  const claim = await client.waitForConfirmed({ entry: trades.lastEntry, timeoutSeconds: CONFIRM_SECONDS });
  telling.say(`claim ${short(claim.id)} is confirmed up to entry ${claim.head.endEntry}`);
  const before = await l1.public.getBalance({ address: trades.payee });
  const { hash } = await client.finalizeExit(trades.exit);
  telling.sent(hash);
  const balance = await l1.public.getBalance({ address: trades.payee });
  const due = trades.withdrawn * 10n ** BigInt(ETH_SHIFT);
  if (balance - before !== due)
    throw fatal("WrongBalance", `${trades.payee} got ${balance - before} wei, not ${due}`, { balance, before, due });
  telling.say(`exit ${trades.exit} is finalized: ${trades.payee} has ${eth(trades.withdrawn)} on L1`);
}

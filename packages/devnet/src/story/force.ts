/** A forced envelope goes around a deaf sequencer that refuses its user. */
import type { Hex } from "@lakh/protocol";
import { BusyError, L1RevertError } from "@lakh/sdk";
import { fatal } from "@lakh/service";

import type { Telling } from "../ledger.ts";
import { pollFor } from "./poll.ts";
import { type Accounts, GWEI_PER_ETH, type Scene, eth } from "./scene.ts";

const ETH = 1;
const INCLUDE_SECONDS = 120;
const EXECUTE_SECONDS = 60;
const VALIDITY_SECONDS = 3_600n;
/** The batcher, whose batches wait for it, includes what is overdue as well. */
const FASTER = Symbol("somebody else included it");

export async function force(scene: Scene, accounts: Accounts, telling: Telling): Promise<void> {
  const { stack, front, carol, bob } = scene;
  front.refused.add(accounts.carol);
  stack.deaf.isDeaf = true;
  try {
    const amount = GWEI_PER_ETH;
    const ops = [{ verb: "withdraw", object: ETH, party: carol.signer.address, amount }] as const;
    await refusal(() => carol.client.sendEnvelope({ ops }));
    telling.say("the sequencer refuses Carol's withdrawal, and is deaf to the L1 queue");

    const validUntil = (await bob.client.heads()).unsafe.time + VALIDITY_SECONDS;
    const forced = await carol.client.forceEnvelope({ ops, validUntil });
    telling.sent(forced.hash);
    telling.say(`Carol puts it into the L1 queue: item ${forced.queueIndex}`);
    const included = await pollFor("forced inclusion", INCLUDE_SECONDS, () => include(scene, forced.queueIndex + 1n));
    const waited = `after ${stack.deployment.parameters.forceDelaySeconds} s`;
    if (included === FASTER) telling.say(`${waited} the batcher includes it, before Bob can`);
    else {
      telling.sent(included);
      telling.say(`${waited} Bob, like anyone, includes it`);
    }
    const exit = await pollFor(
      "Carol's exit",
      EXECUTE_SECONDS,
      async () => (await bob.client.exitsOf(carol.signer.address))[0],
    );
    telling.say(`the sequencer must execute it: exit ${exit.number}, ${eth(exit.amount)} to Carol`);
  } finally {
    stack.deaf.isDeaf = false;
    front.refused.clear();
  }
}

async function refusal(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof BusyError) return;
    throw error;
  }
  throw fatal("NotRefused", "the front let the envelope pass", {});
}

/** @returns Bob's transaction, or that somebody else included it first; undefined while it is not overdue */
async function include({ bob }: Scene, to: bigint): Promise<Hex | typeof FASTER | undefined> {
  try {
    return (await bob.client.includeQueue({ to })).hash;
  } catch (error) {
    if (!(error instanceof L1RevertError)) throw error;
    if (error.errorName === "EmptySlice") return FASTER;
    if (error.errorName === "NotOverdue") return undefined;
    throw error;
  }
}

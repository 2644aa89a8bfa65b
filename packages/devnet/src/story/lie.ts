/** A second proposer lies, defends its lie, and is beaten. */
import type { Hex } from "@lakh/protocol";
import type { ClaimEvent } from "@lakh/sdk";
import { fatal } from "@lakh/service";
import { formatEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { keyOf } from "../keys.ts";
import type { Telling } from "../ledger.ts";
import { runLiar } from "../run-liar.ts";
import { type ProvedStep, readStep } from "./proved-step.ts";
import { pollFor } from "./poll.ts";
import { type Scene, short } from "./scene.ts";

const LEVELS = 2;
const HONEST_STEPS = 2;
const CLAIM_SECONDS = 60;
const DISPUTE_SECONDS = 180;
const BONDS = 2;

/** @returns the false claim's id */
export async function beatLiar({ stack, alice }: Scene, telling: Telling): Promise<Hex> {
  const { l1Url, deployment, dir, blobs, da } = stack;
  const { client } = alice;
  const liarAddress = privateKeyToAccount(keyOf("liar")).address;
  const isAboutBlobs = da === "blobs";
  const lie = { levels: LEVELS, honestSteps: HONEST_STEPS, isAboutBlobs };
  const liar = await runLiar({ l1Url, deployment, dir, blobs, ...lie });
  try {
    const claim = await Promise.race([
      liar.failed,
      pollFor("the false claim", CLAIM_SECONDS, async () =>
        (await client.listClaims()).find(({ head }) => head.proposer.toLowerCase() === liarAddress.toLowerCase()),
      ),
    ]);
    const told = new Set<string>();
    const watch = async (): Promise<true | undefined> => {
      const events = await client.claimHistory(claim.id);
      for (const event of events) {
        const place = `${event.blockNumber} ${event.logIndex}`;
        if (told.has(place)) continue;
        told.add(place);
        telling.sent(event.transactionHash);
        telling.say(eventText(event));
        if (event.eventName !== "StepDisproved") continue;
        const step = await readStep(alice.l1.public, event.transactionHash);
        telling.say(stepText(step));
        if (isAboutBlobs && step.elements === undefined)
          throw fatal("LieElsewhere", `the lie was about entry ${step.entry}, which is not in blobs`, { ...step });
      }
      return events.filter(({ eventName }) => eventName === "BondCollected").length >= BONDS ? true : undefined;
    };
    await Promise.race([liar.failed, pollFor("the end of the dispute", DISPUTE_SECONDS, watch)]);
    const [fallen] = await client.listClaims({ id: claim.id });
    if (fallen?.status !== "Refuted")
      throw fatal("LieStands", `the false claim is ${fallen?.status}`, { id: claim.id });
    return claim.id;
  } finally {
    await liar.stop();
  }
}

function stepText({ entry, cursor, elements }: ProvedStep): string {
  if (elements === undefined) return `           it stands at ${cursor} in entry ${entry}`;
  return `           it stands at byte ${cursor} of entry ${entry}, in blobs: ${elements} field elements proved by point evaluation`;
}

function eventText(event: ClaimEvent): string {
  switch (event.eventName) {
    case "ClaimMade":
      return `claim      ${short(event.args.id)} by the liar ${short(event.args.proposer)}, L = ${event.args.head.levels}: a false root ${short(event.args.end.stateRoot)}`;
    case "Challenged":
      return `challenge  by ${short(event.args.seat)}`;
    case "TraceOpened": {
      const { path, elements } = event.args;
      return path === 0
        ? `defend     the liar opens a trace of the claim`
        : `answer     the liar cuts the picked segment: ${elements.length} elements`;
    }
    case "Picked":
      return `pick       segment ${event.args.j}`;
    case "StepDisproved":
      return `prove      item ${event.args.j} executed on L1 gives ${short(event.args.actual)}, the liar said ${short(event.args.claimed)}: his line is dead`;
    case "LineTimedOut":
      return "timeout    the liar did not answer: his line is dead";
    case "Settled":
      return "settle     refuted";
    case "BondCollected": {
      const { payer, credited, burned, to } = event.args;
      return `bond       of ${short(payer)}: ${formatEther(credited)} ETH to ${short(to)}, ${formatEther(burned)} ETH burned`;
    }
    case "ClaimConfirmed":
    case "ClaimVoided":
    case "Withdrawn":
      return event.eventName;
  }
}

/** The batch lands on L1, and a claim is made over it. */
import type { Telling } from "../ledger.ts";
import { pollFor } from "./poll.ts";
import { type Scene, short } from "./scene.ts";

const CLAIM_SECONDS = 60;

export async function landBatch({ alice }: Scene, lastEntry: bigint, telling: Telling): Promise<void> {
  await alice.client.waitForHead({ head: "safe", entry: lastEntry });
  const entry = await alice.client.getEntry(lastEntry);
  if (entry.l1Transaction) telling.sent(entry.l1Transaction);
  const size = `${entry.items.length} envelopes in ${entry.header.a} bytes`;
  telling.say(`entry ${lastEntry}: ${size}, L1 block ${entry.l1Block}`);
}

export async function makeClaim({ alice, stack }: Scene, lastEntry: bigint, telling: Telling): Promise<void> {
  const { client } = alice;
  const claim = await pollFor(`a claim over entry ${lastEntry}`, CLAIM_SECONDS, async () =>
    (await client.listClaims()).find(({ head }) => head.endEntry > lastEntry),
  );
  const [made] = await client.claimHistory(claim.id);
  if (made) telling.sent(made.transactionHash);
  const { challengeSeconds } = stack.deployment.parameters;
  telling.say(`claim ${short(claim.id)} up to entry ${claim.head.endEntry}, root ${short(claim.stateRoot)}`);
  telling.say(`it stands in ${challengeSeconds} s when nobody challenges it`);
}

/** A life of a deployment on L1: what the Bridge holds is what it owes, after every step, whatever tokens and receivers do. */
import { decodeRevert, isRevert } from "@lakh/service";

import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { checkEscrow } from "./escrow-check.ts";
import { escrowMoves } from "./escrow-moves.ts";
import { openEscrowWorld } from "./escrow-world.ts";

const MOVES = 60;
/** What comes first, so that there are exits to pay from early on. */
const FIRST = [
  "token deposited",
  "token deposited",
  "queue included",
  "batch posted",
  "batch posted",
  "claim confirmed",
];

export async function playEscrow(random: Random, tally: Tally): Promise<void> {
  const world = await openEscrowWorld();
  await checkEscrow(world, "start");
  const moves = escrowMoves(world, random);
  for (let i = 0; i < MOVES; i++) {
    const [name, play] = moves.find(([known]) => known === FIRST[i]) ?? random.pick(moves);
    tally.count(`on L1: ${name}`, await resultOf(play));
    await checkEscrow(world, `move ${i}, ${name}`);
    tally.count("look at both sides of the Bridge", "escrow = liabilities");
  }
  await world.node.close();
}

/** Done, or the contract's word. @throws what is no refusal of a contract */
async function resultOf(play: () => Promise<unknown>): Promise<string> {
  try {
    const result = await play();
    return typeof result === "string" ? result : "done";
  } catch (error) {
    if (isRevert(error)) return decodeRevert(error)?.name ?? "refused";
    // What EDR says of a call that ends without data: a token burnt all gas.
    if (error instanceof Error && error.name === "SolidityError") return "refused";
    throw error;
  }
}

/** What a game of the zoo was made of, as its last view shows it: only what L1 has kept counts. */
import { pathLength } from "@lakh/protocol";
import { type ClaimView, createJudge, type GameView, type LineView } from "@lakh/service";

import type { GameWorld } from "../../test/agents/game-world.ts";
import type { Tally } from "./campaign.ts";
import type { Animal } from "./zoo.ts";

export async function census(
  world: GameWorld,
  view: GameView,
  animals: readonly Animal[],
  honest: readonly string[],
  tally: Tally,
): Promise<void> {
  const judge = createJudge(view, world.truth);
  const animalOf = (who: string): Animal | undefined => animals.find(({ addresses }) => addresses.includes(who));
  for (const claim of [...view.claims.values()].slice(1)) {
    const { head, status, seats, lines } = claim;
    const isTrue = (await judge(claim)) === "true";
    const owner = animalOf(head.proposer);
    tally.count(owner === undefined ? "claim of the honest" : `claim of a liar: ${owner.kind}`, status);
    if ((await judge(view.claims.get(head.parent) as ClaimView)) !== "true")
      tally.count("claim on a false parent", status);
    const hostile = [...seats.keys()].filter((who) => !honest.includes(who));
    if (isTrue && hostile.length > 0) tally.count("true claim harassed", `by ${hostile.length}`);
    const sybils = [...lines.keys()].filter((who) => !honest.includes(who));
    if (!isTrue && sybils.length > 1) tally.count("false claim defended by Sybil lines", `by ${sybils.length}`);
    if (owner !== undefined && hostile.some((who) => animalOf(who) === owner))
      tally.count("liar on a seat against himself", status);
    for (const line of lines.values()) countLine(line, animalOf, honest, tally);
  }
}

function countLine(
  { owner, traces, killer }: LineView,
  animalOf: (who: string) => Animal | undefined,
  honest: readonly string[],
  tally: Tally,
): void {
  const side = honest.includes(owner) ? "an honest line" : "a line of a liar";
  for (const { path, picks } of traces.values()) {
    const level = `level ${pathLength(path) + 1}`;
    if (pathLength(path) > 0) tally.count(`answer on ${side}`, `level ${pathLength(path)}`);
    if (picks.size > 0) tally.count(`segment picked on ${side}`, level, picks.size);
    if (picks.size > 1) tally.count(`fan-out on ${side}`, `${level}, ${picks.size} at once`);
  }
  if (killer === undefined) return;
  const by = honest.includes(killer)
    ? "by the honest"
    : animalOf(killer) === animalOf(owner)
      ? "by himself"
      : "by another";
  tally.count(`${side} killed`, by);
}

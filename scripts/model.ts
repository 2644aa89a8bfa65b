/**
 * Plays random games of the dispute model and of the contract side by side: `npm run model -- --games N --seed S`.
 * Game i of seed S has seed S + i, so a failing game is repeated with `--games 1 --seed <its seed>`.
 */
import { parseArgs } from "node:util";

import { network } from "hardhat";

import { duel } from "../test/model/duel.ts";

const { values } = parseArgs({
  options: { games: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const games = wholeNumber("games", values.games);
const first = wholeNumber("seed", values.seed);

const chain = await network.create({ network: "default", override: { allowBlocksWithSameTimestamp: true } });
const refused = new Map<string, number>();
const ends = new Map<string, number>();
const taken = new Map<string, number>();
for (let seed = first; seed < first + games; seed++) {
  const result = await duel(chain, seed).catch((error: unknown) => {
    throw new Error(`game of seed ${seed} disagrees`, { cause: error });
  });
  count(taken, result.taken);
  count(refused, result.refused);
  for (const end of result.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
}
console.log(`${games} games from seed ${first}: model and contract agree after every move`);
console.log(`taken: ${list(taken)}`);
console.log(`claims: ${list(ends)}`);
console.log(`refused: ${list(refused)}`);
await chain.close();

function count(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [name, times] of from) into.set(name, (into.get(name) ?? 0) + times);
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${times}`)
    .join(", ");
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name} must be a whole number from 1, not ${text}`);
  return value;
}

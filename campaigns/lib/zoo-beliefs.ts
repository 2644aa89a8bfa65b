/** What the liars of the zoo believe of a claim. */
import { keccak256, toHex, uintBytes } from "@lakh/protocol";

import { falsify, type Lie, wrongAfter } from "../../packages/devnet/src/lying-truth.ts";
import type { Random } from "../../test/support/random.ts";

export interface Belief extends Lie {
  readonly name: string;
}

/** A belief of a random kind, about a claim of at most so many items. */
export function someBelief(random: Random, items: number): Belief {
  const from = random.below(items + 1);
  const to = from + 1 + random.below(items);
  const salt = random.u32();
  const wrongBetween: Lie["tell"] = (step, hash) => (from < step && step <= to ? falsify(hash) : hash);
  const kinds: readonly Belief[] = [
    { name: "wrong everywhere after item k", ...wrongAfter(from) },
    { name: "wrong in the last item alone", endIsTrue: false, tell: (_, hash) => hash },
    {
      name: "hashes of nothing",
      endIsTrue: false,
      tell: (step) => toHex(keccak256(uintBytes(salt, 4), uintBytes(step, 8))),
    },
    { name: "zeros", endIsTrue: false, tell: () => `0x${"00".repeat(32)}` },
    { name: "right root, wrong midpoint", endIsTrue: true, tell: wrongBetween },
    { name: "a wrong stretch between true ones", endIsTrue: false, tell: wrongBetween },
  ];
  return random.pick(kinds);
}

/** Reasons to move that only harm: seats on anything, picks that fan out, timeouts and bonds of anybody. */
import { challengeEnd, lastPick, parentOf, pathLength, pickEnd, ROOT, traceEnd } from "@lakh/protocol";
import { type Move, type Rule, type TraceView, UPKEEP, openPicks } from "@lakh/service";

import type { Random } from "../../test/support/random.ts";

/** How often a move is tried that the contract should refuse, for its time. */
const UNTIMELY = 0.05;

/** Seats on every pending claim, true or not; fan-out at every level; every timeout; and bonds, its own and others'. */
export function harassment(random: Random): readonly Rule[] {
  return [sitAnywhere(random), fanOut(random), timeoutAnything(random), collectAnything(random), ...UPKEEP];
}

function sitAnywhere(random: Random): Rule {
  return ({ claim: { head, status, seats, time }, me, view }) => {
    if (status !== "Pending" || seats.has(me)) return [];
    const isTimely = view.nowSeconds < challengeEnd(view.rules, time);
    return isTimely || random.chance(UNTIMELY) ? [{ action: { kind: "challenge", head }, reason: "to harass" }] : [];
  };
}

/** In every living trace where this seat may pick, a segment of its own as long as there is one. */
function fanOut(random: Random): Rule {
  return ({ claim: { head, status, seats, lines, time }, me, view }) => {
    if (status !== "Pending" || !seats.has(me)) return [];
    const segments = Array.from({ length: view.rules.fanout }, (_, i) => i + 1);
    const isPicked = ({ picks }: TraceView): boolean => [...picks.values()].some((pick) => pick.seats.includes(me));
    return [...lines.values()].flatMap(({ alive, owner, traces }) =>
      [...traces.values()]
        .filter((trace) => alive && pathLength(trace.path) < head.levels - 1 && !isPicked(trace))
        .filter(({ path }) => {
          const led = path === ROOT || traces.get(parentOf(path))?.picks.get(lastPick(path))?.seats.includes(me);
          const isTimely = view.nowSeconds < pickEnd(view.rules, time, pathLength(path));
          return (led && isTimely) || random.chance(UNTIMELY);
        })
        .map(({ path, picks }): Move => {
          const free = segments.filter((j) => !picks.has(j));
          const j = random.pick(free.length > 0 ? free : segments);
          return { action: { kind: "pick", head, owner, path, j }, reason: "to have it answered" };
        }),
    );
  };
}

/** Whatever is not answered, from the last second on in which it may be. */
function timeoutAnything(random: Random): Rule {
  return ({ claim: { head, time, lines }, view }) =>
    [...lines.values()].flatMap((line) =>
      openPicks(line)
        .filter(({ trace: { path } }) => {
          const end = traceEnd(view.rules, time, pathLength(path) + 1);
          return view.nowSeconds >= end - 1 || random.chance(UNTIMELY);
        })
        .map(({ trace: { path }, pick: { j } }): Move => {
          const action = { kind: "timeout", head, owner: line.owner, path, j } as const;
          return { action, reason: "perhaps it is late" };
        }),
    );
}

/** Anybody's bond of a decided claim, also a second time. */
function collectAnything(random: Random): Rule {
  return ({ claim: { head, status, seats, lines } }) => {
    if (status === "Pending" || random.chance(0.5)) return [];
    const bonds = [
      { bond: "Claim", payer: head.proposer } as const,
      ...[...seats.keys()].map((payer) => ({ bond: "Seat", payer }) as const),
      ...[...lines.keys()].map((payer) => ({ bond: "Line", payer }) as const),
    ];
    return [{ action: { kind: "collect", head, ...random.pick(bonds) }, reason: "perhaps it pays again" }];
  };
}

/** What anybody can do when a claim's time is up: time out what is open, then settle. */
export const finish: Rule = ({ claim: { head, status, lines } }) => {
  if (status !== "Pending") return [];
  const living = [...lines.values()].filter(({ alive }) => alive);
  const late = living.flatMap((line) =>
    openPicks(line)
      .slice(0, 1)
      .map(({ trace: { path }, pick: { j } }): Move => {
        const action = { kind: "timeout", head, owner: line.owner, path, j } as const;
        return { action, reason: "its time is up" };
      }),
  );
  return late.length > 0
    ? late
    : [{ action: { kind: "settle", head, owner: living[0]?.owner }, reason: "its time is up" }];
};

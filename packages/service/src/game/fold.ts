import { pathLength, ROOT, type Hex } from "@lakh/protocol";

import type { GameEvent } from "./events.ts";
import type { ClaimView, LineView, TraceView } from "./view.ts";

/** The game so far. An event makes new values of what it changes, so old views stay as they were. */
export type Claims = ReadonlyMap<Hex, ClaimView>;

/** The game after more events, in L1's order. @throws Error when one does not follow */
export function applyEvents(before: Claims, events: readonly GameEvent[]): Claims {
  const claims = new Map(before);
  for (const event of events) {
    if (event.name === "ClaimMade") {
      claims.set(event.id, newClaim(event));
    } else {
      const claim = claims.get(event.id);
      if (claim === undefined) throw new Error(`${event.name} of an unknown claim ${event.id}`);
      claims.set(event.id, applyToClaim(claim, event));
    }
  }
  return claims;
}

function newClaim({ id, head, end, time }: GameEvent & { name: "ClaimMade" }): ClaimView {
  const nothing = { settledBy: undefined, bondCollected: false, seats: new Map(), lines: new Map() };
  return { id, head, end, time, status: "Pending", ...nothing };
}

function applyToClaim(claim: ClaimView, event: Exclude<GameEvent, { name: "ClaimMade" }>): ClaimView {
  switch (event.name) {
    case "Challenged": {
      const seat = { address: event.seat, bondCollected: false };
      return { ...claim, seats: new Map(claim.seats).set(event.seat, seat) };
    }
    case "TraceOpened":
      return withLine(claim, event.path === ROOT ? newLine(event.owner) : lineOf(claim, event.owner), (line) =>
        withTrace(line, { path: event.path, start: event.start, elements: event.elements, picks: new Map() }),
      );
    case "Picked":
      return withLine(claim, lineOf(claim, event.owner), (line) => withPick(line, event));
    case "LineKilled":
      return withLine(claim, lineOf(claim, event.owner), (line) => ({ ...line, alive: false, killer: event.killer }));
    case "Settled":
      return { ...claim, status: event.status, settledBy: isNobody(event.owner) ? undefined : event.owner };
    case "ClaimConfirmed":
      return { ...claim, status: "Confirmed" };
    case "ClaimVoided":
      return { ...claim, status: "Void" };
    case "BondCollected":
      return withBondCollected(claim, event);
  }
}

function withBondCollected(claim: ClaimView, { kind, payer }: GameEvent & { name: "BondCollected" }): ClaimView {
  if (kind === "Claim") return { ...claim, bondCollected: true };
  if (kind === "Line") return withLine(claim, lineOf(claim, payer), (line) => ({ ...line, bondCollected: true }));
  return { ...claim, seats: new Map(claim.seats).set(payer, { address: payer, bondCollected: true }) };
}

function withLine(claim: ClaimView, line: LineView, change: (line: LineView) => LineView): ClaimView {
  return { ...claim, lines: new Map(claim.lines).set(line.owner, change(line)) };
}

function withTrace(line: LineView, trace: TraceView): LineView {
  const round = Math.max(line.round, pathLength(trace.path));
  return { ...line, round, traces: new Map(line.traces).set(trace.path, trace) };
}

function withPick(line: LineView, { path, j, seat }: GameEvent & { name: "Picked" }): LineView {
  const trace = line.traces.get(path);
  if (trace === undefined) throw new Error(`a pick of a trace that is not open: ${path}`);
  const seats = [...(trace.picks.get(j)?.seats ?? []), seat];
  return withTrace(line, { ...trace, picks: new Map(trace.picks).set(j, { j, seats }) });
}

function newLine(owner: string): LineView {
  return { owner, alive: true, killer: undefined, round: 0, bondCollected: false, traces: new Map() };
}

function lineOf(claim: ClaimView, owner: string): LineView {
  const line = claim.lines.get(owner);
  if (line === undefined) throw new Error(`no line of ${owner} on claim ${claim.id}`);
  return line;
}

function isNobody(address: string): boolean {
  return BigInt(address) === 0n;
}

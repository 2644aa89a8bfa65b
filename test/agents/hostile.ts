/** Adversaries who do anything that the contract takes, at any moment, from many addresses. */
import {
  childOf,
  lastPick,
  parentOf,
  ROOT,
  elementAt,
  segmentAt,
  toHex,
  type Hex,
  type Machine,
  type Path,
} from "@lakh/protocol";
import { encodeMove, openPicks, ownTrace, treeOf, type Action, type ClaimView, type GameView } from "@lakh/service";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { Random } from "../support/random.ts";
import type { GameWorld } from "./game-world.ts";

/** Claims that adversaries make in one game, at most. */
const MOST_CLAIMS = 5;

export interface Hostile {
  /** Tries one random move; what the contract refuses has no effect. @returns whether it landed */
  move(view: GameView): Promise<boolean>;
}

/** Somebody's action. */
interface Try {
  readonly who: string;
  readonly action: Action;
}

export function createHostile(world: GameWorld, signers: readonly HardhatEthersSigner[], random: Random): Hostile {
  const { truth } = world;
  const addresses = signers.map(({ address }) => address);
  let claimsMade = 0;

  const tries: ((view: GameView) => Promise<Try | undefined> | Try | undefined)[] = [
    claimSomething,
    challengeSomething,
    challengeSomething,
    defendSomehow,
    defendSomehow,
    pickSomething,
    pickSomething,
    pickSomething,
    answerSomehow,
    answerSomehow,
    meddle,
    timeoutSomething,
  ];

  return {
    move: async (view) => {
      const tried = await random.pick(tries)(view);
      const signer = signers.find(({ address }) => address === tried?.who);
      if (tried === undefined || signer === undefined) return false;
      const to = await world.claims.getAddress();
      const { data, valueWei } = encodeMove(tried.action, signer.address, to, view.rules);
      try {
        await signer.sendTransaction({ to, data, value: valueWei ?? 0n });
      } catch {
        return false;
      }
      if (tried.action.kind === "claim") claimsMade++;
      return true;
    },
  };

  function pendingOf({ claims }: GameView): ClaimView[] {
    return [...claims.values()].filter(({ status }) => status === "Pending");
  }

  function anyOf<T>(values: readonly T[]): T | undefined {
    return values[random.below(values.length)];
  }

  async function claimSomething(view: GameView): Promise<Try | undefined> {
    if (claimsMade >= MOST_CLAIMS) return undefined;
    const parent = random.pick([...view.claims.values()]).head;
    const room = truth.length() - Number(parent.endEntry);
    if (room <= 0) return undefined;
    const endEntry = Number(parent.endEntry) + 1 + random.below(room);
    const [end, acc] = [await truth.machineAt(endEntry), truth.accAt(endEntry)];
    if (end === undefined || acc === undefined) return undefined;
    const claimed: Machine = random.chance(0.25) ? end : { ...end, stateRoot: toHex(random.bytes(32)) };
    const levels = 1 + random.below(3);
    const action = { kind: "claim", parent, levels, acc, end: claimed, salt: toHex(random.bytes(32)) } as const;
    return { who: random.pick(addresses), action };
  }

  function challengeSomething(view: GameView): Try | undefined {
    const claim = anyOf(pendingOf(view));
    return claim && { who: random.pick(addresses), action: { kind: "challenge", head: claim.head } };
  }

  async function defendSomehow(view: GameView): Promise<Try | undefined> {
    const claim = anyOf(pendingOf(view).filter(({ seats }) => seats.size > 0));
    if (claim === undefined) return undefined;
    const who = random.chance(0.5) ? claim.head.proposer : random.pick(addresses);
    return {
      who,
      action: { kind: "defend", head: claim.head, elements: await someTrace(view, claim, ROOT, claim.head.machine) },
    };
  }

  /** Any segment of any trace, most often one that its seat may pick. */
  function pickSomething(view: GameView): Try | undefined {
    const places = pendingOf(view).flatMap((claim) =>
      [...claim.lines.values()].flatMap((line) => [...line.traces.values()].map(({ path }) => ({ claim, line, path }))),
    );
    const place = anyOf(places);
    if (place === undefined) return undefined;
    const { claim, line, path } = place;
    const led = line.traces.get(parentOf(path))?.picks.get(lastPick(path))?.seats;
    const seats = (led ?? [...claim.seats.keys()]).filter((seat) => addresses.includes(seat));
    const j = 1 + random.below(view.rules.fanout);
    return {
      who: anyOf(seats) ?? random.pick(addresses),
      action: { kind: "pick", head: claim.head, owner: line.owner, path, j },
    };
  }

  async function answerSomehow(view: GameView): Promise<Try | undefined> {
    const open = pendingOf(view).flatMap((claim) =>
      addresses.flatMap((who) => {
        const line = claim.lines.get(who);
        return line === undefined ? [] : openPicks(line).map((found) => ({ ...found, claim, who }));
      }),
    );
    const due = anyOf(open);
    if (due === undefined) return undefined;
    const { claim, trace, pick, who } = due;
    const segment = segmentAt(treeOf(trace, view.rules), pick.j);
    const path = childOf(trace.path, pick.j);
    const elements = await someTrace(view, claim, path, segment.right);
    return { who, action: { kind: "answer", head: claim.head, path, segment, elements } };
  }

  function timeoutSomething(view: GameView): Try | undefined {
    const open = pendingOf(view).flatMap((claim) =>
      [...claim.lines.values()].flatMap((line) => openPicks(line).map((found) => ({ ...found, claim, line }))),
    );
    const due = anyOf(open);
    if (due === undefined) return undefined;
    const { claim, line, trace, pick } = due;
    const action = { kind: "timeout", head: claim.head, owner: line.owner, path: trace.path, j: pick.j } as const;
    return { who: random.pick(addresses), action };
  }

  function meddle(view: GameView): Try {
    const claim = random.pick([...view.claims.values()]);
    const who = random.pick(addresses);
    if (random.chance(0.5))
      return { who, action: { kind: "settle", head: claim.head, owner: anyOf([undefined, ...claim.lines.keys()]) } };
    return { who, action: { kind: random.pick(["confirm", "void"] as const), head: claim.head } };
  }

  /** True up to a random place, then anything, and the end that is due. */
  async function someTrace(view: GameView, claim: ClaimView, path: Path, end: Hex): Promise<Hex[]> {
    const { fanout } = view.rules;
    const own = await ownTrace(view, truth, claim, path);
    const honest = random.below(fanout + 1);
    const length = random.chance(0.8) ? fanout : 1 + random.below(fanout);
    const inner = Array.from({ length: length - 1 }, (_, i) =>
      i < honest ? elementAt(own, i + 1) : random.chance(0.5) ? end : toHex(random.bytes(32)),
    );
    return [...inner, end];
  }
}

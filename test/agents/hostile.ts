/** Adversaries who do anything that the contract takes, at any moment, from many addresses. */
import { childOf, elementAt, segmentAt, toHex, type Hex, type Machine, type Path } from "@lakh/protocol";
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

export function createHostile(world: GameWorld, signers: readonly HardhatEthersSigner[], random: Random): Hostile {
  const { truth } = world;
  let claimsMade = 0;

  const tries: ((view: GameView, me: string) => Promise<Action | undefined>)[] = [
    claimSomething,
    async (view) => withHead("challenge", anyPending(view)),
    defendSomehow,
    defendSomehow,
    pickSomething,
    pickSomething,
    answerSomehow,
    answerSomehow,
    meddle,
  ];

  return {
    move: async (view) => {
      const signer = random.pick(signers);
      const action = await random.pick(tries)(view, signer.address);
      if (action === undefined) return false;
      const { data, valueWei } = encodeMove(action, signer.address, await world.claims.getAddress(), view.rules);
      try {
        await signer.sendTransaction({ to: await world.claims.getAddress(), data, value: valueWei ?? 0n });
      } catch {
        return false;
      }
      if (action.kind === "claim") claimsMade++;
      return true;
    },
  };

  function anyPending({ claims }: GameView): ClaimView | undefined {
    const pending = [...claims.values()].filter(({ status }) => status === "Pending");
    return pending.length === 0 ? undefined : random.pick(pending);
  }

  function withHead(kind: "challenge" | "confirm" | "void", claim: ClaimView | undefined): Action | undefined {
    return claim && { kind, head: claim.head };
  }

  async function claimSomething(view: GameView): Promise<Action | undefined> {
    if (claimsMade >= MOST_CLAIMS) return undefined;
    const parent = random.pick([...view.claims.values()]).head;
    const room = truth.length() - Number(parent.endEntry);
    if (room <= 0) return undefined;
    const endEntry = Number(parent.endEntry) + 1 + random.below(room);
    const [end, acc] = [await truth.machineAt(endEntry), truth.accAt(endEntry)];
    if (end === undefined || acc === undefined) return undefined;
    const claimed: Machine = random.chance(0.25) ? end : { ...end, stateRoot: toHex(random.bytes(32)) };
    return { kind: "claim", parent, levels: 1 + random.below(3), acc, end: claimed, salt: toHex(random.bytes(32)) };
  }

  async function defendSomehow(view: GameView): Promise<Action | undefined> {
    const claim = anyPending(view);
    if (claim === undefined || claim.head.levels === 0) return undefined;
    return { kind: "defend", head: claim.head, elements: await someTrace(view, claim, 0 as Path, claim.head.machine) };
  }

  async function pickSomething(view: GameView, me: string): Promise<Action | undefined> {
    const claim = anyPending(view);
    if (!claim?.seats.has(me) || claim.lines.size === 0) return undefined;
    const line = random.pick([...claim.lines.values()]);
    const { path } = random.pick([...line.traces.values()]);
    return { kind: "pick", head: claim.head, owner: line.owner, path, j: 1 + random.below(view.rules.fanout) };
  }

  async function answerSomehow(view: GameView, me: string): Promise<Action | undefined> {
    const claim = anyPending(view);
    const line = claim?.lines.get(me);
    const open = line === undefined ? [] : openPicks(line);
    if (claim === undefined || open.length === 0) return undefined;
    const { trace, pick } = random.pick(open);
    const segment = segmentAt(treeOf(trace, view.rules), pick.j);
    const path = childOf(trace.path, pick.j);
    return {
      kind: "answer",
      head: claim.head,
      path,
      segment,
      elements: await someTrace(view, claim, path, segment.right),
    };
  }

  async function meddle(view: GameView, me: string): Promise<Action | undefined> {
    const claim = random.pick([...view.claims.values()]);
    const owners = [undefined, me, ...claim.lines.keys()];
    const owner = owners[random.below(owners.length)];
    if (random.chance(0.3)) return { kind: "settle", head: claim.head, owner };
    if (random.chance(0.3)) return withHead(random.pick(["confirm", "void"]), claim);
    const line = [...claim.lines.values()].find((known) => openPicks(known).length > 0);
    if (line === undefined) return undefined;
    const { trace, pick } = random.pick(openPicks(line));
    return { kind: "timeout", head: claim.head, owner: line.owner, path: trace.path, j: pick.j };
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

/** The zoo of liars: what each believes of a claim, or does besides lying. All play by the contract's rules. */
import {
  keccak256,
  fromHex,
  machineHash,
  pathLength,
  stepsPerSegment,
  toHex,
  traceRange,
  uintBytes,
} from "@lakh/protocol";
import type { Hex, Machine } from "@lakh/protocol";
import {
  type ClaimView,
  DEFENCE,
  type GameView,
  type Move,
  type Rule,
  type Stepper,
  type Truth,
  UPKEEP,
  createPlayer,
  decide,
  openPicks,
} from "@lakh/service";

import type { GameWorld } from "../../test/agents/game-world.ts";
import { quietDeps } from "../../test/agents/l1.ts";
import type { Random } from "../../test/support/random.ts";

/** How a liar's traces differ from the true ones. */
export interface Belief {
  readonly name: string;
  /** Whether the claim's own machine is true; then only what lies between is wrong. */
  readonly endIsTrue: boolean;
  /** The hash that it tells after so many steps of a claim. */
  tell(step: number, hash: Hex): Hex;
}

const falsify = (hash: Hex): Hex => toHex(keccak256(fromHex(hash)));
const falseEnd = (machine: Machine): Machine => ({ ...machine, stateRoot: falsify(machine.stateRoot) });

/** A belief of a random kind, about a claim of so many items. */
export function someBelief(random: Random, items: number): Belief {
  const from = random.below(items + 1);
  const to = from + 1 + random.below(items);
  const salt = random.u32();
  const kinds: readonly Belief[] = [
    {
      name: "wrong everywhere after item k",
      endIsTrue: false,
      tell: (step, hash) => (step > from ? falsify(hash) : hash),
    },
    { name: "wrong in the last item alone", endIsTrue: false, tell: (_, hash) => hash },
    {
      name: "hashes of nothing",
      endIsTrue: false,
      tell: (step) => toHex(keccak256(uintBytes(salt, 4), uintBytes(step, 8))),
    },
    { name: "zeros", endIsTrue: false, tell: () => `0x${"00".repeat(32)}` },
    {
      name: "right root, wrong midpoint",
      endIsTrue: true,
      tell: (step, hash) => (from < step && step <= to ? falsify(hash) : hash),
    },
    {
      name: "a wrong stretch between true ones",
      endIsTrue: false,
      tell: (step, hash) => (from < step && step <= to ? falsify(hash) : hash),
    },
  ];
  return random.pick(kinds);
}

/** What the liar says instead of the truth about a claim. Consistent: a trace ends where the segment above does. */
function believed(truth: Truth, startEntry: number, endEntry: number, { endIsTrue, tell }: Belief): Truth {
  const endOf = (machine: Machine): Machine => (endIsTrue ? machine : falseEnd(machine));
  return {
    refresh: (signal) => truth.refresh(signal),
    length: () => truth.length(),
    accAt: (entry) => truth.accAt(entry),
    itemsBetween: (from, to) => truth.itemsBetween(from, to),
    proofOf: (span, step) => truth.proofOf(span, step),
    machineAt: async (entry) => {
      const machine = await truth.machineAt(entry);
      return entry === endEntry && machine !== undefined ? endOf(machine) : machine;
    },
    trace: async (span, path) => {
      const { from } = traceRange(span.fanout, span.levels, path);
      const every = stepsPerSegment(span.fanout, span.levels, pathLength(path));
      const items = await truth.itemsBetween(startEntry, endEntry);
      const end = machineHash(endOf((await truth.machineAt(endEntry)) as Machine));
      return (await truth.trace(span, path)).map((hash, i) => {
        const step = from + (i + 1) * every;
        return step >= items ? end : tell(step, hash);
      });
    },
  };
}

/** A seat on every pending claim, true or not. */
const sitAnywhere: Rule = ({ claim, me, view }) =>
  claim.status === "Pending" && !claim.seats.has(me) && claim.head.proposer !== me && view.nowSeconds > 0
    ? [{ action: { kind: "challenge", head: claim.head }, reason: "to harass" }]
    : [];

/** Picks that fan out: in every living trace where this seat may pick, a segment of its own. */
function fanOut(random: Random): Rule {
  return ({ claim, me, view }) => {
    if (claim.status !== "Pending" || !claim.seats.has(me)) return [];
    return [...claim.lines.values()]
      .filter(({ alive }) => alive)
      .flatMap(({ owner, traces }) =>
        [...traces.values()]
          .filter(({ path, picks }) => {
            const isLast = pathLength(path) >= claim.head.levels - 1;
            return !isLast && ![...picks.values()].some(({ seats }) => seats.includes(me));
          })
          .map(({ path }): Move => {
            const j = 1 + random.below(view.rules.fanout);
            return { action: { kind: "pick", head: claim.head, owner, path, j }, reason: "to have it answered" };
          }),
      );
  };
}

/** Times out any line that lets it. */
const timeoutAnything: Rule = ({ claim }) =>
  [...claim.lines.values()].flatMap((line) =>
    openPicks(line).map(({ trace, pick }): Move => {
      const action = { kind: "timeout", head: claim.head, owner: line.owner, path: trace.path, j: pick.j } as const;
      return { action, reason: "perhaps it is late" };
    }),
  );

export interface Animal extends Stepper {
  readonly name: string;
}

/** Makes one claim as it believes, on any claim; joins the defence of claims that end as it believes; answers as it believes. */
export async function createBeliever(world: GameWorld, name: string, belief: Belief, random: Random): Promise<Animal> {
  const { act, me } = await actor(world, name);
  const { truth } = world;
  return {
    name: belief.name,
    step: async () => {
      await truth.refresh();
      const view = await world.view();
      const claims = [...view.claims.values()];
      if (!claims.some(({ head }) => head.proposer === me)) {
        const move = await claimOn(random.chance(0.7) ? (claims[0] as ClaimView) : random.pick(claims));
        return { did: move === undefined ? [] : await act(view, [move]) };
      }
      const moves: Move[] = [];
      for (const claim of claims) {
        const parent = view.claims.get(claim.head.parent);
        if (parent === undefined) continue;
        const mine = claim.head.proposer === me;
        const own = believed(truth, Number(parent.head.endEntry), Number(claim.head.endEntry), belief);
        // Its judge sees its own world: what it claimed is true to it, and so is a Sybil's claim of the same end.
        moves.push(
          ...(await decide(view, own, me, ({ id }) =>
            id !== claim.id ? [] : mine ? [...DEFENCE, ...UPKEEP] : DEFENCE,
          )),
        );
      }
      return { did: await act(view, moves) };
    },
  };

  async function claimOn(parent: ClaimView): Promise<Move | undefined> {
    const start = Number(parent.head.endEntry);
    const room = truth.length() - start;
    if (room <= 0) return undefined;
    const endEntry = start + 1 + random.below(room);
    const [end, acc] = [await believed(truth, start, endEntry, belief).machineAt(endEntry), truth.accAt(endEntry)];
    if (end === undefined || acc === undefined) return undefined;
    const levels = 1 + random.below(3);
    const salt = toHex(keccak256(fromHex(me as Hex)));
    return { action: { kind: "claim", parent: parent.head, levels, acc, end, salt }, reason: belief.name };
  }
}

/** Sits on every claim, fans out at every level, and tries every timeout: also against true claims and its friends' lines. */
export async function createHarasser(world: GameWorld, name: string, random: Random): Promise<Animal> {
  const { act, me } = await actor(world, name);
  const rules = [sitAnywhere, fanOut(random), timeoutAnything, ...UPKEEP];
  return {
    name: "harasser of every claim",
    step: async () => {
      await world.truth.refresh();
      const view = await world.view();
      return { did: await act(view, await decide(view, world.truth, me, () => rules)) };
    },
  };
}

/** An address with money whose moves may fail: what the contract refuses has no effect. */
async function actor(world: GameWorld, name: string) {
  const sender = await world.senderOf(name);
  const config = { claims: await world.claims.getAddress(), marginSeconds: 0 };
  const player = createPlayer(config, { ...quietDeps(), l1: world.l1, sender });
  const act = (view: GameView, moves: readonly Move[]): Promise<string[]> =>
    player.play(view, moves).catch(() => [] as string[]);
  return { act, me: player.address };
}

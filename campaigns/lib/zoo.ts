/** The zoo: liars who claim and defend what they believe, harassers, and liars who play against themselves. */
import { ATTACK } from "@lakh/challenger";
import { type Hex, fromHex, keccak256, toHex } from "@lakh/protocol";
import {
  type ClaimView,
  DEFENCE,
  type GameView,
  type Move,
  type Stepper,
  UPKEEP,
  createPlayer,
  decide,
} from "@lakh/service";

import { lyingTruth } from "../../packages/devnet/src/lying-truth.ts";
import type { GameWorld } from "../../test/agents/game-world.ts";
import { quietDeps } from "../../test/agents/l1.ts";
import type { Random } from "../../test/support/random.ts";
import type { Belief } from "./zoo-beliefs.ts";
import { finish, harassment } from "./zoo-rules.ts";

export interface Animal extends Stepper {
  /** The kind, as the report calls it. */
  readonly kind: string;
  readonly addresses: readonly string[];
}

/** Makes one claim as it believes, on any claim; joins the defence of claims that end as it believes; answers as it believes. */
export async function createBeliever(world: GameWorld, name: string, belief: Belief, random: Random): Promise<Animal> {
  const body = await createBody(world, name);
  return {
    kind: belief.name,
    addresses: [body.me],
    step: async () => ({ did: await believe(world, body, belief, random) }),
  };
}

/** A seat on every claim, which fans out at every level and tries every timeout: also against true claims and its friends' lines. */
export async function createHarasser(world: GameWorld, name: string, random: Random): Promise<Animal> {
  const { act, me } = await createBody(world, name);
  const rules = harassment(random);
  return {
    kind: "harasser of every claim",
    addresses: [me],
    step: async () => {
      await world.truth.refresh();
      const view = await world.view();
      return { did: await act(view, await decide(view, world.truth, me, () => rules)) };
    },
  };
}

/**
 * Claims and defends what it believes, and takes the first seat against itself, by a friend or by its own address: to fall
 * before others bring it down and have the half of its bond that does not burn, or to harass its own line.
 */
export async function createSelfPlayer(
  world: GameWorld,
  name: string,
  belief: Belief,
  random: Random,
): Promise<Animal> {
  const claimant = await createBody(world, name);
  const friend = random.chance(0.5) ? claimant : await createBody(world, `friend of ${name}`);
  const rules = harassment(random);
  return {
    kind: "self-player",
    addresses: [claimant.me, friend.me],
    step: async () => {
      const did = await believe(world, claimant, belief, random);
      const view = await world.view();
      const isHonestNow = random.chance(0.6);
      const moves = await decide(view, world.truth, friend.me, ({ head }) =>
        head.proposer !== claimant.me ? [] : isHonestNow ? [...ATTACK, ...UPKEEP] : rules,
      );
      return { did: [...did, ...(await friend.act(view, moves))] };
    },
  };
}

/** Has no money in the game, and decides what nobody else cares for; its time must be up. */
export async function createBystander(world: GameWorld): Promise<Stepper> {
  const { act, me } = await createBody(world, "bystander");
  return {
    step: async () => {
      const view = await world.view();
      return { did: await act(view, await decide(view, world.truth, me, () => [finish])) };
    },
  };
}

/** An address with money whose moves may fail: what the contract refuses has no effect. */
interface Body {
  readonly me: string;
  act(view: GameView, moves: readonly Move[]): Promise<string[]>;
}

async function createBody(world: GameWorld, name: string): Promise<Body> {
  const sender = await world.senderOf(name);
  const config = { claims: await world.claims.getAddress(), marginSeconds: 0 };
  const player = createPlayer(config, { ...quietDeps(), l1: world.l1, sender });
  return { me: player.address, act: (view, moves) => player.play(view, moves).catch(() => []) };
}

/** One step of a believer. */
async function believe(world: GameWorld, { act, me }: Body, belief: Belief, random: Random): Promise<string[]> {
  const { truth } = world;
  await truth.refresh();
  const view = await world.view();
  const claims = [...view.claims.values()];
  if (!claims.some(({ head }) => head.proposer === me)) {
    const move = await claimOn(random.chance(0.7) ? (claims[0] as ClaimView) : random.pick(claims));
    return move === undefined ? [] : act(view, [move]);
  }
  const moves: Move[] = [];
  for (const claim of claims) {
    const parent = view.claims.get(claim.head.parent);
    if (parent === undefined) continue;
    const rules = claim.head.proposer === me ? [...DEFENCE, ...UPKEEP] : DEFENCE;
    const span = { startEntry: Number(parent.head.endEntry), endEntry: Number(claim.head.endEntry) };
    // Its judge sees its own world: what it claimed is true to it, and so is a Sybil's claim of the same end.
    const told = lyingTruth(truth, span, belief);
    moves.push(...(await decide(view, told, me, ({ id }) => (id === claim.id ? rules : []))));
  }
  return act(view, moves);

  async function claimOn(parent: ClaimView): Promise<Move | undefined> {
    const startEntry = Number(parent.head.endEntry);
    const room = truth.length() - startEntry;
    if (room <= 0) return undefined;
    const endEntry = startEntry + 1 + random.below(room);
    const end = await lyingTruth(truth, { startEntry, endEntry }, belief).machineAt(endEntry);
    const acc = truth.accAt(endEntry);
    if (end === undefined || acc === undefined) return undefined;
    const levels = 1 + random.below(3);
    const salt = toHex(keccak256(fromHex(me as Hex)));
    return { action: { kind: "claim", parent: parent.head, levels, acc, end, salt }, reason: belief.name };
  }
}

/** L1 goes back, and on by more. */
import type { World } from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";

export interface Branches {
  /** Happens on the branch that is left. */
  readonly left: () => Promise<void>;
  /** Sees the head of the branch that is left. */
  readonly seen?: () => Promise<void>;
  /** Happens first on the branch that stays. */
  readonly stays?: () => Promise<void>;
}

/** Takes `depth` blocks back, or as many as the branch left took, and puts a few more in their place. @returns how many went */
export async function fork(
  { networkHelpers, ethers }: Pick<World, "networkHelpers" | "ethers">,
  depth: number,
  random: Random,
  branches: Branches,
): Promise<number> {
  const snapshot = await networkHelpers.takeSnapshot();
  const start = await ethers.provider.getBlockNumber();
  await branches.left();
  const used = (await ethers.provider.getBlockNumber()) - start;
  if (used < depth) await networkHelpers.mine(depth - used);
  await branches.seen?.();
  const left = await networkHelpers.time.latest();
  await snapshot.restore();
  await branches.stays?.();
  await networkHelpers.mine(Math.max(depth, used) + 1 + random.below(3));
  // The branch that stays comes to the time that the other one had.
  if ((await networkHelpers.time.latest()) < left) await networkHelpers.time.increaseTo(left);
  return Math.max(depth, used);
}

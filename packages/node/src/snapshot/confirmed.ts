/** The latest confirmed claim, as a final L1 block has it: what a state that comes from elsewhere is held against. */
import { Claims__factory } from "@lakh/bindings";
import { type Hex, type Machine, claimId, machineHash } from "@lakh/protocol";
import { parseGameEvent } from "@lakh/service";

import type { NodeDeployment } from "../deployment.ts";
import { nodeError } from "../errors.ts";
import type { L1Provider } from "../l1/reader.ts";

export interface ConfirmedClaim {
  readonly id: Hex;
  /** First entry that it does not cover: its machine stands there. */
  readonly entry: number;
  /** Accumulator before that entry. */
  readonly acc: Hex;
  readonly machine: Machine;
  readonly machineHash: Hex;
}

export interface ConfirmedConfig {
  readonly deployment: Pick<NodeDeployment, "claims" | "deployedAtBlock">;
  /** Most blocks of one `getLogs`. */
  readonly rangeBlocks: number;
}

const claims = Claims__factory.createInterface();

/**
 * The confirmed claim that reaches furthest at an L1 block; undefined while only the genesis claim is.
 * @throws CodedError L1Unreachable, L1Inconsistent
 */
export async function readConfirmed(
  l1: L1Provider,
  config: ConfirmedConfig,
  block: number,
): Promise<ConfirmedClaim | undefined> {
  const { deployment } = config;
  if (block < deployment.deployedAtBlock) return undefined;
  const data = claims.encodeFunctionData("latestConfirmed");
  const answer = await ask(() => l1.call({ to: deployment.claims, data, blockTag: block }));
  if (answer === "0x") return undefined; // no Claims there at that block
  const [id, entry] = claims.decodeFunctionResult("latestConfirmed", answer) as unknown as [Hex, bigint];
  return entry === 0n ? undefined : findClaim(l1, config, id, block);
}

/** By its event, which its id commits to; looked for from the block backwards. */
async function findClaim(l1: L1Provider, config: ConfirmedConfig, id: Hex, block: number): Promise<ConfirmedClaim> {
  const { deployment, rangeBlocks } = config;
  const topics = [claims.getEvent("ClaimMade").topicHash, id];
  for (let to = block; to >= deployment.deployedAtBlock; to -= rangeBlocks) {
    const fromBlock = Math.max(deployment.deployedAtBlock, to - rangeBlocks + 1);
    const logs = await ask(() => l1.getLogs({ address: deployment.claims, topics, fromBlock, toBlock: to }));
    for (const log of logs) {
      const event = parseGameEvent(log);
      if (event?.name !== "ClaimMade") continue;
      const { head, end } = event;
      if (claimId(head) !== id || machineHash(end) !== head.machine) break;
      return { id, entry: Number(head.endEntry), acc: head.acc, machine: end, machineHash: head.machine };
    }
  }
  throw nodeError("L1Inconsistent", `L1 does not say how the confirmed claim ${id} was made`, { id });
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw nodeError("L1Unreachable", "L1 did not give the confirmed claim", {}, cause);
  }
}

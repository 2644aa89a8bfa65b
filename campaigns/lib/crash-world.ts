/** What the crash games share: an Inbox's world as daemons see it. */
import { type Deployment, readParameters } from "@lakh/bindings";
import type { Address } from "@lakh/protocol";

import devnet from "../../parameters/devnet.json" with { type: "json" };
import type { World } from "../../test/node/world.ts";

/** Contracts that neither a sequencer nor a batcher needs. */
const NOT_DEPLOYED: Address = `0x${"01".repeat(20)}`;

/** The deployment file of a world whose Bridge is a plain account. */
export function deploymentOf(world: World): Deployment {
  const { sequencer, feeRecipient } = world.deployment;
  const batcher = world.batcher.address as Address;
  return {
    ...world.deployment,
    claims: NOT_DEPLOYED,
    stepVerifier: NOT_DEPLOYED,
    batcher,
    parameters: readParameters(devnet, { batcher, sequencer, feeRecipient }),
  } as Deployment;
}

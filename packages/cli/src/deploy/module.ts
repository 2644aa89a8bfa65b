/** The plan of a deployment as a Hardhat Ignition module. */
import type { Argument as PlannedArgument, PlannedContract } from "@lakh/bindings";
import {
  type ArgumentType,
  type Artifact,
  type ArtifactResolver,
  type IgnitionModule,
  type IgnitionModuleResult,
  type NamedArtifactContractDeploymentFuture,
  buildModule,
} from "@nomicfoundation/ignition-core";

export type LakhModule = IgnitionModule<"Lakh", string, IgnitionModuleResult<string>>;

/**
 * One contract after the other: each one's address follows from its transaction's nonce, and the Inbox is told the Bridge's
 * before that stands.
 */
export function lakhModule(plan: readonly PlannedContract[]): LakhModule {
  return buildModule("Lakh", (m) => {
    const futures: Record<string, NamedArtifactContractDeploymentFuture<string>> = {};
    let before: NamedArtifactContractDeploymentFuture<string> | undefined;
    for (const { name, arguments: args } of plan) {
      before = m.contract(name, args.map(argument), { after: before === undefined ? [] : [before] });
      futures[name] = before;
    }
    return futures;
  });
}

/** What Ignition takes is not readonly, but it changes nothing. */
function argument(planned: PlannedArgument): ArgumentType {
  return planned as ArgumentType;
}

/** Ignition gets the code that the plan was made of. */
export function artifactsOf(plan: readonly PlannedContract[]): ArtifactResolver {
  return {
    async loadArtifact(contractName): Promise<Artifact> {
      const planned = plan.find(({ name }) => name === contractName);
      if (planned === undefined) throw new RangeError(`the plan has no ${contractName}`);
      return {
        _format: "hh3-artifact-1",
        contractName,
        sourceName: contractName,
        abi: planned.abi,
        bytecode: planned.bytecode,
        deployedBytecode: "0x",
        linkReferences: {},
        deployedLinkReferences: {},
      };
    },
    getBuildInfo: async () => undefined,
  };
}

/** Deploys Lakh in one go, for tests, benchmarks and chains of one's own; `lakh deploy` follows the same plan, and resumes. */
import { ContractFactory, type Signer } from "ethers";

import type { Deployment } from "./deployment.js";
import type { Parameters } from "./parameters.js";
import { type PlannedContract, planDeployment, plannedDeployment } from "./plan.js";

/** The first contracts; the constructors of the others ask them: they must stand before that gas can be estimated. */
const FIRST_CONTRACTS = 4;

/**
 * Deploys all contracts with these rules; seven transactions of the signer, in a row: it must send nothing else meanwhile.
 * @param onContract told each contract once it is mined
 * @throws the provider's error; Bridge's `WrongBridge` when the signer sent something in between
 */
export async function deployLakh(
  signer: Signer,
  parameters: Parameters,
  onContract: (name: string, address: string) => void = () => undefined,
): Promise<Deployment> {
  if (!signer.provider) throw new TypeError("the signer needs a provider");
  const { chainId } = await signer.provider.getNetwork();
  const plan = planDeployment(parameters, await signer.getAddress(), await signer.getNonce("pending"));
  const firstBlock = await deployAll(plan.slice(0, FIRST_CONTRACTS), signer, onContract);
  await deployAll(plan.slice(FIRST_CONTRACTS), signer, onContract);
  return plannedDeployment(plan, parameters, Number(chainId), firstBlock);
}

/** @returns the block of the first of them */
async function deployAll(
  contracts: readonly PlannedContract[],
  signer: Signer,
  onContract: (name: string, address: string) => void,
): Promise<number> {
  const sent = [];
  for (const contract of contracts) {
    const factory = new ContractFactory([...contract.abi], contract.bytecode, signer);
    sent.push({ contract, deployed: await factory.deploy(...contract.arguments) });
  }
  let firstBlock: number | undefined;
  for (const { contract, deployed } of sent) {
    const receipt = await deployed.deploymentTransaction()?.wait();
    if (receipt?.contractAddress !== contract.address)
      throw new Error(`${contract.name} stands at ${receipt?.contractAddress}, not at ${contract.address}`);
    firstBlock ??= receipt.blockNumber;
    onContract(contract.name, contract.address);
  }
  return firstBlock ?? 0;
}

/** Deploys Lakh: the op families, then the four contracts that know each other. */
import { type Signer, getCreateAddress } from "ethers";

import type { Deployment } from "./deployment.js";
import {
  Bridge__factory,
  Claims__factory,
  Inbox__factory,
  PoolOps__factory,
  SessionOps__factory,
  StepVerifier__factory,
  WalletOps__factory,
} from "./generated/contracts/index.js";
import { genesisMachine } from "./genesis.js";
import type { Parameters } from "./parameters.js";

/** Contracts deployed between the Inbox and the Bridge, whose address the Inbox must know. */
const BRIDGE_AFTER_INBOX = 3;

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
  const mined = async <C extends Mined>(name: string, contract: C): Promise<C> => {
    await contract.waitForDeployment();
    onContract(name, await contract.getAddress());
    return contract;
  };
  const { sequencer, batcher, feeRecipient } = parameters;
  const walletOps = await mined("WalletOps", await new WalletOps__factory(signer).deploy());
  const poolOps = await mined("PoolOps", await new PoolOps__factory(signer).deploy());
  const sessionOps = await mined("SessionOps", await new SessionOps__factory(signer).deploy());

  const nonce = await signer.getNonce();
  const predicted = getCreateAddress({ from: await signer.getAddress(), nonce: nonce + BRIDGE_AFTER_INBOX });
  const inbox = await mined(
    "Inbox",
    await new Inbox__factory(signer).deploy({
      batcher,
      bridge: predicted,
      forceDelay: parameters.forceDelaySeconds,
      maxTimeDrift: parameters.maxTimeDriftSeconds,
      sequencerSilence: parameters.sequencerSilenceSeconds,
    }),
  );
  const families = [walletOps, poolOps, sessionOps];
  const verifier = await mined(
    "StepVerifier",
    await new StepVerifier__factory(signer).deploy(inbox, feeRecipient, families),
  );
  const rules = {
    inbox,
    verifier,
    fanout: parameters.fanout,
    challengeSeconds: parameters.challengeSeconds,
    defendSeconds: parameters.defendSeconds,
    replySeconds: parameters.replySeconds,
    claimBond: parameters.claimBondWei,
    challengeBond: parameters.challengeBondWei,
    defendBond: parameters.defendBondWei,
  };
  const claims = await mined("Claims", await new Claims__factory(signer).deploy(rules, genesisMachine()));
  const bridgeRules = { inbox, claims, capUnits: parameters.capUnits };
  const bridge = await mined("Bridge", await new Bridge__factory(signer).deploy(bridgeRules));

  const first = await inbox.deploymentTransaction()?.wait();
  return {
    chainId: Number(chainId),
    deployedAtBlock: first?.blockNumber ?? 0,
    inbox: await inbox.getAddress(),
    bridge: await bridge.getAddress(),
    claims: await claims.getAddress(),
    stepVerifier: await verifier.getAddress(),
    sequencer,
    batcher,
    feeRecipient,
    parameters,
  };
}

interface Mined {
  waitForDeployment(): Promise<unknown>;
  getAddress(): Promise<string>;
}

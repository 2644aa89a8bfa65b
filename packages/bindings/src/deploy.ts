/** Deploys Lakh: the op families, then the four contracts that know each other. */
import { type Addressable, type Signer, getCreateAddress } from "ethers";

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
  const mined = async (contracts: Record<string, Mined>): Promise<void> => {
    for (const [name, contract] of Object.entries(contracts)) {
      await contract.waitForDeployment();
      onContract(name, await contract.getAddress());
    }
  };
  const { sequencer, batcher, feeRecipient } = parameters;
  const walletOps = await new WalletOps__factory(signer).deploy();
  const poolOps = await new PoolOps__factory(signer).deploy();
  const sessionOps = await new SessionOps__factory(signer).deploy();
  const nonce = await signer.getNonce("pending");
  const bridgeAt = getCreateAddress({ from: await signer.getAddress(), nonce: nonce + BRIDGE_AFTER_INBOX });
  const inbox = await new Inbox__factory(signer).deploy(inboxRules(parameters, bridgeAt));
  // The constructors below ask these contracts: they must stand before their gas can be estimated.
  await mined({ WalletOps: walletOps, PoolOps: poolOps, SessionOps: sessionOps, Inbox: inbox });

  const verifier = await new StepVerifier__factory(signer).deploy(inbox, feeRecipient, [
    walletOps,
    poolOps,
    sessionOps,
  ]);
  const claims = await new Claims__factory(signer).deploy(claimsRules(parameters, inbox, verifier), genesisMachine());
  const bridge = await new Bridge__factory(signer).deploy({ inbox, claims, capUnits: parameters.capUnits });
  await mined({ StepVerifier: verifier, Claims: claims, Bridge: bridge });

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

function inboxRules(
  { batcher, forceDelaySeconds, maxTimeDriftSeconds, sequencerSilenceSeconds }: Parameters,
  bridge: string,
) {
  return {
    batcher,
    bridge,
    forceDelay: forceDelaySeconds,
    maxTimeDrift: maxTimeDriftSeconds,
    sequencerSilence: sequencerSilenceSeconds,
  };
}

function claimsRules(parameters: Parameters, inbox: Addressable, verifier: Addressable) {
  const { fanout, challengeSeconds, defendSeconds, replySeconds } = parameters;
  const { claimBondWei: claimBond, challengeBondWei: challengeBond, defendBondWei: defendBond } = parameters;
  return {
    inbox,
    verifier,
    fanout,
    challengeSeconds,
    defendSeconds,
    replySeconds,
    claimBond,
    challengeBond,
    defendBond,
  };
}

interface Mined {
  waitForDeployment(): Promise<unknown>;
  getAddress(): Promise<string>;
}

/**
 * Which contracts a deployment makes, in which order and with which arguments: the one definition that every way of
 * deploying follows.
 */
import { getCreateAddress } from "ethers";

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

const FACTORIES = {
  WalletOps: WalletOps__factory,
  PoolOps: PoolOps__factory,
  SessionOps: SessionOps__factory,
  Inbox: Inbox__factory,
  StepVerifier: StepVerifier__factory,
  Claims: Claims__factory,
  Bridge: Bridge__factory,
};

export type ContractName = keyof typeof FACTORIES;

/** In the order of their transactions: a constructor may ask only contracts before it. */
export const CONTRACT_NAMES = Object.keys(FACTORIES) as readonly ContractName[];

/** A constructor's argument; bigint where Solidity has more than 53 bits. */
export type Argument = string | number | bigint | readonly Argument[] | { readonly [field: string]: Argument };

export interface PlannedContract {
  readonly name: ContractName;
  /** The deployer's nonce that makes the contract stand at {@link address}. */
  readonly nonce: number;
  readonly address: string;
  readonly arguments: readonly Argument[];
  readonly abi: readonly object[];
  readonly bytecode: string;
  /** Data of the transaction: bytecode and encoded arguments. */
  readonly initCode: string;
}

/** @param firstNonce of the deployer's first transaction; nothing else may come between the seven */
export function planDeployment(
  parameters: Parameters,
  deployer: string,
  firstNonce: number,
): readonly PlannedContract[] {
  const at = (name: ContractName): string =>
    getCreateAddress({ from: deployer, nonce: firstNonce + CONTRACT_NAMES.indexOf(name) });
  const args = constructorArguments(parameters, at);
  return CONTRACT_NAMES.map((name, i) => {
    const { abi, bytecode } = FACTORIES[name];
    const initCode = initCodeOf(name, args[name]);
    return { name, nonce: firstNonce + i, address: at(name), arguments: args[name], abi, bytecode, initCode };
  });
}

/** Data of a contract's transaction: its bytecode and the encoded arguments. */
export function initCodeOf(name: ContractName, args: readonly Argument[]): string {
  const { bytecode } = FACTORIES[name];
  return bytecode + FACTORIES[name].createInterface().encodeDeploy(args).slice(2);
}

/** What each constructor gets. @param at address of each contract */
export function constructorArguments(
  parameters: Parameters,
  at: (name: ContractName) => string,
): Readonly<Record<ContractName, readonly Argument[]>> {
  const { batcher, feeRecipient, capUnits, fanout, challengeSeconds, defendSeconds, replySeconds } = parameters;
  const inbox = {
    batcher,
    bridge: at("Bridge"),
    forceDelay: parameters.forceDelaySeconds,
    maxTimeDrift: parameters.maxTimeDriftSeconds,
    sequencerSilence: parameters.sequencerSilenceSeconds,
  };
  const claims = {
    inbox: at("Inbox"),
    verifier: at("StepVerifier"),
    fanout,
    challengeSeconds,
    defendSeconds,
    replySeconds,
    claimBond: parameters.claimBondWei,
    challengeBond: parameters.challengeBondWei,
    defendBond: parameters.defendBondWei,
  };
  return {
    WalletOps: [],
    PoolOps: [],
    SessionOps: [],
    Inbox: [inbox],
    StepVerifier: [at("Inbox"), feeRecipient, [at("WalletOps"), at("PoolOps"), at("SessionOps")]],
    Claims: [claims, genesisMachine()],
    Bridge: [{ inbox: at("Inbox"), claims: at("Claims"), capUnits }],
  };
}

/** The plan as a deployment. @param deployedAtBlock of the first contract */
export function plannedDeployment(
  plan: readonly PlannedContract[],
  parameters: Parameters,
  chainId: number,
  deployedAtBlock: number,
) {
  const at = (name: ContractName): string => plan.find((contract) => contract.name === name)?.address ?? "";
  const { sequencer, batcher, feeRecipient } = parameters;
  return {
    chainId,
    deployedAtBlock,
    inbox: at("Inbox"),
    bridge: at("Bridge"),
    claims: at("Claims"),
    stepVerifier: at("StepVerifier"),
    sequencer,
    batcher,
    feeRecipient,
    parameters,
  };
}

/** One deployment, from its first transaction to its last, however often it is interrupted. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import {
  type Deployment,
  type Parameters,
  type PlannedContract,
  planDeployment,
  plannedDeployment,
} from "@lakh/bindings";
import { CodedError, asL1Error, fatal, isLocalChain, systemClock, takeLock } from "@lakh/service";
import {
  type DeploymentResult,
  DeploymentResultType,
  type EIP1193Provider,
  deploy,
  trackTransaction,
  wipe,
} from "@nomicfoundation/ignition-core";
import { type BaseWallet, type JsonRpcProvider, formatEther } from "ethers";

import { type Journal, identityOf, openJournal } from "./journal.ts";
import { artifactsOf, lakhModule } from "./module.ts";
import { createDeploySigner, nonceTaken, sendAgain } from "./signer.ts";

export interface DeployConfig {
  readonly provider: JsonRpcProvider;
  readonly chainId: bigint;
  readonly wallet: BaseWallet;
  readonly parameters: Parameters;
  /** Folder that remembers the deployment. */
  readonly journal: string;
  /** Blocks that bury each transaction before the next one is sent. */
  readonly confirmations: number;
  /** Wei. */
  readonly maxFee: bigint;
  /** Told where the Inbox will stand, before anything is sent; may throw. */
  readonly onPlan: (inbox: string) => void;
  readonly say: (text: string) => void;
}

/** A contract of a finished deployment. */
export interface Deployed extends PlannedContract {
  readonly transaction: string;
  readonly block: number;
}

/** Ignition raises the fee of a transaction that waits, every three minutes, up to `maxFee`. */
const MAX_FEE_BUMPS = 100;
/** Patience for a transaction that L1 took back and was given again. */
const SENT_BACK_MILLISECONDS = 15 * 60_000;
const POLL_MILLISECONDS = { local: 100, other: 4_000 };

/**
 * Deploys what is not deployed yet.
 * @throws CodedError `OtherJournal`, `NonceTaken`, `DeployReorged`, `InsufficientBalance`, `DeployFailed`, `DeployStopped`, `Locked`, `L1Unreachable`
 */
export async function runDeployment(config: DeployConfig): Promise<{ deployment: Deployment; contracts: Deployed[] }> {
  const { provider, chainId, wallet, parameters, say } = config;
  mkdirSync(config.journal, { recursive: true });
  const unlock = takeLock(join(config.journal, "lock"), "two deployments of one key would take each other's nonces");
  try {
    const genesis = (await provider.getBlock(0))?.hash ?? "";
    const identity = identityOf(
      { chainId: Number(chainId), genesis },
      wallet.address,
      parameters,
      planDeployment(parameters, wallet.address, 0),
    );
    const journal = openJournal(config.journal, identity);
    const isResumed = journal.firstNonce !== undefined;
    const plan = planDeployment(
      parameters,
      wallet.address,
      journal.firstNonce ?? (await provider.getTransactionCount(wallet.address, "pending")),
    );
    config.onPlan(plan.find(({ name }) => name === "Inbox")?.address ?? "");
    const missing = await missingContracts(config, plan);
    if (missing.length > 0) await requireBalance(config, missing);
    if (!isResumed) journal.begin(plan[0]?.nonce ?? 0);
    else say(`resuming: ${plan.length - missing.length} of ${plan.length} contracts stand`);
    if (missing.length > 0) await followPlan(config, plan, journal);
    const contracts = await receiptsOf(provider, plan, journal);
    const deployedAtBlock = contracts[0]?.block ?? 0;
    return { deployment: plannedDeployment(plan, parameters, Number(chainId), deployedAtBlock), contracts };
  } catch (error) {
    throw codedError(error);
  } finally {
    unlock();
  }
}

/** @throws CodedError fatal `NonceTaken` when another transaction stands where one of the plan's should */
async function missingContracts(
  { provider, wallet }: DeployConfig,
  plan: readonly PlannedContract[],
): Promise<PlannedContract[]> {
  const nextNonce = await provider.getTransactionCount(wallet.address, "latest");
  const missing: PlannedContract[] = [];
  for (const contract of plan) {
    if ((await provider.getCode(contract.address)) !== "0x") continue;
    if (contract.nonce < nextNonce) throw nonceTaken(wallet.address, contract.nonce, nextNonce);
    missing.push(contract);
  }
  return missing;
}

/** @throws CodedError fatal `InsufficientBalance` */
async function requireBalance(
  { provider, wallet, maxFee }: DeployConfig,
  missing: readonly PlannedContract[],
): Promise<void> {
  const { maxFeePerGas, gasPrice } = await provider.getFeeData();
  const price = maxFeePerGas ?? gasPrice ?? maxFee;
  const needed = missing.reduce((sum, contract) => sum + mostGas(contract), 0n) * (price < maxFee ? price : maxFee);
  const balance = await provider.getBalance(wallet.address);
  if (balance >= needed) return;
  const data = { deployer: wallet.address, balanceWei: balance, neededWei: needed };
  throw fatal(
    "InsufficientBalance",
    `${wallet.address} has ${formatEther(balance)} ETH; ${missing.length} contracts may cost ${formatEther(needed)} ETH at today's fees: send it ETH and start again`,
    data,
  );
}

/** Upper bound: creation, calldata of non-zero bytes, init code words, code of the init code's length, and the constructor. */
function mostGas({ initCode }: PlannedContract): bigint {
  const bytes = BigInt(initCode.length / 2 - 1);
  return 53_000n + (40n + 200n) * bytes + bytes / 16n + 500_000n;
}

async function followPlan(config: DeployConfig, plan: readonly PlannedContract[], journal: Journal): Promise<void> {
  const { provider, wallet, chainId, say, maxFee } = config;
  const number = (nonce: number): string => `${nonce - (plan[0]?.nonce ?? 0) + 1} of ${plan.length}`;
  const signer = createDeploySigner({
    provider,
    wallet,
    chainId,
    plan,
    journal,
    onSent: ({ name, nonce, address }, hash) =>
      say(`${number(nonce)}  ${name.padEnd(13)} ${address}  transaction ${hash}`),
  });
  await sendBack(config, plan, journal);
  await recoverUnrecorded(config, journal, signer);
  const attempt = (): Promise<DeploymentResult> =>
    deploy({
      config: {
        requiredConfirmations: config.confirmations,
        maxFeeBumps: MAX_FEE_BUMPS,
        blockPollingInterval: isLocalChain(chainId) ? POLL_MILLISECONDS.local : POLL_MILLISECONDS.other,
      },
      artifactResolver: artifactsOf(plan),
      provider: signer,
      deploymentDir: journal.ignition,
      ignitionModule: lakhModule(plan),
      deploymentParameters: {},
      accounts: [wallet.address],
      maxFeePerGasLimit: maxFee,
    });
  let result = await attempt();
  if (result.type === DeploymentResultType.PREVIOUS_RUN_ERROR) {
    // What failed was never mined, or NonceTaken had said so: it may be tried again.
    for (const future of Object.keys(result.errors)) await wipe(journal.ignition, artifactsOf(plan), future);
    result = await attempt();
  }
  requireSuccess(result);
}

/**
 * Sends again what L1 took back, and waits for it: the same transactions make the same contracts at the same addresses.
 * @throws CodedError fatal `DeployStopped` when they are not mined in time
 */
async function sendBack({ provider, chainId, say }: DeployConfig, plan: readonly PlannedContract[], journal: Journal) {
  const sent = journal.sent();
  for (const { name, address, nonce } of plan) {
    const last = sent.findLast((transaction) => transaction.nonce === nonce);
    if (last === undefined || (await provider.getCode(address)) !== "0x") continue;
    if ((await provider.getTransaction(last.hash)) !== null) continue; // under way: Ignition waits for it
    if (!journal.ignitionKnows(last.hash)) return; // never left: see `recoverUnrecorded`
    say(`L1 has taken back ${name}: sending its transaction ${last.hash} again`);
    await sendAgain(provider, last);
    const pause = isLocalChain(chainId) ? POLL_MILLISECONDS.local : POLL_MILLISECONDS.other;
    for (let waited = 0; (await provider.getCode(address)) === "0x"; waited += pause) {
      if (waited >= SENT_BACK_MILLISECONDS)
        throw fatal("DeployStopped", `${name} was sent again and is not mined yet: start again to go on`, { name });
      await systemClock.sleep(pause);
    }
  }
}

/** A transaction that was sent when the process was killed, and that Ignition's journal does not know. */
async function recoverUnrecorded(config: DeployConfig, journal: Journal, signer: EIP1193Provider): Promise<void> {
  for (const transaction of journal.sent()) {
    if (journal.ignitionKnows(transaction.hash)) continue;
    const isBump = journal.sent().some(({ nonce, hash }) => nonce === transaction.nonce && journal.ignitionKnows(hash));
    if (isBump) continue;
    await sendAgain(config.provider, transaction);
    if (existsSync(journal.ignition)) await trackTransaction(journal.ignition, transaction.hash, signer);
  }
}

function requireSuccess(result: DeploymentResult): void {
  switch (result.type) {
    case DeploymentResultType.SUCCESSFUL_DEPLOYMENT:
      return;
    case DeploymentResultType.EXECUTION_ERROR: {
      const reasons = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
      const waiting = result.timedOut.map(({ futureId }) => `${futureId}: not mined in time`);
      throw fatal("DeployFailed", [...reasons, ...waiting].join("; "), { reasons, waiting });
    }
    case DeploymentResultType.VALIDATION_ERROR:
    case DeploymentResultType.RECONCILIATION_ERROR:
    case DeploymentResultType.PREVIOUS_RUN_ERROR: {
      const reasons = Object.entries(result.errors).map(([future, errors]) => `${future}: ${errors.join(", ")}`);
      throw fatal("DeployFailed", reasons.join("; "), { reasons });
    }
  }
}

async function receiptsOf(
  provider: JsonRpcProvider,
  plan: readonly PlannedContract[],
  journal: Journal,
): Promise<Deployed[]> {
  const sent = journal.sent();
  return Promise.all(
    plan.map(async (contract) => {
      for (const { hash } of sent.filter(({ nonce }) => nonce === contract.nonce)) {
        const receipt = await provider.getTransactionReceipt(hash);
        if (receipt !== null) return { ...contract, transaction: hash, block: receipt.blockNumber };
      }
      throw fatal(
        "DeployFailed",
        `L1 has no receipt of ${contract.name}'s transaction: it may have taken it back; start again to go on`,
        { contract: contract.name },
      );
    }),
  );
}

/** Ignition's own errors stop the deployment too; the journal lets it go on. */
function codedError(error: unknown): unknown {
  const coded = asL1Error(error);
  if (coded instanceof CodedError || !(error instanceof Error) || !("errorCode" in error)) return coded;
  return fatal("DeployStopped", `${error.message} (start again to go on)`, { reason: error.errorCode }, error);
}

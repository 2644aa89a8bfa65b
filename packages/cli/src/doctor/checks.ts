/** The doctor's checks: each looks at one thing, has no effect, and says what it found. */
import { type Deployment, Claims__factory, Inbox__factory } from "@lakh/bindings";
import { type LakhClient, LakhError } from "@lakh/sdk";
import { CodedError, type KeySource, loadDeployment, loadKey, reasonOf } from "@lakh/service";
import { type Provider, formatEther } from "ethers";

import { type Finding, bad, ok, warn } from "./finding.ts";

/** The local clock may differ from L1's newest block by so much. */
const CLOCK_SECONDS = 60;
/** L1's newest block may be so old; longer, and its endpoint hangs or lags. */
const HEAD_SECONDS = 180;
/** Seals that L1 does not hold: about two hours of blocks of a batcher that works. */
const UNPOSTED_ENTRIES = 100n;
const CONTRACTS = ["inbox", "bridge", "claims", "stepVerifier"] as const;

/** The deployment file, when it can be read. */
export function checkDeployment(file: string): { findings: Finding[]; deployment?: Deployment } {
  try {
    const deployment = loadDeployment(file);
    return { findings: [ok("DeploymentRead", `${file} is of chain ${deployment.chainId}`)], deployment };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { findings: [bad(error.code, error.message, error.data)] };
  }
}

/** Whether L1 answers, is the right chain, is fresh, and holds the contracts. */
export async function checkL1(
  provider: Provider,
  deployment: Deployment | undefined,
  nowSeconds: number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let head: { number: number; timestamp: number } | null;
  let chainId: bigint;
  try {
    ({ chainId } = await provider.getNetwork());
    head = await provider.getBlock("latest");
  } catch (error) {
    return [bad("L1Unreachable", `L1 does not answer: ${reasonOf(error)}`)];
  }
  if (head === null) return [bad("L1NoHead", "L1 has no newest block")];
  const { number, timestamp } = head;
  const ageSeconds = nowSeconds - timestamp;
  const data = { block: number, ageSeconds };
  if (ageSeconds > HEAD_SECONDS)
    findings.push(
      bad("L1Stale", `L1's newest block is ${ageSeconds} s old: its node hangs, or the clock here is wrong`, data),
    );
  else if (ageSeconds < -CLOCK_SECONDS)
    findings.push(warn("ClockBehind", `the clock here is ${-ageSeconds} s behind L1's newest block: set it`, data));
  else findings.push(ok("L1Fresh", `L1 is at block ${number}, ${ageSeconds} s old`, data));
  if (deployment === undefined) return findings;
  if (chainId !== BigInt(deployment.chainId)) {
    const expected = deployment.chainId;
    findings.push(bad("WrongChain", `L1 has chain id ${chainId}, the deployment ${expected}`, { chainId, expected }));
    return findings;
  }
  for (const name of CONTRACTS) {
    const at = deployment[name];
    const isThere = (await provider.getCode(at)) !== "0x";
    if (!isThere) findings.push(bad("NoContract", `there is no contract at ${at} (${name})`, { name, at }));
  }
  findings.push(...(await checkFinality(provider, number)));
  return findings;
}

async function checkFinality(provider: Provider, head: number): Promise<Finding[]> {
  const finalized = await provider.getBlock("finalized").catch(() => null);
  if (finalized === null)
    return [warn("NoFinalized", "L1 knows no finalized block: set l1FinalityBlocks of the node", {})];
  return [ok("L1Finality", `L1 is final up to block ${finalized.number}`, { behind: head - finalized.number })];
}

/** The batch queue and the claims, as L1 tells them. */
export async function checkRollup(provider: Provider, deployment: Deployment): Promise<Finding[]> {
  const inbox = Inbox__factory.connect(deployment.inbox, provider);
  const claims = Claims__factory.connect(deployment.claims, provider);
  const length = await inbox.length();
  const [queueLength, included] = [await inbox.queueLength(), await inbox.included()];
  const { endEntry } = await claims.latestConfirmed();
  const data = { entries: length, confirmed: endEntry, queued: queueLength - included };
  const findings = [ok("Inbox", `the Inbox holds ${length} entries, claims are confirmed up to ${endEntry}`, data)];
  const oldest = Number(await inbox.oldestPendingTime());
  if (oldest === 0) return findings;
  const { timestamp = 0 } = (await provider.getBlock("latest")) ?? {};
  const waitedSeconds = timestamp - oldest;
  const waiting = { ...data, waitedSeconds };
  if (waitedSeconds > deployment.parameters.forceDelaySeconds)
    findings.push(
      bad(
        "QueueOverdue",
        `a queue item waits for ${waitedSeconds} s: batches revert until somebody includes it`,
        waiting,
      ),
    );
  else
    findings.push(
      warn(
        "QueueWaiting",
        `${queueLength - included} queue items wait: a working sequencer includes them soon`,
        waiting,
      ),
    );
  return findings;
}

/** The key, what it may do, and whether it can pay. */
export async function checkKey(
  source: KeySource,
  provider: Provider,
  deployment: Deployment,
  leastEther: number,
): Promise<Finding[]> {
  let address: string;
  try {
    ({ address } = await loadKey(source, BigInt(deployment.chainId)));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [bad(error.code, error.message, error.data)];
  }
  const roles = (["sequencer", "batcher", "feeRecipient"] as const).filter((role) => deployment[role] === address);
  const powers =
    roles.length === 0 ? "no role of the deployment (a proposer or challenger needs none)" : roles.join(", ");
  const findings = [ok("Key", `${address}: ${powers}`, { address, roles })];
  const balance = Number(formatEther(await provider.getBalance(address)));
  const data = { address, ether: balance, least: leastEther };
  if (balance < leastEther)
    findings.push(bad("LowBalance", `${address} has ${balance} ETH, less than ${leastEther}: send it ETH`, data));
  else findings.push(ok("Balance", `${address} has ${balance} ETH`, data));
  const [mined, pending] = [
    await provider.getTransactionCount(address, "latest"),
    await provider.getTransactionCount(address, "pending"),
  ];
  if (pending > mined)
    findings.push(warn("Pending", `${pending - mined} transactions of ${address} are under way`, { mined, pending }));
  return findings;
}

/** A node's answers against L1's. */
export async function checkNode(client: LakhClient, provider: Provider, deployment: Deployment): Promise<Finding[]> {
  try {
    const info = await client.chainInfo();
    if (info.inbox.toLowerCase() !== deployment.inbox.toLowerCase())
      return [bad("OtherDeployment", `the node is of Inbox ${info.inbox}`, { actual: info.inbox })];
    const { unsafe, safe } = await client.heads();
    const inbox = Inbox__factory.connect(deployment.inbox, provider);
    const length = await inbox.length();
    const data = { unsafe: unsafe.entry, safe: safe.entry, inbox: length };
    const findings = [
      ok("Node", `the node is at entry ${safe.entry} of ${length} on L1 and ${unsafe.entry} sealed`, data),
    ];
    if (safe.entry < length)
      findings.push(warn("NodeBehind", `the node is ${length - safe.entry} entries behind L1`, data));
    if (unsafe.entry > safe.entry + UNPOSTED_ENTRIES)
      findings.push(
        bad("BatcherBehind", `${unsafe.entry - safe.entry} sealed entries are not on L1: look at the batcher`, data),
      );
    if ((await inbox.acc(safe.entry < length ? safe.entry : length)) !== safe.acc && safe.entry <= length)
      findings.push(
        bad("NodeForked", `the node's entry ${safe.entry} is not L1's: it will roll back, or its L1 is another`, data),
      );
    return findings;
  } catch (error) {
    if (!(error instanceof LakhError)) throw error;
    return [bad("NodeUnreachable", `the node does not answer: ${error.message}`, { reason: error.code })];
  }
}

/** The real rollup as agents see it: all contracts, a batcher's hand, followers, and senders that write down their gas. */
import { createChallenger } from "@lakh/challenger";
import { Bridge__factory, Claims__factory, deployLakh, Inbox__factory, readParameters } from "@lakh/bindings";
import { loadKernels } from "@lakh/kernels";
import { createTruth, LakhNode } from "@lakh/node";
import {
  concat,
  domainSeparator,
  encodeEnvelope,
  ETH_ASSET,
  envelopeDigest,
  signDigest,
  ZERO_ADDRESS,
  ZERO_HASH,
  type Address,
  type Hex,
  type Op,
} from "@lakh/protocol";
import { createProposer, type ClaimPolicy } from "@lakh/proposer";
import { createGameReader, silentLog, type Sender, type Stepper } from "@lakh/service";

import { createLiar } from "../../packages/devnet/src/liar.ts";
import devnet from "../../parameters/devnet.json" with { type: "json" };
import { noClock, openL1, quietDeps } from "./l1.ts";

/** Long enough that no window ends by itself while a test computes. */
export const WINDOWS = { challengeSeconds: 100_000, defendSeconds: 10_000, replySeconds: 10_000 };

/** Gas of one L1 transaction of an agent. */
export interface Spent {
  readonly who: string;
  readonly what: string;
  readonly gas: bigint;
}

const kernels = await loadKernels("portable");

export async function openRollup(fanout: number) {
  const l1 = await openL1();
  const { provider, senderOf, walletOf, networkHelpers } = l1;
  const roles = { batcher: walletOf("batcher").address, sequencer: walletOf("sequencer").address };
  const hours = { forceDelaySeconds: 100_000, maxTimeDriftSeconds: 100_000, sequencerSilenceSeconds: 1_000_000 };
  const parameters = readParameters({ ...devnet, fanout, ...WINDOWS, ...hours }, roles);
  const deployment = await deployLakh(await provider.getSigner(0), parameters);
  const inbox = Inbox__factory.connect(deployment.inbox, provider);
  const bridge = Bridge__factory.connect(deployment.bridge, await provider.getSigner(0));
  const claims = Claims__factory.connect(deployment.claims, provider);
  const batcher = await senderOf("batcher");
  const game = { claims: deployment.claims, fromBlock: deployment.deployedAtBlock, marginSeconds: 0 };
  const spent: Spent[] = [];

  /** A follower of its own, in memory, as after a fresh start. */
  const follower = (): Promise<LakhNode> => {
    const store = {
      dataDir: undefined,
      rangeBlocks: 1000,
      finalityBlocks: 1000,
      snapshotItems: 1e9,
      snapshotKeep: 2,
      undoBytes: 2 ** 28,
    };
    return LakhNode.open({ deployment, ...store }, { l1: provider, kernels, log: silentLog(), clock: noClock });
  };
  const metered = async (who: string): Promise<Sender> => {
    const sender = await senderOf(who);
    const send: Sender["send"] = async (call, signal) => {
      const receipt = await sender.send(call, signal);
      spent.push({ who, what: call.label, gas: receipt.gasUsed });
      return receipt;
    };
    const signText = sender.signText.bind(sender);
    return { address: sender.address, signText, resume: sender.resume.bind(sender), send };
  };
  const deps = async (who: string) => {
    const truth = createTruth(await follower());
    return { ...quietDeps(), l1: l1.l1, sender: await metered(who), truth };
  };
  const proposer = async (who: string, policy: Partial<ClaimPolicy> = {}): Promise<Stepper> =>
    createProposer({ ...game, intervalSeconds: 0, mostPending: 10, ...policy }, await deps(who));
  const challenger = async (who: string): Promise<Stepper> => createChallenger(game, await deps(who));
  const liar = async (who: string, levels: number, honestSteps: number): Promise<Stepper> =>
    createLiar({ ...game, levels, honestSteps }, await deps(who));

  const accAndTime = async (): Promise<[string, number]> => [
    await inbox.acc(await inbox.length()),
    await networkHelpers.time.latest(),
  ];
  const postBatch = async (data: Uint8Array): Promise<void> => {
    const input = inbox.interface.encodeFunctionData("appendBatch", [...(await accAndTime()), data]);
    await batcher.send({ label: "appendBatch", to: deployment.inbox, data: input });
  };
  const postQueue = async (): Promise<void> => {
    const input = inbox.interface.encodeFunctionData("appendQueue", [
      ...(await accAndTime()),
      await inbox.queueLength(),
    ]);
    await batcher.send({ label: "appendQueue", to: deployment.inbox, data: input });
  };
  /** Deposits ETH into a new account of an owner. */
  const deposit = async (owner: string, units: bigint): Promise<void> => {
    await (await bridge.depositETH(0, owner, { value: units * 10n ** 9n })).wait();
  };
  const reader = createGameReader(game, l1.l1);
  return {
    ...l1,
    deployment,
    inbox,
    claims,
    spent,
    follower,
    proposer,
    challenger,
    liar,
    postBatch,
    postQueue,
    deposit,
    view: () => reader.read(),
  };
}

export type Rollup = Awaited<ReturnType<typeof openRollup>>;

/** Two deposits in one entry; in the next a transfer, a malformed item of two bytes, and rubbish. Seven items in all. */
export async function postTwoEntries({ walletOf, deposit, postQueue, postBatch, follower }: Rollup): Promise<void> {
  const [alice, bob] = [walletOf("alice"), walletOf("bob")];
  await deposit(alice.address, 1_000n);
  await deposit(bob.address, 1_000n);
  await postQueue();
  const node = await follower();
  await createTruth(node).refresh();
  const [from, to] = [alice, bob].map(({ address }) => node.engine.accountsOf(address.toLowerCase() as Address)[0]);
  if (from === undefined || to === undefined) throw new Error("the deposits made no accounts");
  const ops = [{ verb: "transfer", object: ETH_ASSET, object2: to, amount: 7n } as const];
  const item = envelopeItem(node, alice.privateKey, from, 0n, ops);
  await postBatch(concat(item, prefixed(Uint8Array.of(0x11, 0x22)), rubbish(3)));
  await node.close();
}

/** An envelope as a batch holds it, signed against the state of a follower. */
export function envelopeItem(
  node: LakhNode,
  key: string,
  account: number,
  nonce: bigint,
  ops: readonly Op[],
): Uint8Array {
  const { engine } = node;
  const unsigned = { account, nonce, validUntil: 0n, fee: 0n, ops };
  const owner = engine.account(account)?.owner ?? ZERO_ADDRESS;
  const digest = envelopeDigest(
    domainSeparator(engine.config),
    unsigned,
    owner,
    (index) => engine.tag(index) ?? ZERO_HASH,
  );
  return prefixed(encodeEnvelope({ ...unsigned, signature: signDigest(digest, key as Hex) }));
}

/** An item behind its length, which is below 128 here. */
export function prefixed(item: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(item.length), item);
}

/** `count` one-byte items: each is malformed, and a step like any other. */
export function rubbish(count: number): Uint8Array {
  const data = new Uint8Array(2 * count);
  for (let i = 0; i < count; i++) data.set([1, 0xee], 2 * i);
  return data;
}

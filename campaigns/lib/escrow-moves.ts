/** What people, tokens and receivers do around a Bridge, at random. */
import type { Address } from "@lakh/protocol";
import {
  ZERO_ADDRESS,
  ZERO_HASH,
  assetTag,
  compactExitProof,
  domainSeparator,
  encodeBatch,
  encodeCall,
  encodeEnvelope,
  envelopeDigest,
  opsHash,
  signDigest,
  toHex,
} from "@lakh/protocol";
import type { Result } from "ethers";

import { WINDOWS } from "../../test/agents/rollup.ts";
import { anyone, randomEnvelope, someKey, tagOf } from "../../test/engine/random-items.ts";
import type { Random } from "../../test/support/random.ts";
import { type Asset, ETH, type EscrowWorld, lower } from "./escrow-world.ts";
import { usefulEnvelope } from "./useful-ops.ts";

const UNIT_WEI = 10n ** 9n;
/** Steps of a proposer that bring a claim home. */
const CLAIM_STEPS = 5;
const DRAWS = 5;
const GAS = { gasLimit: 3_000_000 };
/** Those that neither take money from others nor call on: contracts/test/FickleReceiver.sol and FickleToken.sol. */
const RECEIVER_MOODS = [0, 0, 1, 2, 3, 4, 6];
const TOKEN_MOODS = [0, 0, 0, 1, 2, 3, 4, 5, 6];
/** An asset object that does not exist. */
const NO_OBJECT = 99;

/** A word that it returns is its result. */
export type Move = readonly [name: string, play: () => Promise<unknown>];

export function escrowMoves(world: EscrowWorld, random: Random): readonly Move[] {
  const { bridge, stranger, inbox, claims, node, agent, at, tokens, as, creditors, networkHelpers } = world;
  const { engine } = node;

  const changeMoods = async (): Promise<void> => {
    await world.receiver.setMood(random.pick(RECEIVER_MOODS));
    await world.fickle.setMood(random.pick(TOKEN_MOODS));
  };
  const ownerAndAccount = (): [Address, number] => {
    const owner = random.chance(0.2) ? at.receiver : anyone(random).address;
    return [owner, random.chance(0.5) ? 0 : (engine.accountsOf(owner)[0] ?? 0)];
  };
  const objectOf = ({ token, shift }: Asset): number => {
    const tag = assetTag(token, shift);
    for (let i = 1; i < engine.machine().nextObject; i++) if (engine.tag(i) === tag) return i;
    return NO_OBJECT;
  };
  /** Mostly whole units. */
  const amountOf = (unit: bigint): bigint => (1n + (random.u64() % 10n ** 12n)) * unit + (random.chance(0.1) ? 1n : 0n);

  const envelope = (): Uint8Array => {
    const drawn = random.chance(0.5) ? usefulEnvelope(engine, random) : randomEnvelope(engine, random);
    const ops = drawn.ops.map((op) =>
      op.verb === "withdraw" && random.chance(0.5) ? { ...op, party: at.receiver } : op,
    );
    const unsigned = { ...drawn, ops };
    const owner = engine.account(drawn.account)?.owner ?? ZERO_ADDRESS;
    const tag = (index: number) => engine.tag(index) ?? ZERO_HASH;
    const digest = envelopeDigest(domainSeparator(engine.config), unsigned, owner, tag);
    return encodeEnvelope({ ...unsigned, signature: signDigest(digest, someKey(engine, random, drawn.account)) });
  };

  const depositEth = async (): Promise<unknown> =>
    bridge.depositETH(...reversed(ownerAndAccount()), { value: amountOf(UNIT_WEI), ...GAS });
  const depositToken = async (): Promise<unknown> => {
    await changeMoods();
    const [owner, account] = ownerAndAccount();
    const asset = random.pick(tokens);
    const { token, shift } = asset;
    const object = random.chance(0.9) ? objectOf(asset) : 1 + random.below(9);
    return bridge.depositERC20(token, shift, object, account, owner, amountOf(10n ** BigInt(shift)), GAS);
  };
  const enqueueCall = async (): Promise<unknown> => {
    const { account, ops } = randomEnvelope(engine, random);
    const call = encodeCall({ account, ops, opsHash: toHex(opsHash(ops, tagOf(engine))) });
    return inbox.connect(await as(engine.account(account)?.owner ?? at.stranger)).enqueueCall(call, GAS);
  };
  const includeQueue = async (): Promise<unknown> =>
    (await inbox.included()) < (await inbox.queueLength()) ? world.postQueue() : "empty";
  const postBatch = (): Promise<unknown> =>
    world.postBatch(encodeBatch(Array.from({ length: 1 + random.below(6) }, envelope)));
  const confirm = async (): Promise<void> => {
    await includeQueue();
    await agent.step();
    await networkHelpers.time.increase(WINDOWS.challengeSeconds);
    for (let i = 0; i < CLAIM_STEPS; i++) await agent.step();
  };

  /** An exit in the last confirmed state; mostly one that is not paid. */
  const someExit = async () => {
    const [made] = await claims.queryFilter(claims.filters.ClaimMade((await claims.latestConfirmed()).id));
    if (made === undefined || made.args.end.nextExit === 0n) return undefined;
    const { head, end } = made.args;
    let number = random.u64() % end.nextExit;
    for (let i = 0; i < DRAWS && (await bridge.isFinalized(number)); i++) number = random.u64() % end.nextExit;
    const record = engine.exit(number);
    if (record === undefined) throw new Error(`no exit ${number}`);
    const { token, shift, amount, recipient } = record;
    return { head, end, exit: { number, token, shift, amount, recipient } };
  };
  const pay = async (): Promise<unknown> => {
    const found = await someExit();
    if (found === undefined) return "none yet";
    const { head, end, exit } = found;
    await changeMoods();
    creditors.add(lower(await bridge.holderOf(exit)));
    const { siblings } = (await node.stateAt(Number(end.entry))).exitProof(exit.number);
    const proof = compactExitProof(siblings, exit.number, end.nextExit);
    const creditOf = async () => bridge.credit(await bridge.holderOf(exit), exit.token, exit.shift);
    const before = await creditOf();
    await bridge.finalizeExit(plainOf(head), plainOf(end), exit, proof, GAS);
    return (await creditOf()) > before ? "became a credit" : "delivered";
  };
  const assign = async (): Promise<unknown> => {
    const found = await someExit();
    if (found === undefined) return "none yet";
    const holder = await as(await bridge.holderOf(found.exit));
    return bridge.connect(holder).assignExit(found.exit, anyone(random).address, GAS);
  };
  /** One that there is, if any. */
  const someCredit = async (): Promise<readonly [creditor: Address, Asset]> => {
    const all = [...creditors].flatMap((creditor) => [ETH, ...tokens].map((asset) => [creditor, asset] as const));
    for (const credit of all) {
      const [creditor, { token, shift }] = credit;
      if ((await bridge.credit(creditor, token, shift)) > 0n && random.chance(0.7)) return credit;
    }
    return random.pick(all);
  };
  const retryCredit = async (): Promise<unknown> => {
    await changeMoods();
    const [creditor, { token, shift }] = await someCredit();
    return bridge.retryCredit(creditor, token, shift, GAS);
  };
  const withdrawCredit = async (): Promise<unknown> => {
    await changeMoods();
    const [creditor, { token, shift }] = await someCredit();
    const from = await as(creditor);
    return bridge.connect(from).withdrawCredit(token, shift, anyone(random).address, GAS);
  };

  const often = (times: number, name: string, play: () => Promise<unknown>): Move[] => Array(times).fill([name, play]);
  return [
    ...often(1, "ether deposited", depositEth),
    ...often(3, "token deposited", depositToken),
    ...often(1, "envelope forced", () => inbox.connect(stranger).enqueueForced(envelope(), GAS)),
    ...often(1, "call of an owner", enqueueCall),
    ...often(2, "queue included", includeQueue),
    ...often(4, "batch posted", postBatch),
    ...often(2, "claim confirmed", confirm),
    ...often(5, "exit paid", pay),
    ...often(1, "exit assigned", assign),
    ...often(2, "credit retried", retryCredit),
    ...often(1, "credit withdrawn", withdrawCredit),
  ];
}

function reversed<A, B>([a, b]: [A, B]): [B, A] {
  return [b, a];
}

/** A struct of an event as an object: ethers' own results cannot be encoded again. */
function plainOf<T>(result: T): T {
  return (result as Result).toObject() as T;
}

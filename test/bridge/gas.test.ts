import type { Claims } from "@lakh/bindings";
import {
  type Hex,
  CAP_UNITS,
  EXIT_LIMIT,
  genesisHead,
  keccak256,
  machineHash,
  toHex,
  uintBytes,
  utf8,
} from "@lakh/protocol";
import type { ContractTransactionResponse } from "ethers";
import { expect } from "chai";

import { recordGas, skipUnderCoverage } from "../support/gas.ts";
import { type Exit, compactProof, rootOf } from "./exit-tree.ts";
import {
  ETH,
  GWEI,
  SHIFT,
  UNIT,
  addressOf,
  deploy,
  deployPair,
  ethers,
  freshAddress,
  freshBridge,
  fundEth,
  fundToken,
} from "./fixture.ts";

const EXIT_NUMBER = 1_000_000n;
const NEXT_EXIT = 1_040_000n;
const NEXT_OBJECT = 600_000;
/** Most gas, issue 2. */
const LIMITS = { depositETH: 80_000n, depositERC20: 120_000n, finalize: 150_000n };

/** Records the gas of a transaction and holds it against its limit. */
async function measure(name: string, sent: Promise<ContractTransactionResponse>, limit: bigint): Promise<void> {
  const used = (await (await sent).wait())?.gasUsed ?? 0n;
  recordGas(name, used);
  expect(used <= limit, `${name}: ${used} of ${limit}`).to.equal(true);
}

/** A proof with as many real siblings as an exit at that number has: their content costs the same whatever it is. */
function fullProof(number: bigint): Hex[] {
  const sibling = (level: number, index: bigint): Hex => toHex(keccak256(uintBytes(level, 1), uintBytes(index, 8)));
  return compactProof(sibling, number, NEXT_OBJECT, NEXT_EXIT);
}

/** Real Claims whose genesis, a confirmed claim, holds `exit` among a million others; Inbox and Bridge over it. */
async function deployOver(exit: Exit) {
  const stateRoot = rootOf(exit, fullProof(exit.number), NEXT_OBJECT, NEXT_EXIT);
  const counts = { nextObject: NEXT_OBJECT, nextExit: NEXT_EXIT, entry: 0n, cursor: 0 };
  const machine = { stateRoot, ...counts, time: 1_763_611_234n, fees: 123_456_789n };
  const windows = { challengeSeconds: 10, defendSeconds: 10, replySeconds: 10, fanout: 4 };
  const bonds = { claimBond: 10n ** 18n, challengeBond: 10n ** 18n, defendBond: 10n ** 18n };
  const elsewhere = freshAddress(0xe15e);
  const params = { inbox: elsewhere, verifier: elsewhere, ...windows, ...bonds };
  const claims = await deploy<Claims>("Claims", [params, machine]);
  const pair = await deployPair(await addressOf(claims), CAP_UNITS);
  const head = genesisHead(machineHash(machine), machine.entry);
  expect(await claims.isConfirmed(head)).to.equal(true);
  return { ...pair, head, machine };
}

describe("Bridge gas, osaka", () => {
  before(skipUnderCoverage);

  it("of deposits", async () => {
    const world = await freshBridge();
    const { bridge, user, plain } = world;
    const owner = user.address;
    const eth = (account: number) => bridge.connect(user).depositETH(account, owner, { value: 123_456_789n * GWEI });
    await measure("Bridge.depositETH: the first of all", eth(0), LIMITS.depositETH);
    await measure("Bridge.depositETH", eth(500_001), LIMITS.depositETH);

    await measure("Bridge.listToken", bridge.listToken(plain, SHIFT), 120_000n);
    const amount = 123_456_789n * UNIT;
    await plain.mint(owner, 3n * amount);
    await plain.connect(user).approve(bridge, 3n * amount);
    const erc20 = () => bridge.connect(user).depositERC20(plain, SHIFT, 300, 500_001, owner, amount);
    await measure("Bridge.depositERC20: the token's first", erc20(), 150_000n);
    await measure("Bridge.depositERC20", erc20(), LIMITS.depositERC20);
  });

  it(`of an ETH exit numbered ${EXIT_NUMBER} of ${NEXT_EXIT}`, async () => {
    const recipient = freshAddress(0xa11c);
    const exit: Exit = { number: EXIT_NUMBER, ...ETH, amount: 987_654_321n, recipient };
    const { bridge, head, machine, user } = { ...(await freshBridge()), ...(await deployOver(exit)) };
    await bridge.connect(user).depositETH(0, user.address, { value: 10n ** 18n });
    const siblings = fullProof(exit.number);
    expect(siblings.length).to.equal(31);
    const sent = bridge.finalizeExit(head, machine, exit, siblings);
    await measure("Bridge.finalizeExit: ETH, new receiver", sent, LIMITS.finalize);
    expect(await ethers.provider.getBalance(recipient)).to.equal(exit.amount * GWEI);
  });

  it(`of a token exit numbered ${EXIT_NUMBER} of ${NEXT_EXIT}`, async () => {
    const world = await freshBridge();
    const { plain } = world;
    const content = { token: await addressOf(plain), shift: SHIFT, amount: 987_654_321n };
    const exit: Exit = { number: EXIT_NUMBER, ...content, recipient: freshAddress(0xa11c) };
    const deployed = await deployOver(exit);
    await fundToken({ ...world, ...deployed }, plain, exit.amount + 1n);
    const sent = deployed.bridge.finalizeExit(deployed.head, deployed.machine, exit, fullProof(exit.number));
    await measure("Bridge.finalizeExit: token, new holder", sent, LIMITS.finalize);
    expect(await plain.balanceOf(exit.recipient)).to.equal(exit.amount * UNIT);
  });

  it("of an assignment and a credit", async () => {
    const world = await freshBridge();
    const { bridge, user, buyer } = world;
    await fundEth(world, 10n);
    const exit: Exit = { number: EXIT_NUMBER, ...ETH, amount: 1n, recipient: await addressOf(user) };
    await measure("Bridge.assignExit", bridge.connect(user).assignExit(exit, buyer.address), 60_000n);
  });

  it("has room for every exit there can be", () => {
    const last = BigInt(EXIT_LIMIT) - 1n;
    const sibling = (): Hex => toHex(keccak256(utf8("any")));
    expect(compactProof(sibling, last, NEXT_OBJECT, BigInt(EXIT_LIMIT)).length).to.equal(3 * 19 + 2);
  });
});

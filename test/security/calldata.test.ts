/** Calldata that no encoder makes: dirty high bits, missing bytes. It is refused: a value has one form. */
import type { Hex } from "@lakh/protocol";
import { ZERO_HASH } from "@lakh/protocol";
import { expect } from "chai";

import { freshBridge, fundEth, oneExit, GWEI, ETH } from "../bridge/fixture.ts";
import { GENESIS, SALT, CLAIM_BOND, deployGame, machinesTo } from "../claims/game.ts";

const SELECTOR = 4;
const WORD = 32;

interface Call {
  readonly to: string;
  readonly from: string;
  readonly data: string;
  readonly value: bigint;
}
interface Caller {
  call(transaction: Call): Promise<string>;
}

/** `data` with the highest byte of word `index` behind the selector set. */
function dirty(data: string, index: number): Hex {
  const at = 2 + 2 * (SELECTOR + WORD * index);
  return `${data.slice(0, at)}ff${data.slice(at + 2)}` as Hex;
}

/** Expects the call to go through as it is, and to revert with each of these words dirty, and with its end missing. */
async function refusesOtherForms(provider: Caller, call: Call, narrow: readonly number[]): Promise<void> {
  await provider.call(call);
  const reverts = async (data: string, what: string) => {
    const done = await provider.call({ ...call, data }).then(
      () => true,
      () => false,
    );
    expect(done, what).to.equal(false);
  };
  for (const word of narrow) await reverts(dirty(call.data, word), `word ${word} dirty`);
  await reverts(call.data.slice(0, -2), "a byte missing");
}

/** Words of a claim's head that are narrower than 32 bytes: endEntry, levels, proposer. */
const HEAD = [4, 5, 6];
const HEAD_WORDS = 8;
/** Of a machine: nextObject to fees. */
const MACHINE = [1, 2, 3, 4, 5, 6];
const MACHINE_WORDS = 7;
/** Of an exit: all. */
const EXIT = [0, 1, 2, 3, 4];

const shifted = (words: readonly number[], by: number): number[] => words.map((word) => word + by);

describe("Calldata in another form than an encoder's", () => {
  it("finalizeExit and assignExit: an exit has one id", async () => {
    const world = await freshBridge();
    const { bridge, recipient, deployer } = world;
    await fundEth(world, 5n);
    const { exit, calldata } = await oneExit(world, { ...ETH, amount: 5n, recipient: recipient.address as Hex });
    const provider = deployer.provider as unknown as Caller;
    const to = await bridge.getAddress();
    const narrow = [...HEAD, ...shifted(MACHINE, HEAD_WORDS), ...shifted(EXIT, HEAD_WORDS + MACHINE_WORDS)];
    await refusesOtherForms(provider, { to, from: deployer.address, data: calldata, value: 0n }, narrow);

    const assign = bridge.interface.encodeFunctionData("assignExit", [exit, deployer.address]);
    const from = recipient.address;
    await refusesOtherForms(provider, { to, from, data: assign, value: 0n }, [...EXIT, EXIT.length]);
  });

  it("depositETH: account and owner", async () => {
    const { bridge, user } = await freshBridge();
    const data = bridge.interface.encodeFunctionData("depositETH", [0, user.address]);
    const call = { to: await bridge.getAddress(), from: user.address, data, value: GWEI };
    await refusesOtherForms(user.provider as unknown as Caller, call, [0, 1]);
  });

  it("claim: a parent's head and a machine", async () => {
    const game = await deployGame();
    const { claims, genesis, signers } = game;
    const end = machinesTo(GENESIS, 2n, 3).at(-1);
    const [proposer] = signers;
    if (!end || !proposer) throw new Error("a machine and a signer are needed");
    const acc = await game.inbox.acc(2n);
    const data = claims.interface.encodeFunctionData("claim", [genesis, 2, acc, end, SALT]);
    const call = { to: await claims.getAddress(), from: proposer.address, data, value: CLAIM_BOND };
    const narrow = [...HEAD, HEAD_WORDS, ...shifted(MACHINE, HEAD_WORDS + 2)];
    await refusesOtherForms(proposer.provider as unknown as Caller, call, narrow);
  });

  it("appendQueue: times and places", async () => {
    const { inbox, batcher, bridge, user } = await freshBridge();
    await bridge.connect(user).depositETH(0, user.address, { value: GWEI });
    const time = await inbox.oldestPendingTime();
    const data = inbox.interface.encodeFunctionData("appendQueue", [ZERO_HASH, time, 1n]);
    const call = { to: await inbox.getAddress(), from: batcher.address, data, value: 0n };
    await refusesOtherForms(batcher.provider as unknown as Caller, call, [1, 2]);
  });
});

import { createEngine, takeSnapshot } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import { EntryKind, ZERO_ADDRESS, ZERO_HASH, encodeDeposit, nextAcc, toHex, ETH_ASSET } from "@lakh/protocol";
import { hasCode } from "@lakh/service";
import { expect } from "chai";

import { Chain, placed } from "../../packages/node/src/chain.ts";
import { Results } from "../../packages/node/src/store/results.ts";
import { cleanUp, person, tempDir } from "./world.ts";

const kernels = await loadKernels("portable");
const config = { chainId: 1n, inbox: person(8).address, feeRecipient: person(9).address };
const START = { number: 0, acc: ZERO_HASH, included: 0 };
const ENTRIES = 12;

/** A chain that has executed `length` slices, each of one deposit more than the one before. */
function chainOf(length: number, undoBytes: number): Chain {
  const chain = new Chain(createEngine(config, kernels), START, undoBytes);
  for (let number = 0; number < length; number++) chain.execute(slice(chain));
  return chain;
}

function slice(chain: Chain) {
  const { length: number, acc, included } = chain;
  const deposit = { token: ZERO_ADDRESS, shift: 9, asset: ETH_ASSET, account: 0, owner: person(1).address };
  const item = encodeDeposit({ ...deposit, depositor: person(1).address, amount: BigInt(number + 1) });
  const payload = Array.from({ length: number + 1 }, () => item);
  const end = BigInt(included + payload.length);
  const header = { kind: EntryKind.Queue, time: BigInt(number), a: BigInt(included), b: end, hash: ZERO_HASH };
  return placed(number, acc, { header, payload }, nextAcc(acc, header));
}

const stateOf = (chain: Chain): string => toHex(takeSnapshot(chain.engine));

describe("node > chain", () => {
  afterEach(cleanUp);

  it("goes back to every entry that is not final, by old records or by a state made anew", () => {
    for (const undoBytes of [2 ** 28, 0])
      for (let to = 0; to <= ENTRIES; to++) {
        const chain = chainOf(ENTRIES, undoBytes);
        const { engine } = chain;
        if (undoBytes > 0) expect(chain.canUndo(to)).to.equal(true);
        else expect(chain.canUndo(to)).to.equal(to >= ENTRIES - 1);
        chain.truncate(to, chain.canUndo(to) ? undefined : chainOf(to, 0).engine);
        const expected = chainOf(to, 0);
        expect(stateOf(chain)).to.equal(stateOf(expected));
        expect([chain.length, chain.acc, chain.included]).to.deep.equal([to, expected.acc, (to * (to + 1)) / 2]);
        for (let number = 0; number <= to; number++)
          expect(chain.includedAt(number)).to.equal((number * (number + 1)) / 2);
        chain.execute(slice(chain));
        chain.truncate(to);
        expect(stateOf(chain)).to.equal(stateOf(expected));
        expect(chain.engine).to.equal(engine);
      }
  });

  it("takes no state of another entry", () => {
    const chain = chainOf(ENTRIES, 0);
    expect(() => chain.truncate(3)).to.throw(Error);
    expect(() => chain.truncate(3, chainOf(4, 0).engine)).to.throw(Error);
    expect(chain.length).to.equal(ENTRIES);
  });

  it("keeps old records while it is held", () => {
    const chain = chainOf(ENTRIES, 0);
    chain.hold();
    for (let i = 0; i < 5; i++) chain.execute(slice(chain));
    expect(chain.canUndo(ENTRIES)).to.equal(true);
    chain.release();
    expect(chain.canUndo(ENTRIES)).to.equal(false);
  });

  it("lets go of final entries, which the store of results keeps, over restarts and replays too", async () => {
    const path = `${await tempDir()}/results`;
    const chain = chainOf(ENTRIES, 2 ** 28);
    const known = Array.from({ length: ENTRIES }, (_, number) => chain.at(number));
    for (const results of [await Results.open(path), Results.inMemory()]) {
      const one = chainOf(ENTRIES, 2 ** 28);
      results.append(one.finalize(2));
      results.append(one.finalize(7));
      expect([one.first, one.length, one.includedAt(7)]).to.deep.equal([7, ENTRIES, 28]);
      expect(one.at(6)).to.equal(undefined);
      let thrown: unknown;
      try {
        one.truncate(6);
      } catch (error) {
        thrown = error;
      }
      expect(hasCode(thrown, "L1FinalityBroken")).to.equal(true);
      one.truncate(7);
      expect(stateOf(one)).to.equal(stateOf(chainOf(7, 0)));
      for (let number = 0; number < 7; number++) {
        const { before, outcomes } = (await results.of(number)) ?? {};
        expect([before, [...(outcomes ?? [])]]).to.deep.equal([
          known[number]?.before,
          [...(known[number]?.outcomes ?? [])],
        ]);
      }
      expect(await results.of(7)).to.equal(undefined);
      await results.close();
    }
    const again = await Results.open(path);
    again.append(chain.finalize(9)); // from the start again, as after a restart
    expect((await again.of(8))?.before).to.deep.equal(known[8]?.before);
    expect((await again.of(3))?.before).to.deep.equal(known[3]?.before);
    expect(again.from).to.equal(0);
    await again.close();
  });
});

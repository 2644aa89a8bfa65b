import { expect } from "chai";

import { Arena } from "../../packages/engine/src/arena.ts";
import { Journal } from "../../packages/engine/src/journal.ts";
import { Random, SEED } from "../support/random.ts";

const ROUNDS = 2000;
const RECORD_BYTES = 905;

describe("journal of old records", () => {
  it(`gives back what a plain list gives back, over many chunks (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const arena = new Arena();
    const unit = arena.allocate(Arena.classOf(RECORD_BYTES));
    const journal = new Journal();
    const expected: { object: number; bytes: Uint8Array }[] = [];
    let dropped = 0;
    const at = 32 * unit;
    const check = (image: number): void => {
      const { object, bytes } = expected[image] as (typeof expected)[number];
      arena.bytes.fill(0xaa, at, at + RECORD_BYTES);
      journal.restore(image, arena, unit);
      expect(journal.objectOf(image)).to.equal(object);
      expect(Buffer.compare(arena.bytes.subarray(at, at + bytes.length), bytes)).to.equal(0);
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = random.below(120); i >= 0; i--) {
        const bytes = random.below(8) === 0 ? new Uint8Array(0) : random.bytes(1 + random.below(RECORD_BYTES));
        arena.bytes.set(bytes, at);
        const object = random.below(2 ** 28);
        journal.save(object, arena, unit, bytes.length);
        expected.push({ object, bytes });
      }
      if (random.below(3) === 0) {
        const to = dropped + random.below(expected.length - dropped + 1);
        if (random.below(3) === 0) {
          journal.truncate(to);
          expected.length = to;
        } else if (random.below(2) === 0) {
          journal.dropBefore(to);
          dropped = to;
        }
      }
      expect(journal.count).to.equal(expected.length);
      for (let k = 0; k < 5 && expected.length > dropped; k++) check(dropped + random.below(expected.length - dropped));
    }
    expect(expected.length).to.be.greaterThan(0);
  });

  it("drops nothing, at once, where the first image is of a new object", () => {
    const journal = new Journal();
    const arena = new Arena();
    for (let object = 1; object < 4; object++) journal.save(object, arena, 0, 0);
    journal.dropBefore(0);
    journal.dropBefore(2);
    expect(journal.objectOf(2)).to.equal(3);
    journal.truncate(2);
    expect(journal.takeLowest()).to.equal(2);
    journal.dropBefore(2);
    expect(journal.byteLength).to.be.lessThan(1 << 20);
  });
});

import { expect } from "chai";

import { Sorter } from "../../packages/engine/src/sort.ts";
import { Random, SEED } from "../support/random.ts";

describe("sorting by digits", () => {
  it(`gives what comparing gives, for few and many numbers of all sizes (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const sorter = new Sorter();
    for (const count of [0, 1, 127, 128, 129, 5000, 200])
      for (const bits of [0, 8, 11, 12, 22, 23, 28, 32]) {
        const values = Uint32Array.from({ length: count + 3 }, () => (bits === 0 ? 0 : random.u32() >>> (32 - bits)));
        const expected = values.slice(0, count).sort();
        expect([...sorter.ascending(values, count)]).to.deep.equal([...expected]);
      }
  });
});

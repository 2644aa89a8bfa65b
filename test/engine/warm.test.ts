import { WARM_GROUP, takeSnapshot } from "@lakh/engine";
import { toHex } from "@lakh/protocol";
import { expect } from "chai";

import { Random, SEED } from "../support/random.ts";
import { stage } from "./stage.ts";

describe("loading records ahead", () => {
  it(`has no effect, whatever the bytes (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const engine = stage();
    engine.closeEntry();
    const before = toHex(takeSnapshot(engine));
    for (let round = 0; round < 200; round++) {
      const count = 1 + random.below(WARM_GROUP);
      const spans = Uint32Array.from({ length: 2 * count }, (_, k) => 40 * (k >> 1) + (k % 2) * random.below(41));
      const bytes = random.bytes(40 * count);
      for (let i = 0; i < count; i++) bytes[40 * i] = 0x11;
      engine.warm(bytes, spans, 0, count);
    }
    expect(toHex(takeSnapshot(engine))).to.equal(before);
  });
});

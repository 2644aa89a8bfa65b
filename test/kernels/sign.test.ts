import { signFull } from "@lakh/kernels";
import { fromHex, toHex } from "@lakh/protocol";
import { expect } from "chai";
import { SigningKey } from "ethers";

import { Random, SEED } from "../support/random.ts";

describe("signFull", () => {
  it(`signs to the bytes that ethers gives (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (let i = 0; i < 50; i++) {
      const key = toHex(random.bytes(32));
      const digest = random.bytes(32);
      expect(toHex(signFull(digest, fromHex(key)))).to.equal(new SigningKey(key).sign(digest).serialized);
    }
  });
});

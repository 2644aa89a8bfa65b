import { asL1Error, hasCode } from "@lakh/service";
import { expect } from "chai";
import { FetchRequest, JsonRpcProvider, Network } from "ethers";

import { serve } from "../agents/wire.ts";

describe("L1 that answers null", () => {
  it("is a fault of L1's node, to be tried again", async () => {
    const endpoint = await serve(async (body) => {
      const { id } = JSON.parse(body) as { id: number };
      return JSON.stringify({ jsonrpc: "2.0", id, result: null });
    });
    const network = Network.from(1);
    const options = { staticNetwork: network, batchMaxCount: 1 };
    const provider = new JsonRpcProvider(new FetchRequest(endpoint.url), network, options);
    const error: unknown = await provider
      .getTransactionCount(`0x${"11".repeat(20)}`)
      .catch((caught: unknown) => caught);
    expect(hasCode(asL1Error(error), "L1Fault")).to.equal(true);
    provider.destroy();
    endpoint.close();
  });
});

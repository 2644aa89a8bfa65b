import { asL1Error, CheckedProvider, hasCode } from "@lakh/service";
import { expect } from "chai";
import { FetchRequest, Network } from "ethers";

import { serve } from "../agents/wire.ts";

const NOBODY = `0x${"11".repeat(20)}`;

/** What each call ends with over an endpoint that answers everything so. */
async function codesOver(result: unknown): Promise<Record<string, string>> {
  const endpoint = await serve(async (body) => {
    const calls = [JSON.parse(body) as { id: number }].flat();
    const answers = calls.map(({ id }) => ({ jsonrpc: "2.0", id, result }));
    return JSON.stringify(body.startsWith("[") ? answers : answers[0]);
  });
  const network = Network.from(1);
  const provider = new CheckedProvider(new FetchRequest(endpoint.url), network, { staticNetwork: network });
  const calls = {
    getTransactionCount: () => provider.getTransactionCount(NOBODY),
    getLogs: () => provider.getLogs({ address: NOBODY, fromBlock: 0, toBlock: 1 }),
    call: () => provider.call({ to: NOBODY, data: "0x" }),
    getBlock: () => provider.getBlock(1),
    getTransactionReceipt: () => provider.getTransactionReceipt(`0x${"11".repeat(32)}`),
  };
  const codes: Record<string, string> = {};
  for (const [name, call] of Object.entries(calls))
    codes[name] = await call().then(
      (found) => (found === null ? "nothing" : "something"),
      (error: unknown) => (hasCode(asL1Error(error), "L1Fault") ? "L1Fault" : String(error)),
    );
  provider.destroy();
  endpoint.close();
  return codes;
}

describe("L1 that answers what is no answer", () => {
  const fault = { getTransactionCount: "L1Fault", getLogs: "L1Fault", call: "L1Fault" };

  it("is a fault of L1's node, to be tried again, when it is null: unless nothing may be there", async () => {
    expect(await codesOver(null)).to.deep.equal({ ...fault, getBlock: "nothing", getTransactionReceipt: "nothing" });
  });

  for (const [what, result] of Object.entries({
    "a number": 7,
    "an array": [null],
    "an object": {},
    "a word": "latest",
    "a number of 400 bits": `0x${"f".repeat(100)}`,
  }))
    it(`is a fault of L1's node when it is ${what}`, async () => {
      const { call, ...others } = await codesOver(result);
      expect(others).to.deep.equal({
        getTransactionCount: "L1Fault",
        getLogs: "L1Fault",
        getBlock: "L1Fault",
        getTransactionReceipt: "L1Fault",
      });
      expect(call).to.equal(what === "a number of 400 bits" ? "something" : "L1Fault");
    });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { encodeEnvelope, toHex } from "@lakh/protocol";
import { openFront } from "@lakh/devnet";
import { http, LakhError } from "@lakh/sdk";
import { expect } from "chai";

const envelopeOf = (account: number) =>
  toHex(
    encodeEnvelope({
      account,
      nonce: 0n,
      validUntil: 0n,
      fee: 0n,
      ops: [{ verb: "clearSessionKey" }],
      signature: `0x${"00".repeat(64)}`,
    }),
  );

describe("the devnet's front", () => {
  it("refuses envelopes of the accounts named, and passes everything else on", async () => {
    const upstream = createServer((_, response) =>
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "passed" })),
    );
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const front = await openFront(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
    const transport = http(front.url);
    try {
      front.refused.add(7);
      expect(await transport.request("lakh_sendEnvelope", [envelopeOf(8)])).to.equal("passed");
      expect(await transport.request("lakh_heads", [])).to.equal("passed");
      const error: unknown = await transport
        .request("lakh_sendEnvelope", [envelopeOf(7)])
        .catch((caught: unknown) => caught);
      expect(error instanceof LakhError && error.code).to.equal("LAKH_BUSY");
    } finally {
      await front.close();
      upstream.close();
    }
  });
});

import { domainSeparator, envelopeDigest, fromHex, recoverSigner } from "@lakh/protocol";
import {
  BusyError,
  FeeTooLowError,
  LakhError,
  NoAccountError,
  RefusedError,
  createLakhClient,
  walletSigner,
} from "@lakh/sdk";
import { expect } from "chai";
import { type TypedDataDefinition, hashTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { ACCOUNT, CHAIN_ID, INBOX, KEY, OWNER, envelopeIn, fakeNode, tagOf } from "./fake-node.ts";

const NOW = 1_000_000;
const signedBy = (bytes: `0x${string}` | undefined) => {
  const envelope = envelopeIn(bytes);
  const digest = envelopeDigest(domainSeparator({ chainId: BigInt(CHAIN_ID), inbox: INBOX }), envelope, OWNER, tagOf);
  return recoverSigner(digest, fromHex(envelope.signature));
};
const clientOf = (transport: ReturnType<typeof fakeNode>) =>
  createLakhClient({ transport, account: privateKeyToAccount(KEY), now: () => NOW });

async function failure(promise: Promise<unknown>): Promise<LakhError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LakhError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("SDK", () => {
  describe("sendEnvelope", () => {
    it("completes, signs and sends: account, nonce, fee, end, signature", async () => {
      const node = fakeNode();
      const receipt = await clientOf(node).transfer({ asset: 1, to: 9, amount: 5n });
      expect(envelopeIn(node.received[0])).to.deep.include({
        account: ACCOUNT,
        nonce: 0n,
        validUntil: BigInt(NOW + 600),
        fee: 25n,
        ops: [{ verb: "transfer", object: 1, object2: 9, amount: 5n }],
      });
      expect(signedBy(node.received[0])).to.equal(OWNER);
      expect(receipt.entry).to.equal(3n);
    });

    it("asks for deployment, account and tags once", async () => {
      const node = fakeNode();
      const client = clientOf(node);
      await client.transfer({ asset: 1, to: 9, amount: 5n });
      const before = node.asked.length;
      await client.transfer({ asset: 1, to: 9, amount: 6n });
      expect(node.asked.slice(before)).to.deep.equal(["lakh_sendEnvelope"]);
    });

    it("gives each of many envelopes in flight its own nonce", async () => {
      const node = fakeNode();
      node.nextNonce = 40n;
      const client = clientOf(node);
      await Promise.all(Array.from({ length: 600 }, () => client.transfer({ asset: 1, to: 9, amount: 1n })));
      const nonces = node.received.map((bytes) => envelopeIn(bytes).nonce).sort((a, b) => Number(a - b));
      expect(nonces).to.deep.equal(Array.from({ length: 600 }, (_, i) => 40n + BigInt(i)));
    });

    it("never lets nonces in flight drift apart by more than the window", async () => {
      const node = fakeNode();
      const held: (() => void)[] = [];
      const slow = {
        ...node,
        request: async (method: string, params: readonly unknown[]) => {
          if (method === "lakh_sendEnvelope" && held.length === 0)
            await new Promise<void>((resolve) => held.push(resolve));
          return node.request(method, params);
        },
      };
      const client = createLakhClient({ transport: slow, account: privateKeyToAccount(KEY), now: () => NOW });
      const all = Promise.all(Array.from({ length: 400 }, () => client.transfer({ asset: 1, to: 9, amount: 1n })));
      while (node.received.length < 255) await new Promise((resolve) => setImmediate(resolve));
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(node.received).to.have.length(255);
      held[0]?.();
      await all;
      expect(node.received).to.have.length(400);
    });

    it("turns refusals into typed errors and asks for the nonce again after NonceUsed", async () => {
      const node = fakeNode();
      const client = clientOf(node);
      await client.transfer({ asset: 1, to: 9, amount: 1n });
      node.nextNonce = 12n;
      node.fail({ code: -32001, message: "used", data: { outcome: 5, name: "NonceUsed" } });
      const error = await failure(client.transfer({ asset: 1, to: 9, amount: 1n }));
      expect(error).to.be.instanceOf(RefusedError);
      expect((error as RefusedError).outcomeName).to.equal("NonceUsed");
      node.fail(undefined);
      await client.transfer({ asset: 1, to: 9, amount: 1n });
      expect(envelopeIn(node.received.at(-1)).nonce).to.equal(12n);
    });

    it("knows a fee that is too low and a node that is busy", async () => {
      const node = fakeNode();
      node.fail({ code: -32002, message: "low", data: { fee: "1", minFee: "25" } });
      const low = await failure(clientOf(node).transfer({ asset: 1, to: 9, amount: 1n, fee: 1n }));
      expect(low).to.be.instanceOf(FeeTooLowError);
      expect((low as FeeTooLowError).minFee).to.equal(25n);
      node.fail({ code: -32003, message: "busy" });
      expect(await failure(clientOf(node).transfer({ asset: 1, to: 9, amount: 1n }))).to.be.instanceOf(BusyError);
    });
  });

  describe("sendEnvelopes", () => {
    it("keeps order over several requests and reports each on its own", async () => {
      const node = fakeNode();
      const requests = Array.from({ length: 1_500 }, (_, i) => ({
        ops: [{ verb: "cancelNonces", amount: BigInt(i + 1) } as const],
      }));
      const results = await clientOf(node).sendEnvelopes(requests);
      expect(results.every((result, i) => "receipt" in result && result.receipt.position === i)).to.equal(true);
      expect(node.asked.filter((method) => method === "lakh_sendEnvelopes")).to.have.length(2);
    });
  });

  describe("errors", () => {
    it("says what is missing, with codes", async () => {
      const transport = fakeNode();
      expect((await failure(createLakhClient({ transport }).transfer({ asset: 1, to: 2, amount: 1n }))).code).to.equal(
        "LAKH_NO_SIGNER",
      );
      const stranger = createLakhClient({ transport, account: privateKeyToAccount(`0x${"b2".repeat(32)}`) });
      expect(await failure(stranger.transfer({ asset: 1, to: 2, amount: 1n }))).to.be.instanceOf(NoAccountError);
      expect((await failure(clientOf(transport).transfer({ asset: 500, to: 2, amount: 1n }))).code).to.equal(
        "LAKH_NO_OBJECT",
      );
      expect((await failure(clientOf(transport).depositEth({ amount: 1n }))).code).to.equal("LAKH_NO_L1");
      expect(() => createLakhClient({ rpcUrl: "ftp://x" }))
        .to.throw(LakhError)
        .with.property("code", "LAKH_BAD_ARGUMENT");
    });

    it("refuses a node of another deployment", async () => {
      const expected = { chainId: 1, inbox: INBOX };
      const client = createLakhClient({ transport: fakeNode(), account: privateKeyToAccount(KEY), expect: expected });
      expect((await failure(client.transfer({ asset: 1, to: 9, amount: 1n }))).code).to.equal("LAKH_WRONG_CHAIN");
    });

    it("tells an unreachable node from one that talks something else", async () => {
      const nowhere = createLakhClient({ rpcUrl: "http://127.0.0.1:1" });
      expect((await failure(nowhere.chainInfo())).code).to.equal("LAKH_UNREACHABLE");
      const nowhereWs = createLakhClient({ rpcUrl: "ws://127.0.0.1:1" });
      expect((await failure(nowhereWs.chainInfo())).code).to.equal("LAKH_UNREACHABLE");
    });
  });

  describe("walletSigner", () => {
    it("hands an EIP-1193 wallet a JSON payload of eth_signTypedData_v4 whose signature the chain takes", async () => {
      const wallet = privateKeyToAccount(KEY);
      const payloads: unknown[] = [];
      const provider = {
        request: ({ method, params }: { method: string; params?: readonly unknown[] }) => {
          expect(method).to.equal("eth_signTypedData_v4");
          const [address, json] = params as [string, string];
          expect(address).to.equal(OWNER);
          const payload = JSON.parse(json) as TypedDataDefinition;
          payloads.push(payload);
          // What a wallet does: hash what it shows, sign the hash; 65 bytes.
          return wallet.sign({ hash: hashTypedData(payload) });
        },
      };
      const node = fakeNode();
      const client = createLakhClient({ transport: node, signer: walletSigner(provider, OWNER), now: () => NOW });
      await client.createPool({
        asset0: 1,
        asset1: 2,
        amount0: 2n ** 63n,
        amount1: 5n,
        poolFee: 3000,
        salt: 2n ** 64n - 1n,
      });
      await client.setSessionKey({ key: INBOX, expiry: 9n, verbs: ["swapExactIn0"], budget: 1n, objects: [3, 4, 5] });
      expect(node.received.map(signedBy)).to.deep.equal([OWNER, OWNER]);
      expect(payloads[0]).to.have.nested.property("message.ops[0].amount", (2n ** 63n).toString());
    });
  });
});

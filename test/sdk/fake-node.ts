/** A node that answers from a script: enough of docs/RPC.md for the SDK's own tests. */
import {
  type Address,
  type Hex,
  accountTag,
  addressOfKey,
  assetTag,
  decodeEnvelope,
  fromHex,
  keccak256,
  toHex,
} from "@lakh/protocol";
import { type Transport, rpcError } from "@lakh/sdk";

export const KEY: Hex = `0x${"a1".repeat(32)}`;
export const OWNER: Address = addressOfKey(KEY);
export const INBOX: Address = `0x${"1b".repeat(20)}`;
export const CHAIN_ID = 31_337;
export const ACCOUNT = 7;

export interface FakeNode extends Transport {
  /** Methods asked, in order. */
  readonly asked: string[];
  /** Bytes of the envelopes received, in order. */
  readonly received: Hex[];
  /** Answers the next envelopes with this JSON-RPC error. */
  fail(error: Record<string, unknown> | undefined): void;
  nextNonce: bigint;
}

export const tagOf = (index: number): Hex =>
  index === ACCOUNT ? accountTag(OWNER) : assetTag(`0x${"00".repeat(20)}`, 9);

export function fakeNode(): FakeNode {
  let failure: Record<string, unknown> | undefined;
  const node: FakeNode = {
    asked: [],
    received: [],
    nextNonce: 0n,
    fail: (error) => {
      failure = error;
    },
    async request(method, params) {
      node.asked.push(method);
      await Promise.resolve();
      switch (method) {
        case "lakh_chainInfo":
          return info();
        case "lakh_accountsOf":
          return params[0] === OWNER ? [ACCOUNT] : [];
        case "lakh_getObject":
          return (params[0] as number) < 100 ? { index: params[0], tag: tagOf(params[0] as number) } : null;
        case "lakh_getAccount":
          return account(node.nextNonce);
        case "lakh_sendEnvelope": {
          if (failure) throw rpcError(failure);
          return receipt(node, params[0] as Hex);
        }
        case "lakh_sendEnvelopes":
          return (params[0] as Hex[]).map((bytes) =>
            failure ? { error: failure } : { receipt: receipt(node, bytes) },
          );
        default:
          throw rpcError({ code: -32601, message: `no method ${method}` });
      }
    },
    subscribe: () => Promise.reject(new Error("not here")),
    close: () => undefined,
  };
  return node;
}

const info = () => ({
  chainId: CHAIN_ID,
  inbox: INBOX,
  bridge: INBOX,
  claims: INBOX,
  stepVerifier: INBOX,
  feeRecipient: OWNER,
  sequencer: OWNER,
  mode: "sequencer",
  minFee: "25",
  version: "test",
});

const account = (nextNonce: bigint) => ({
  index: ACCOUNT,
  owner: OWNER,
  signerKind: 0,
  nonceBase: "0",
  nonceBits: "0",
  nextNonce: nextNonce.toString(),
  holdings: [{ key: 1, facet: 0, object: 1, amount: "1000" }],
});

function receipt(node: FakeNode, bytes: Hex) {
  node.received.push(bytes);
  const position = node.received.length - 1;
  const itemHash = toHex(keccak256(fromHex(bytes)));
  const zero = `0x${"00".repeat(32)}`;
  const signature = `0x${"00".repeat(65)}`;
  return { entry: "3", position, accBefore: zero, itemHash, time: "1", outcome: 0, sequencer: OWNER, signature };
}

/** The envelope in the bytes received. */
export function envelopeIn(bytes: Hex | undefined) {
  const envelope = bytes === undefined ? undefined : decodeEnvelope(fromHex(bytes));
  if (!envelope) throw new Error("not an envelope");
  return envelope;
}

/** The devnet with its batches in blobs: daemons, follower and an opinion from L1 alone. */
import { derive, Ledger, type Person, person, type Stack } from "@lakh/devnet";
import { EntryKind, type Hex } from "@lakh/protocol";
import { createLakhClient } from "@lakh/sdk";
import { expect } from "chai";
import type { PublicClient } from "viem";

import { beatLiar } from "../../packages/devnet/src/story/lie.ts";
import { readStep } from "../../packages/devnet/src/story/proved-step.ts";
import type { Scene } from "../../packages/devnet/src/story/scene.ts";

import { startDevnet } from "./stack.ts";

const ETH = 1;
const GWEI_PER_ETH = 10n ** 9n;

/** The precompile that evaluates blobs (EIP-4844). */
const POINT_EVALUATION = 10n;

/** Calls of the precompile in a transaction, as L1's own trace shows them. */
async function evaluations(reader: PublicClient, hash: Hex): Promise<number> {
  const options = { disableMemory: true, disableStorage: true };
  const request = { method: "debug_traceTransaction", params: [hash, options] } as never;
  const { structLogs } = (await reader.request(request)) as { structLogs: { op: string; stack: string[] }[] };
  return structLogs.filter(({ op, stack }) => op === "STATICCALL" && BigInt(hex(stack.at(-2))) === POINT_EVALUATION)
    .length;
}

const hex = (word = "0"): string => (word.startsWith("0x") ? word : `0x${word}`);

describe("the devnet, its batches in blobs", function () {
  this.timeout(240_000);
  let stack: Stack;
  before(async () => {
    stack = await startDevnet("--da", "blobs");
  });
  after(() => stack.stop());

  it("posts them, confirms claims over them, and gives everybody the same machine", async () => {
    const { client } = person("alice", stack.l1Url, stack.rpcUrl);
    await client.depositEth({ amount: 10n * GWEI_PER_ETH });
    await client.waitForAccount();
    const op = { verb: "openAccount", object: ETH, party: `0x${"12".repeat(20)}`, amount: GWEI_PER_ETH } as const;
    const { entry } = await client.sendEnvelope({ ops: [op] });
    await client.waitForHead({ head: "safe", entry });
    expect((await client.getEntry(entry)).header.kind).to.equal(EntryKind.Blobs);
    const { head } = await client.waitForConfirmed({ entry, timeoutSeconds: 120 });
    const follower = createLakhClient({ rpcUrl: stack.followerUrl });
    await follower.waitForHead({ head: "safe", entry: head.endEntry - 1n });
    const info = await client.chainInfo();
    const derivation = { l1Url: stack.l1Url, info, entry: head.endEntry, blobs: stack.blobs };
    const { signal } = new AbortController();
    const derived = await derive({ ...derivation, progress: () => undefined, signal });
    const machines = [await client.getMachine(head.endEntry), await follower.getMachine(head.endEntry), derived];
    for (const { hash } of machines) expect(hash).to.equal(head.machine);
  });

  it("beats a liar about an item in blobs: L1 evaluates the blob where the item stands", async () => {
    const said: string[] = [];
    const front = { url: stack.rpcUrl, refused: new Set<number>(), close: async () => undefined };
    const people = ["alice", "bob", "carol"] as const;
    const [alice, bob, carol] = people.map((name) => person(name, stack.l1Url, stack.rpcUrl));
    const ledger = new Ledger((text) => said.push(text));
    const scene = { stack, ledger, front, alice, bob, carol } as Scene;
    const sent: Hex[] = [];
    const id = await beatLiar(scene, { say: (text) => said.push(text), sent: (...hashes) => sent.push(...hashes) });
    const history = await (alice as Person).client.claimHistory(id);
    const proof = history.find(({ eventName }) => eventName === "StepDisproved")?.transactionHash as Hex;
    const reader = (alice as Person).l1.public;
    const { elements } = await readStep(reader, proof);
    expect(elements).to.be.within(1, 35);
    expect(await evaluations(reader, proof)).to.equal(elements);
  });
});

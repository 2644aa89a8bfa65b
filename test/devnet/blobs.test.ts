/** The devnet with its batches in blobs: daemons, follower and an opinion from L1 alone. */
import { derive, person, type Stack } from "@lakh/devnet";
import { EntryKind } from "@lakh/protocol";
import { createLakhClient } from "@lakh/sdk";
import { expect } from "chai";

import { startDevnet } from "./stack.ts";

const ETH = 1;
const GWEI_PER_ETH = 10n ** 9n;

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
});

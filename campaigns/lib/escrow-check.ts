/** Both sides of the Bridge: what it holds, and what it owes. */
import { type Address, type Hex, ZERO_ADDRESS, assetTag, decodeQueueItem, fromHex } from "@lakh/protocol";
import { expect } from "chai";

import { type Totals, totals } from "../../test/engine/conservation.ts";
import { ETH, type EscrowWorld } from "./escrow-world.ts";

/** What L2, the queue and credits say that is owed, asset by asset. */
async function owedNow({ truth, node, bridge, inbox, tokens, creditors }: EscrowWorld): Promise<Totals> {
  await truth.refresh();
  const owed = totals(node.engine);
  const add = (tag: Hex, units: bigint): void => void owed.set(tag, (owed.get(tag) ?? 0n) + units);
  for (let n = 0n; n < node.engine.machine().nextExit; n++) {
    const exit = node.engine.exit(n);
    if (exit !== undefined && (await bridge.isFinalized(n))) add(assetTag(exit.token, exit.shift), -exit.amount);
  }
  for (const { token, shift } of [ETH, ...tokens])
    for (const creditor of creditors) add(assetTag(token, shift), await bridge.credit(creditor, token, shift));
  const included = await inbox.included();
  for (const { args } of await inbox.queryFilter(inbox.filters.QueueItem)) {
    const item = args.index < included ? undefined : decodeQueueItem(fromHex(args.item));
    if (item?.kind === "deposit") add(assetTag(item.token, item.shift), item.amount);
  }
  return owed;
}

/** @throws AssertionError where escrow is not what is owed, or the Bridge has less of a token, or more of an honest one */
export async function checkEscrow(world: EscrowWorld, where: string): Promise<void> {
  const { bridge, tokens, provider, plain, fickle, at, deployment } = world;
  const owed = await owedNow(world);
  const due = new Map<Address, bigint>();
  for (const { token, shift } of [ETH, ...tokens]) {
    const escrow = await bridge.escrow(token, shift);
    const liabilities = owed.get(assetTag(token, shift)) ?? 0n;
    expect(escrow, `${where}: escrow and liabilities of ${token}, ${shift}`).to.equal(liabilities);
    due.set(token, (due.get(token) ?? 0n) + escrow * 10n ** BigInt(shift));
  }
  const held = {
    [ZERO_ADDRESS]: await provider.getBalance(deployment.bridge),
    [at.plain]: await plain.balanceOf(deployment.bridge),
    [at.fickle]: await fickle.balanceOf(deployment.bridge),
  };
  for (const [token, amount] of due) {
    const has = expect(held[token], `${where}: what the Bridge has of ${token}`).to;
    // A token that says it paid and did not leaves more with the Bridge: its holders' loss, as docs/spec/bridge.md says.
    if (token === at.fickle) has.be.at.least(amount);
    else has.equal(amount);
  }
}

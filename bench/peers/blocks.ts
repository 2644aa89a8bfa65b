/** What a chain's blocks hold of a load, asked in JSON-RPC arrays. */
import { rpc } from "../stack/processes.ts";

/** Blocks or receipts asked for in one array. */
const ASKED = 500;
/** Patience for what was sent to be mined, and between two looks. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 20;
/** Looks without a new block until a chain has stopped mining. */
const QUIET_LOOKS = 50;

/** Receipts looked at, about. */
const LOOKED_AT = 200;

/** How a chain mines: a block for each transaction, as when it is started without flags, or tuned: one block a second. */
export type Mining = "each" | "second";

/** A JSON-RPC array. @returns the results in the order of the calls @throws Error with the first error that was answered */
export async function post(url: string, calls: readonly { method: string; params: unknown[] }[]): Promise<unknown[]> {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body, signal });
  const answers = (await response.json()) as { id: number; result?: unknown; error?: { message: string } }[];
  const error = answers.find((answer) => answer.error !== undefined)?.error;
  if (error !== undefined) throw new Error(error.message);
  return answers.toSorted((a, b) => a.id - b.id).map(({ result }) => result);
}

/**
 * Waits until the blocks from `from` on hold all that was sent, or the chain stops short of it: anvil that mines each
 * transaction by itself forgets some under load, and holds them as pending without end; what is not mined does not count.
 */
export async function waitUntilMined(url: string, from: number, sent: number, mining: Mining): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  let [next, mined, quiet] = [from, 0, 0];
  while (mined < sent && quiet <= QUIET_LOOKS && performance.now() < end) {
    if (mining === "second") await rpc(url, "evm_mine");
    else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const latest = Number(await rpc(url, "eth_blockNumber"));
    quiet = latest < next ? quiet + 1 : 0;
    for (; next <= latest; next = Math.min(next + ASKED, latest + 1)) {
      const counts = await post(url, callsFor("eth_getBlockTransactionCountByNumber", next, latest));
      for (const count of counts) mined += Number(count);
    }
  }
}

/** A call for each block `from` … `to`, but not too many at once. */
function callsFor(
  method: string,
  from: number,
  to: number,
  ...more: unknown[]
): { method: string; params: unknown[] }[] {
  return Array.from({ length: Math.min(ASKED, to + 1 - from) }, (_, i) => {
    return { method, params: [`0x${(from + i).toString(16)}`, ...more] };
  });
}

/**
 * Transactions of these blocks that succeeded: all of them, times the share of successes among those whose receipt is looked
 * at, which are spread over the whole run; after the clock has stopped. (A receipt of a large block takes anvil a while.)
 */
export async function countSuccesses(url: string, from: number, to: number): Promise<number> {
  const hashes: string[] = [];
  for (let at = from; at <= to; at += ASKED)
    for (const block of await post(url, callsFor("eth_getBlockByNumber", at, to, false)))
      hashes.push(...(block as { transactions: string[] }).transactions);
  const every = Math.max(1, Math.floor(hashes.length / LOOKED_AT));
  const some = hashes.filter((_, i) => i % every === 0);
  let good = 0;
  for (const hash of some) {
    const { status } = (await rpc(url, "eth_getTransactionReceipt", [hash])) as { status: string };
    if (status === "0x1") good++;
  }
  return some.length === 0 ? 0 : Math.round((hashes.length * good) / some.length);
}

/** A chain as a machine sees it that is some blocks behind: of one of several behind one address, or of one that hangs. */

export interface L1Call {
  readonly method: string;
  readonly params: unknown[];
}

export interface Requester {
  request(call: L1Call): Promise<unknown>;
}

/** Where the parameters of a method name the block whose state is asked for. */
const BLOCK_AT: Readonly<Record<string, number>> = {
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_call: 1,
  eth_estimateGas: 1,
};

export function staleView(chain: Requester, lagBlocks: bigint): Requester {
  const headOf = async (): Promise<bigint> => {
    const head = BigInt((await chain.request({ method: "eth_blockNumber", params: [] })) as string);
    return head > lagBlocks ? head - lagBlocks : 0n;
  };
  return {
    request: async (call) => {
      const { method, params } = call;
      const head = await headOf();
      if (method === "eth_blockNumber") return hexOf(head);
      if (method === "eth_getBlockByNumber") {
        const block = seen(params[0], head);
        return block === undefined ? null : chain.request({ method, params: [block, ...params.slice(1)] });
      }
      if (method === "eth_getLogs") return logsUpTo(chain, params[0], head);
      if (/^eth_getTransaction(ByHash|Receipt)$/.test(method)) {
        const found = (await chain.request(call)) as { blockNumber: string | null } | null;
        return BigInt(found?.blockNumber ?? 0) > head ? null : found;
      }
      const at = BLOCK_AT[method];
      if (at === undefined) return chain.request(call);
      const block = seen(params[at], head);
      if (block === undefined) throw new Error("header not found");
      return chain.request({ method, params: Object.assign([...params], { [at]: block }) });
    },
  };
}

/** What a node does that lacks the last blocks of a range: it gives the logs of those it has, and no error. */
async function logsUpTo(chain: Requester, filter: unknown, head: bigint): Promise<unknown> {
  const { fromBlock, toBlock } = filter as { fromBlock: string; toBlock: string };
  if (fromBlock.startsWith("0x") && BigInt(fromBlock) > head) return [];
  const last = seen(toBlock, head) ?? hexOf(head);
  return chain.request({ method: "eth_getLogs", params: [{ ...(filter as object), toBlock: last }] });
}

/** The block that a tag names to this machine; undefined for one that it lacks. */
function seen(tag: unknown, head: bigint): unknown {
  if (tag === undefined || tag === "latest" || tag === "pending") return hexOf(head);
  return typeof tag === "string" && tag.startsWith("0x") && BigInt(tag) > head ? undefined : tag;
}

function hexOf(number: bigint): string {
  return `0x${number.toString(16)}`;
}

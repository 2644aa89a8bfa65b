/** An L1 whose clock stands until it is set, whose gas is free, and which is asked the same question once. */
import { network } from "hardhat";
import type { EthereumProvider } from "hardhat/types/providers";

import { actorsOn } from "./l1.ts";

/** What changes nothing. */
const READS = new Set([
  "eth_accounts",
  "eth_blockNumber",
  "eth_call",
  "eth_chainId",
  "eth_estimateGas",
  "eth_getBalance",
  "eth_getBlockByNumber",
  "eth_getCode",
  "eth_getLogs",
  "eth_getTransactionByHash",
  "eth_getTransactionCount",
  "eth_getTransactionReceipt",
]);

/** What makes a block. */
const MAKERS = new Set(["eth_sendRawTransaction", "eth_sendTransaction", "evm_mine"]);

/**
 * Any number of blocks bear one second, whatever the machine's clock says, so a seed always gives the same game; and as gas
 * is free, money tells bonds alone.
 */
export async function openStandingL1() {
  const override = { allowBlocksWithSameTimestamp: true, initialBaseFeePerGas: 0 };
  const connection = await network.create({ network: "default", override });
  const rpc = connection.provider;
  const ask = rpc.request.bind(rpc);
  let seconds: number | undefined;
  /** The next block, and what is estimated for it, has the clock's time. */
  const holdTime = async (): Promise<void> => {
    if (seconds !== undefined) await ask({ method: "evm_setNextBlockTimestamp", params: [seconds] });
  };
  const answers = new Map<string, Promise<unknown>>();
  const request: EthereumProvider["request"] = async (question) => {
    if (READS.has(question.method)) {
      const key = JSON.stringify([question.method, question.params]);
      const answer = answers.get(key) ?? ask(question);
      answers.set(key, answer);
      return answer;
    }
    answers.clear();
    try {
      return await ask(question);
    } finally {
      answers.clear();
      if (MAKERS.has(question.method)) await holdTime();
    }
  };
  // All ask by the connection's provider: helpers and signers too.
  rpc.request = request;
  /** Blocks without transactions, at the clock's time. */
  const mineBlocks = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await holdTime();
      await request({ method: "evm_mine" });
    }
  };
  /** The clock stands at a time from now on, and L1 has a block of then. */
  const setTime = async (time: number): Promise<void> => {
    seconds = time;
    await mineBlocks(1);
  };
  return { ...(await actorsOn(connection, { tipWei: 0n })), setTime, mineBlocks };
}

export type StandingL1 = Awaited<ReturnType<typeof openStandingL1>>;

import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { deployLakh, deploymentText, readParameters } from "@lakh/bindings";
import { L1Error, WrongChainError } from "@lakh/sdk";
import {
  address,
  asL1Error,
  fatal,
  integer,
  jsonComplaint,
  loadKey,
  optional,
  path,
  url,
  type Options,
} from "@lakh/service";
import { FetchRequest, JsonRpcProvider, Network, NonceManager } from "ethers";

import { command } from "../command.ts";
import { l1Clients } from "../context.ts";
import type { Output } from "../output.ts";
import { jsonTable, keyTable } from "../tables.ts";

const NAMED = join(dirname(fileURLToPath(import.meta.url)), "../../../../parameters");

const deployTable = {
  l1Url: url({ help: "JSON-RPC of L1", fallback: "http://127.0.0.1:8545" }),
  l1ChainId: optional(integer(1, Number.MAX_SAFE_INTEGER, { help: "chain id that L1 must have" })),
  ...keyTable,
  parameters: path({ help: "devnet, testnet, mainnet or a JSON file like them", fallback: "devnet" }),
  out: path({ help: "deployment file to write; must not exist", fallback: "deployment.json" }),
  sequencer: optional(address({ help: "signs receipts; in place of the file's" })),
  batcher: optional(address({ help: "appends to the Inbox; in place of the file's" })),
  feeRecipient: optional(address({ help: "may collect fees; in place of the file's" })),
  ...jsonTable,
};

const deploy = command({
  words: "deploy",
  about: "Deploys all contracts with a file of parameters and writes the deployment file",
  table: deployTable,
  async run({ options, out }) {
    reserve(options.out);
    let text = "";
    try {
      text = await deployWith(options, out);
    } finally {
      if (text === "") unlinkSync(options.out);
      else writeFileSync(options.out, text);
    }
    out.result(JSON.parse(text), `written: ${options.out}`);
  },
});

/** Makes the file before anything is paid for that it must hold. @throws CodedError fatal `BadFile` */
function reserve(file: string): void {
  try {
    writeFileSync(file, "", { flag: "wx" });
  } catch (error) {
    throw fatal(
      "BadFile",
      `cannot make ${file}, or it exists and is not overwritten: ${String(error)}`,
      { file },
      error,
    );
  }
}

/** @returns the deployment file's text */
async function deployWith(options: Options<typeof deployTable>, out: Output): Promise<string> {
  const { sequencer, batcher, feeRecipient } = options;
  const roles = Object.entries({ sequencer, batcher, feeRecipient }).filter(([, given]) => given !== undefined);
  const parameters = readParameters(readJson(options.parameters), Object.fromEntries(roles));
  const chainId = await chainIdOf(options.l1Url, options.l1ChainId);
  const network = Network.from(chainId);
  const provider = new JsonRpcProvider(new FetchRequest(options.l1Url), network, {
    staticNetwork: network,
    pollingInterval: 1_000,
  });
  const signer = new NonceManager((await loadKey(options, chainId)).connect(provider));
  const onContract = (name: string, at: string): void => out.note(`${name.padEnd(14)} ${at}`);
  const deployment = await deployLakh(signer, parameters, onContract).catch((error: unknown) => {
    throw asL1Error(error);
  });
  provider.destroy();
  return deploymentText(deployment);
}

async function chainIdOf(url: string, expected: number | undefined): Promise<bigint> {
  const actual = await l1Clients(url)
    .public.getChainId()
    .catch((error: unknown) => {
      throw new L1Error("eth_chainId", error);
    });
  if (expected !== undefined && actual !== expected)
    throw new WrongChainError("the L1's chain id", String(expected), String(actual));
  return BigInt(actual);
}

function readJson(name: string): unknown {
  const file = /^[a-z]+$/.test(name) ? join(NAMED, `${name}.json`) : name;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadFile", `cannot read ${file} as JSON: ${jsonComplaint(error)}`, { file });
  }
}

export const deployCommands = [deploy];

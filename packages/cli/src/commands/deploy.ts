import { join } from "node:path";

import {
  type Deployment,
  type DeploymentRecord,
  chainIdsOf,
  deploymentJson,
  deploymentText,
  readParameters,
  recordText,
} from "@lakh/bindings";
import { L1Error, WrongChainError } from "@lakh/sdk";
import { address, fatal, gwei, integer, isLocalChain, loadKey, optional, path, url, type Options } from "@lakh/service";
import { FetchRequest, JsonRpcProvider, Network } from "ethers";

import { command } from "../command.ts";
import { l1Clients } from "../context.ts";
import { readJson, replace, requireFree, reserve } from "../deploy/files.ts";
import { type Deployed, runDeployment } from "../deploy/run.ts";
import { examineWiring, isRight } from "../deploy/wiring.ts";
import { type Output, columns } from "../output.ts";
import { REPO } from "../repo.ts";
import { jsonTable, keyTable } from "../tables.ts";

const RECORDS = join(REPO, "packages/bindings/deployments");
const CONFIRMATIONS = { local: 1, other: 5 };
const REQUEST_MILLISECONDS = 30_000;

const deployTable = {
  network: path({ help: "devnet, testnet, mainnet, or a JSON file like parameters/*.json", fallback: "devnet" }),
  l1Url: url({ help: "JSON-RPC of L1", fallback: "http://127.0.0.1:8545" }),
  l1ChainId: optional(integer(1, Number.MAX_SAFE_INTEGER, { help: "chain id that L1 must have" })),
  ...keyTable,
  sequencer: optional(address({ help: "signs receipts; in place of the file's" })),
  batcher: optional(address({ help: "appends to the Inbox; in place of the file's" })),
  feeRecipient: optional(address({ help: "may collect fees; in place of the file's" })),
  out: path({ help: "deployment file to write, which the daemons read", fallback: "deployment.json" }),
  journal: optional(path({ help: "folder that remembers the deployment; not given: the file of --out and .journal" })),
  record: optional(
    path({
      help: "folder of records to write CHAINID.json into; not given: packages/bindings/deployments, on a chain of one's own none",
    }),
  ),
  confirmations: optional(
    integer(1, 1_000, { help: "blocks that bury each transaction; not given: 5, on a chain of one's own 1" }),
  ),
  maxFeeGwei: gwei({ help: "most gwei a gas paid; above it the deployment stops", fallback: 200n * 10n ** 9n }),
  ...jsonTable,
};

const deploy = command({
  words: "deploy",
  about: "Deploys all contracts by a network's parameters, resumes when it was interrupted, checks what stands",
  table: deployTable,
  async run({ options, out }) {
    const rules = rulesOf(options);
    const release = reserve(options.out);
    try {
      const chainId = await chainIdOf(options, rules.chainIds);
      const wallet = await loadKey(options, chainId);
      const provider = connect(options.l1Url, chainId);
      try {
        await deployOver(provider, chainId, { options, out, wallet, parameters: rules.parameters });
      } finally {
        provider.destroy();
      }
    } finally {
      release();
    }
  },
});

type DeployOptions = Options<typeof deployTable>;

interface Job {
  readonly options: DeployOptions;
  readonly out: Output;
  readonly wallet: Awaited<ReturnType<typeof loadKey>>;
  readonly parameters: ReturnType<typeof readParameters>;
}

async function deployOver(provider: JsonRpcProvider, chainId: bigint, job: Job): Promise<void> {
  const { options, out, wallet, parameters } = job;
  const isLocal = isLocalChain(chainId);
  const recordFolder = options.record ?? (isLocal ? undefined : RECORDS);
  const recordFile = recordFolder === undefined ? undefined : join(recordFolder, `${chainId}.json`);
  const files = [options.out, ...(recordFile === undefined ? [] : [recordFile])];
  const releases = files.map(reserve);
  out.note(`deploying to chain ${chainId} as ${wallet.address}, by the parameters for ${parameters.network}`);
  try {
    const { deployment, contracts } = await runDeployment({
      provider,
      chainId,
      wallet,
      parameters,
      journal: options.journal ?? `${options.out}.journal`,
      confirmations: options.confirmations ?? (isLocal ? CONFIRMATIONS.local : CONFIRMATIONS.other),
      maxFee: options.maxFeeGwei,
      onPlan: (inbox) => files.forEach((file) => requireFree(file, inbox)),
      say: out.note,
    });
    await requireWiring(provider, deployment, out);
    replace(options.out, deploymentText(deployment));
    if (recordFile !== undefined) replace(recordFile, recordText(recordOf(deployment, contracts)));
    const table = contracts.map(({ name, address: at, block }) => [name, at, `block ${block}`]);
    const written = files.map((file) => `written: ${file}`).join("\n");
    out.result(deploymentJson(deployment), `${columns(table)}\n${written}`);
  } finally {
    for (const release of releases) release();
  }
}

/** @throws CodedError fatal `WrongWiring` when what stands is not what was to be deployed */
async function requireWiring(provider: JsonRpcProvider, deployment: Deployment, out: Output): Promise<void> {
  const wires = await examineWiring(provider, deployment);
  const wrong = wires.filter((wire) => !isRight(wire));
  out.tell(columns(wires.map((wire) => [isRight(wire) ? "ok" : "WRONG", wire.what, wire.actual])));
  if (wrong.length > 0) {
    const what = wrong.map((wire) => wire.what);
    throw fatal("WrongWiring", `not as deployed: ${what.join(", ")}. Do not use this deployment`, { wrong });
  }
}

function recordOf(deployment: Deployment, contracts: readonly Deployed[]): DeploymentRecord {
  return {
    deployment,
    contracts: contracts.map(({ name, address: at, transaction, block, initCode, bytecode }) => ({
      name,
      address: at,
      transaction,
      block,
      constructorArguments: `0x${initCode.slice(bytecode.length)}`,
    })),
  };
}

function rulesOf(options: DeployOptions) {
  const { sequencer, batcher, feeRecipient } = options;
  const roles = Object.entries({ sequencer, batcher, feeRecipient }).filter(([, given]) => given !== undefined);
  const isName = /^[a-z]+$/.test(options.network);
  const json = readJson(isName ? join(REPO, "parameters", `${options.network}.json`) : options.network);
  return { parameters: readParameters(json, Object.fromEntries(roles)), chainIds: chainIdsOf(json) };
}

function connect(l1Url: string, chainId: bigint): JsonRpcProvider {
  const network = Network.from(chainId);
  const request = new FetchRequest(l1Url);
  request.timeout = REQUEST_MILLISECONDS;
  return new JsonRpcProvider(request, network, { staticNetwork: network, cacheTimeout: -1 });
}

/** @throws L1Error, WrongChainError; CodedError fatal `OtherNetwork` when the parameters are not meant for this chain */
async function chainIdOf(
  { l1Url, l1ChainId, network }: DeployOptions,
  meant: readonly number[] | undefined,
): Promise<bigint> {
  const actual = await l1Clients(l1Url)
    .public.getChainId()
    .catch((error: unknown) => {
      throw new L1Error("eth_chainId", error);
    });
  if (l1ChainId !== undefined && actual !== l1ChainId)
    throw new WrongChainError("the L1's chain id", String(l1ChainId), String(actual));
  if (meant !== undefined && !meant.includes(actual)) {
    const text = `the parameters ${network} are for chain ${meant.join(", ")}; L1 has chain id ${actual}`;
    throw fatal("OtherNetwork", text, { network, expected: meant, actual });
  }
  return BigInt(actual);
}

export const deployCommands = [deploy];

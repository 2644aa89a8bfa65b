/** Whether what stands on L1 is Lakh's code, wired as the deployment says: constructors do not check each other's arguments. */
import {
  Bridge__factory,
  Claims__factory,
  type ContractName,
  type Deployment,
  type DeploymentRecord,
  Inbox__factory,
  type Parameters,
  StepVerifier__factory,
  constructorArguments,
  genesisMachine,
  initCodeOf,
  runtimeCode,
} from "@lakh/bindings";
import { type Address, type Machine, VERBS, domainSeparator, machineHash } from "@lakh/protocol";
import { type Provider, ZeroAddress, ZeroHash, getBytes, hexlify, keccak256 } from "ethers";

/** One thing that was compared. */
export interface Wire {
  /** `Bridge.inbox`. */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export const isRight = ({ expected, actual }: Wire): boolean => expected === actual;

/**
 * Reads everything that a constructor fixed, and all code, and sets it against the deployment.
 * @throws the provider's error; a contract that does not answer is a wire with `(no answer)`
 */
export async function examineWiring(provider: Provider, deployment: Deployment): Promise<Wire[]> {
  const { contracts, families } = await readFamilies(provider, deployment);
  const wires = await Promise.all(contracts.map(([name, at]) => codeWire(provider, name, at)));
  if (!wires.every(isRight)) return wires;
  return [
    ...wires,
    ...families,
    ...(await inboxWires(provider, deployment)),
    ...(await bridgeWires(provider, deployment)),
    ...(await claimsWires(provider, deployment)),
    ...(await verifierWires(provider, deployment)),
  ];
}

/**
 * Whether each contract was made by a transaction with Lakh's code and the deployment's arguments. Runtime code and views alone
 * do not prove that: other init code can leave the same runtime code behind, and write what it likes into the storage.
 */
export async function examineCreation(
  provider: Provider,
  { deployment, contracts }: DeploymentRecord,
): Promise<Wire[]> {
  const at = (name: ContractName): string => contracts.find((contract) => contract.name === name)?.address ?? "";
  const args = constructorArguments(deployment.parameters, at);
  return Promise.all(
    contracts.map(async ({ name, address, transaction }): Promise<Wire> => {
      const found = await provider.getTransaction(transaction);
      const receipt = await provider.getTransactionReceipt(transaction);
      const what = `${name} was made by transaction ${transaction}`;
      const expected = `${address} by init code ${keccak256(initCodeOf(name, args[name]))}`;
      if (found === null || receipt === null) return { what, expected, actual: "(no transaction)" };
      const made = receipt.status === 1 && found.to === null ? receipt.contractAddress : undefined;
      return { what, expected, actual: `${made ?? "(nothing)"} by init code ${keccak256(found.data)}` };
    }),
  );
}

/** Hash of a contract's runtime code with its immutables set to zero; undefined: there is no code. */
export function maskedHash(code: string, immutables: readonly (readonly number[])[]): string | undefined {
  const bytes = getBytes(code);
  if (bytes.length === 0) return undefined;
  for (const [start = 0, length = 0] of immutables) bytes.fill(0, start, start + length);
  return keccak256(bytes);
}

async function codeWire(provider: Provider, name: ContractName, at: string): Promise<Wire> {
  const { hash, immutables } = runtimeCode[name];
  const actual = maskedHash(await provider.getCode(at), immutables) ?? "(no code)";
  return { what: `${name} code at ${at}`, expected: hash, actual };
}

const FAMILIES = ["WalletOps", "PoolOps", "SessionOps"] as const;

/** The families are known by the verifier alone: each verb's must be one of the three, and each of the three one contract. */
async function readFamilies(provider: Provider, deployment: Deployment) {
  const { inbox, stepVerifier, claims, bridge } = deployment;
  const contracts: [ContractName, string][] = [
    ["Inbox", inbox],
    ["StepVerifier", stepVerifier],
    ["Claims", claims],
    ["Bridge", bridge],
  ];
  const verifier = StepVerifier__factory.connect(stepVerifier, provider);
  if ((await provider.getCode(stepVerifier)) === "0x") return { contracts, families: [] };
  const verbs = VERBS.flatMap((verb, number) => (verb === undefined ? [] : [number]));
  const addresses = await Promise.all(verbs.map((verb) => verifier.familyOf(verb).catch(() => ZeroAddress)));
  const hashes = new Map<string, string>();
  for (const at of new Set(addresses)) hashes.set(at, keccak256(await provider.getCode(at)));
  const families = FAMILIES.map((name): Wire => {
    const found = [...hashes].filter(([, hash]) => hash === runtimeCode[name].hash).map(([at]) => at);
    return { what: `StepVerifier runs ${name}`, expected: "at one address", actual: count(found.length) };
  });
  const known = FAMILIES.map((name) => runtimeCode[name].hash as string);
  const strange = verbs.filter((_, i) => !known.includes(hashes.get(addresses[i] ?? "") ?? ""));
  return {
    contracts,
    families: [
      ...families,
      { what: "verbs that strange code executes", expected: "none", actual: strange.join(", ") || "none" },
    ],
  };
}

function count(number: number): string {
  return number === 1 ? "at one address" : `at ${number} addresses`;
}

async function inboxWires(provider: Provider, { inbox, bridge, parameters }: Deployment): Promise<Wire[]> {
  const actual = await Inbox__factory.connect(inbox, provider).params();
  const { batcher, forceDelaySeconds, maxTimeDriftSeconds, sequencerSilenceSeconds } = parameters;
  return [
    wire("Inbox.bridge", bridge, actual.bridge),
    wire("Inbox.batcher", batcher, actual.batcher),
    wire("Inbox.forceDelay", forceDelaySeconds, actual.forceDelay),
    wire("Inbox.maxTimeDrift", maxTimeDriftSeconds, actual.maxTimeDrift),
    wire("Inbox.sequencerSilence", sequencerSilenceSeconds, actual.sequencerSilence),
  ];
}

async function bridgeWires(provider: Provider, { inbox, bridge, claims, parameters }: Deployment): Promise<Wire[]> {
  const actual = await Bridge__factory.connect(bridge, provider).params();
  return [
    wire("Bridge.inbox", inbox, actual.inbox),
    wire("Bridge.claims", claims, actual.claims),
    wire("Bridge.capUnits", parameters.capUnits, actual.capUnits),
  ];
}

async function claimsWires(provider: Provider, deployment: Deployment): Promise<Wire[]> {
  const { inbox, claims, stepVerifier, parameters } = deployment;
  const contract = Claims__factory.connect(claims, provider);
  const actual = await contract.params();
  const numbers = ["fanout", "challengeSeconds", "defendSeconds", "replySeconds"] as const;
  const bonds = ["claimBond", "challengeBond", "defendBond"] as const;
  const isGenesis = await contract.isConfirmed({
    parent: ZeroHash,
    start: ZeroHash,
    machine: machineHash(genesisMachine() as Machine),
    acc: ZeroHash,
    endEntry: genesisMachine().entry,
    levels: 0,
    proposer: ZeroAddress,
    salt: ZeroHash,
  });
  return [
    wire("Claims.inbox", inbox, actual.inbox),
    wire("Claims.verifier", stepVerifier, actual.verifier),
    ...numbers.map((name) => wire(`Claims.${name}`, parameters[name], actual[name])),
    ...bonds.map((name) => wire(`Claims.${name}`, parameters[`${name}Wei` satisfies keyof Parameters], actual[name])),
    wire("Claims starts with the genesis machine", true, isGenesis),
  ];
}

async function verifierWires(provider: Provider, deployment: Deployment): Promise<Wire[]> {
  const { inbox, stepVerifier, feeRecipient, chainId } = deployment;
  const contract = StepVerifier__factory.connect(stepVerifier, provider);
  const domain = domainSeparator({ chainId: BigInt(chainId), inbox: inbox as Address });
  return [
    wire("StepVerifier.INBOX", inbox, await contract.INBOX()),
    wire("StepVerifier.FEE_RECIPIENT", feeRecipient, await contract.FEE_RECIPIENT()),
    wire("StepVerifier.DOMAIN_SEPARATOR", hexlify(domain), await contract.DOMAIN_SEPARATOR()),
  ];
}

function wire(what: string, expected: unknown, actual: unknown): Wire {
  return { what, expected: String(expected), actual: String(actual) };
}

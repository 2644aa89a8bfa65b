/** What operators write: options, deployments, records of deployments, parameters, keys. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { batcherOptions } from "@lakh/batcher";
import {
  CONTRACT_NAMES,
  deploymentText,
  parametersJson,
  readDeployment,
  readParameters,
  readRecord,
} from "@lakh/bindings";
import { challengerOptions } from "@lakh/challenger";
import { nodeOptions } from "@lakh/node";
import { proposerOptions } from "@lakh/proposer";
import { type OptionTable, flagOf, loadKey, readOptions, variableOf } from "@lakh/service";

import devnet from "../../parameters/devnet.json" with { type: "json" };
import type { Random } from "../../test/support/random.ts";
import { mutateJson, mutateText } from "./mutate.ts";
import { type WireTarget, codeOf } from "./targets.ts";

function options(role: string, table: OptionTable, folder: string): WireTarget {
  const file = join(folder, `${role}.json`);
  const texts = ["1", "31337", "http://127.0.0.1:1", "/tmp/x", "info", "true", `0x${"12".repeat(20)}`, "0.5"];
  const names = [...Object.keys(table), "nothing"];
  const some = (random: Random): string => {
    const text = random.pick(texts);
    return random.chance(0.5) ? text : mutateText(text, random);
  };
  return {
    name: `options of the ${role}`,
    inputs: 100,
    try: async (random) => {
      const given = Array.from({ length: random.below(7) }, () => [random.pick(names), some(random)] as const);
      const argv = given.flatMap(([name, text]) => (random.chance(0.5) ? [flagOf(name), text] : [flagOf(name)]));
      const env = Object.fromEntries(
        Object.keys(table).map((name) => [variableOf(role, name), random.chance(0.5) ? some(random) : undefined]),
      );
      if (random.chance(0.2)) {
        writeFileSync(file, mutateText(JSON.stringify(Object.fromEntries(given)), random));
        argv.push("--config", file);
      }
      return codeOf(() => readOptions(table, { role, argv, env }));
    },
  };
}

function deployments(): WireTarget[] {
  const parameters = readParameters(devnet);
  const { sequencer, batcher, feeRecipient } = parameters;
  const address = `0x${"1b".repeat(20)}`;
  const contracts = { inbox: address, bridge: address, claims: address, stepVerifier: address };
  const roles = { sequencer, batcher, feeRecipient, parameters };
  const text = deploymentText({ chainId: 31_337, deployedAtBlock: 1, ...contracts, ...roles });
  const deployment: unknown = JSON.parse(text);
  const made = { address, transaction: `0x${"11".repeat(32)}`, block: 1, constructorArguments: "0x" };
  const record = { deployment, contracts: CONTRACT_NAMES.map((name) => ({ name, ...made })) };
  return [
    {
      name: "deployment file",
      inputs: 200,
      try: (random) => codeOf(() => readDeployment(mutateJson(deployment, random))),
    },
    {
      name: "record of a deployment",
      inputs: 100,
      try: (random) => codeOf(() => readRecord(random.chance(0.1) ? record : mutateJson(record, random))),
    },
    {
      name: "parameters file",
      inputs: 200,
      try: (random) => codeOf(() => parametersJson(readParameters(mutateJson(devnet, random)))),
    },
  ];
}

/** No keystore among them: opening one takes a second. */
function keys(folder: string): WireTarget {
  const keyFile = join(folder, "key");
  const good = `0x${"4c".repeat(32)}\n`;
  return {
    name: "key file",
    inputs: 60,
    try: async (random) => {
      writeFileSync(keyFile, random.chance(0.1) ? "{}" : mutateText(good, random));
      const keyPassword = random.chance(0.5) ? "x" : undefined;
      return codeOf(() => loadKey({ key: undefined, keyFile, keyPassword }, 31_337n));
    },
  };
}

export function configTargets(folder: string): WireTarget[] {
  return [
    options("node", nodeOptions, folder),
    options("batcher", batcherOptions, folder),
    options("proposer", proposerOptions, folder),
    options("challenger", challengerOptions, folder),
    ...deployments(),
    keys(folder),
  ];
}

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type DeploymentRecord, deploymentRecords, readRecord } from "@lakh/bindings";
import { fatal, integer, optional, path } from "@lakh/service";

import { command } from "../command.ts";
import { readJson, replace } from "../deploy/files.ts";
import { argumentsModule, submitCommand, verificationOf } from "../deploy/verification.ts";
import { REPO } from "../repo.ts";
import { jsonTable } from "../tables.ts";

const verify = command({
  words: "verify",
  about: "Writes what block explorers need to verify the source of a deployment, and the commands that submit it",
  table: {
    record: optional(path({ help: "record of the deployment, as lakh deploy writes it" })),
    chainId: optional(
      integer(1, Number.MAX_SAFE_INTEGER, { help: "in place of --record: chain of a known deployment" }),
    ),
    out: path({ help: "folder to write", fallback: "verification" }),
    ...jsonTable,
  },
  async run({ options, out }) {
    const record = recordOf(options.record, options.chainId);
    const { inputs, contracts } = verificationOf(join(REPO, "artifacts"), record);
    mkdirSync(options.out, { recursive: true });
    const write = (name: string, text: string): void => replace(join(options.out, name), text);
    for (const { file, input } of inputs) write(file, JSON.stringify(input));
    write("verification.json", JSON.stringify({ chainId: record.deployment.chainId, contracts }, null, 2) + "\n");
    for (const { name } of contracts) write(`${name}.args.mjs`, argumentsModule(record, name));
    const commands = contracts.map((contract) => submitCommand(contract, options.out));
    out.result({ folder: options.out, contracts, commands }, [`written: ${options.out}`, ...commands].join("\n"));
  },
});

/** @throws CodedError fatal `BadFile`, `MissingOption`, `UnknownDeployment`; ConfigError */
function recordOf(file: string | undefined, chainId: number | undefined): DeploymentRecord {
  if (file !== undefined) return readRecord(readJson(file));
  if (chainId === undefined) throw fatal("MissingOption", "--record or --chain-id must be given", { flag: "--record" });
  const known = deploymentRecords[chainId];
  if (known === undefined)
    throw fatal("UnknownDeployment", `no deployment is recorded for chain ${chainId}: give its --record`, { chainId });
  return known;
}

export const verifyCommands = [verify];

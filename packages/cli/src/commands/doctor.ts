import { createLakhClient } from "@lakh/sdk";
import { fatal, integer, onL1, optional, path, url } from "@lakh/service";
import { FetchRequest, JsonRpcProvider } from "ethers";

import { command } from "../command.ts";
import { checkDeployment, checkKey, checkL1, checkNode, checkRollup } from "../doctor/checks.ts";
import { type Finding, worst } from "../doctor/finding.ts";
import { checkWiring, findRecord } from "../doctor/wiring.ts";
import { columns } from "../output.ts";
import { jsonTable, keyTable } from "../tables.ts";

const REQUEST_MILLISECONDS = 10_000;

const doctor = command({
  words: "doctor",
  about:
    "Checks configuration, contracts and their wiring, key, balance, clock, L1 and lag; ends with status 1 when something is bad",
  table: {
    l1Url: url({ help: "JSON-RPC of L1", fallback: "http://127.0.0.1:8545" }),
    deployment: path({ help: "JSON file of the deployment's addresses", fallback: "deployment.json" }),
    record: optional(path({ help: "record of the deployment, as lakh deploy writes it; not given: the known one" })),
    rpcUrl: optional(url({ help: "a node's JSON-RPC; not given: no node is checked" })),
    ...keyTable,
    leastMilliether: integer(0, 10 ** 9, {
      help: "balance that the key should have, thousandths of an ETH",
      fallback: 500,
    }),
    ...jsonTable,
  },
  async run({ options, out }) {
    const { findings, deployment } = checkDeployment(options.deployment);
    const request = new FetchRequest(options.l1Url);
    request.timeout = REQUEST_MILLISECONDS;
    const provider = new JsonRpcProvider(request, deployment?.chainId, { cacheTimeout: -1 });
    try {
      const l1 = await onL1(() => checkL1(provider, deployment, Math.floor(Date.now() / 1000)));
      findings.push(...l1);
      if (deployment !== undefined && worst(l1.filter(({ code }) => code !== "L1Stale")) !== "bad") {
        const record = findRecord(options.record, deployment);
        const wiring = await onL1(() => checkWiring(provider, deployment, record));
        findings.push(...wiring);
        // Strange contracts answer strange things.
        if (worst(wiring) !== "bad") findings.push(...(await onL1(() => checkRollup(provider, deployment))));
        if (options.key !== undefined || options.keyFile !== undefined)
          findings.push(...(await onL1(() => checkKey(options, provider, deployment, options.leastMilliether / 1000))));
        if (options.rpcUrl !== undefined) {
          const client = createLakhClient({ rpcUrl: options.rpcUrl });
          findings.push(...(await onL1(() => checkNode(client, provider, deployment))));
        }
      }
    } finally {
      provider.destroy();
    }
    const grade = worst(findings);
    out.result({ grade, findings }, columns(findings.map(row)));
    if (grade === "bad") {
      const codes = findings.filter((finding) => finding.grade === "bad").map(({ code }) => code);
      throw fatal("Unwell", `${codes.length} of ${findings.length} findings are bad: ${codes.join(", ")}`, { codes });
    }
  },
});

function row({ grade, code, text }: Finding): string[] {
  return [grade, code, text];
}

export const doctorCommands = [doctor];

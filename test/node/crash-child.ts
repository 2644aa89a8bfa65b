/** A sequencer in a process of its own, made to be killed: takes transfers as fast as it can, says what it acknowledged. */
import { writeSync } from "node:fs";

import { loadKernels } from "@lakh/kernels";
import { LakhNode, type NodeDeployment, sendEnvelopes } from "@lakh/node";
import { silentLog, systemClock } from "@lakh/service";
import { JsonRpcProvider } from "ethers";

import { SEQUENCER_KEY, SEQUENCING, STORE, person, signed, transfer } from "./people.ts";

const BATCH = 4;

const [dataDir = "", l1Url, deploymentText = ""] = process.argv.slice(2);
const deployment = JSON.parse(deploymentText) as NodeDeployment;
const l1 = new JsonRpcProvider(l1Url, deployment.chainId, { staticNetwork: true, cacheTimeout: -1 });
const sequencer = { ...SEQUENCING, sealBytes: 1100, sealMilliseconds: 20, logBytes: 4096 };
const node = await LakhNode.open(
  { deployment, dataDir, ...STORE, snapshotItems: 40, finalityBlocks: 1, sequencer },
  { l1, kernels: await loadKernels(), log: silentLog(), clock: systemClock, sequencerKey: SEQUENCER_KEY },
);
for (let i = 0; i < 100 && node.sequencer?.hasStarted !== true; i++) await node.step();
let nonce = node.engine.account(2)?.nonceBase ?? 0n;
const bits = node.engine.account(2)?.nonceBits ?? 0n;
nonce += BigInt(bits.toString(2).replace(/^0+/, "").length);

for (let round = 0; round < 10_000; round++) {
  const envelopes = Array.from({ length: BATCH }, (_, i) =>
    signed(node, person(1).key, 2, nonce + BigInt(i), [transfer(3, 1n)]),
  );
  nonce += BigInt(BATCH);
  const results = await sendEnvelopes(node, envelopes);
  for (const result of results) {
    // Written at once: what the parent reads was acknowledged, whatever the instant of the kill.
    if ("receipt" in result)
      writeSync(1, JSON.stringify({ ...result.receipt, time: String(result.receipt.time) }) + "\n");
    else writeSync(2, result.fault.message + "\n");
  }
  await node.step();
}

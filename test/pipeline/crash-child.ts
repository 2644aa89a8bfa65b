/** A sequencer with its stream in a process of its own, made to be killed. Says its port once it accepts. */
import { writeSync } from "node:fs";

import { loadKernels } from "@lakh/kernels";
import { LakhNode, type NodeDeployment } from "@lakh/node";
import { silentLog, systemClock } from "@lakh/service";
import { JsonRpcProvider } from "ethers";

import { SEQUENCER_KEY, SEQUENCING, STORE } from "../node/people.ts";
import { serveStage } from "./serve.ts";

const STEP_MILLISECONDS = 20;

const [dataDir = "", l1Url, deploymentText = ""] = process.argv.slice(2);
const deployment = JSON.parse(deploymentText) as NodeDeployment;
const l1 = new JsonRpcProvider(l1Url, deployment.chainId, { staticNetwork: true, cacheTimeout: -1 });
const sequencer = { ...SEQUENCING, sealBytes: 1100, sealMilliseconds: 20, logBytes: 4096, maxUnpostedBytes: 1 << 26 };
const node = await LakhNode.open(
  { deployment, dataDir, ...STORE, finalityBlocks: 1, sequencer },
  { l1, kernels: await loadKernels(), log: silentLog(), clock: systemClock, sequencerKey: SEQUENCER_KEY },
);
for (let i = 0; i < 100 && node.sequencer?.hasStarted !== true; i++) await node.step();
const { port } = await serveStage(node);
writeSync(1, `${port}\n`);
for (let i = 0; i < 10_000; i++) {
  await node.step();
  await systemClock.sleep(STEP_MILLISECONDS);
}

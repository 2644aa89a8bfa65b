import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { SequencerLog } from "../../packages/node/src/log/sequencer-log.ts";
import { batchDraft } from "../../packages/node/src/sequencer/draft.ts";
import { cleanUp, tempDir } from "./world.ts";

const draft = (byte: number) => batchDraft(BigInt(byte), Uint8Array.of(1, byte));
const OLD = [draft(1), draft(2)];
const NEW = [draft(3), draft(4), draft(5)];

/** The log's file with two drafts, and where a plan with three others starts in it. */
async function logWithPlan(path: string): Promise<{ whole: Buffer; planAt: number }> {
  const { log } = await SequencerLog.open(path);
  for (const one of OLD) log.appendDraft(one);
  const planAt = log.size;
  log.appendPlan(7, NEW);
  await log.close();
  return { whole: await readFile(path), planAt };
}

describe("node > sequencer log", () => {
  afterEach(cleanUp);

  it("takes a plan for all that was before it", async () => {
    const path = join(await tempDir(), "log");
    await logWithPlan(path);
    const { log, promises } = await SequencerLog.open(path);
    expect(promises).to.deep.equal({ base: 7, drafts: NEW, open: undefined });
    await log.close();
  });

  it("keeps what was before a plan that a crash cut short, at every byte, and goes on from there", async () => {
    const path = join(await tempDir(), "log");
    const { whole, planAt } = await logWithPlan(path);
    for (let end = planAt; end < whole.length; end++) {
      await writeFile(path, whole.subarray(0, end));
      const { log, promises } = await SequencerLog.open(path);
      expect(promises, `cut at ${end}`).to.deep.equal({ base: 0, drafts: OLD, open: undefined });
      log.appendDraft(draft(6));
      await log.close();
      const again = await SequencerLog.open(path);
      expect(again.promises.drafts, `appended behind ${end}`).to.deep.equal([...OLD, draft(6)]);
      await again.log.close();
    }
  });
});

/** `lakh devnet`: everything from one command, and a story told from real events. */
import type { Ledger } from "./ledger.ts";
import type { DevnetOptions } from "./options.ts";
import { startStack, type Stack } from "./stack.ts";
import { tellStory } from "./story/story.ts";

export interface DevnetRun {
  readonly print: (text: string) => void;
  /** Told the story's accounts when it has ended well. */
  readonly report: (ledger: Ledger) => void;
  /** Aborted when the user stops it. */
  readonly signal: AbortSignal;
}

/** Runs until the story ends (`once`) or the user stops it. @throws CodedError, LakhError: anything that fails */
export async function runDevnet(options: DevnetOptions, { print, report, signal }: DevnetRun): Promise<void> {
  print("Starting L1, contracts and services …");
  const stack = await startStack(options, (text) => print(`   ${text}`));
  const stopped = new Promise<"stopped">((resolve) => {
    if (signal.aborted) resolve("stopped");
    signal.addEventListener("abort", () => resolve("stopped"));
  });
  try {
    const story = tellStory(stack, { burst: options.burst, print });
    story.catch(() => undefined); // raced below; after a stop its end no longer matters
    const ledger = await Promise.race([story, stack.failed, stopped]);
    if (ledger === "stopped") return;
    report(ledger);
    if (options.once) return;
    print(guide(stack));
    await Promise.race([stack.failed, stopped]);
    print("Stopping …");
  } finally {
    await stack.stop();
  }
}

function guide({ l1Url, rpcUrl, followerUrl, deploymentFile, dir }: Stack): string {
  return `
The devnet stays up; Ctrl-C ends it.

  L1          ${l1Url} (chain 31337, a block a second; it funds the mnemonic "test test … junk": use its keys nowhere else)
  sequencer   ${rpcUrl}
  follower    ${followerUrl}
  deployment  ${deploymentFile}
  logs        ${dir}

In another terminal:

  export LAKH_RPC_URL=${rpcUrl} LAKH_L1_URL=${l1Url}
  export LAKH_KEY=0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6   # account 9, public
  npx lakh deposit --asset ETH --amount 10
  npx lakh account
  npx lakh pool
  npx lakh swap --pool 6 --pay ETH --amount-in 1
  npx lakh withdraw --asset ETH --amount 1
  npx lakh exit
  npx lakh inspect claim
  npx lakh replay FILE.csv.gz --follower ${followerUrl}`;
}

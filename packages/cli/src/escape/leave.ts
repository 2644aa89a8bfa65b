/** Leaving without anybody's help: force the withdrawal, include it, claim, defend, wait, finalize. Each pass does what L1 lets. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import type { Address, Op } from "@lakh/protocol";
import { type Exit, L1RevertError, type LakhClient, type L1Clients } from "@lakh/sdk";
import { type Stepper, type StepReport, type Truth, fatal } from "@lakh/service";

/** Looks at L1 after the inclusion, until the exits must be known. */
const MOST_PASSES_WITHOUT_EXIT = 5;

/** How long the forced envelope stays valid: the queue may have to wait for its turn. */
const VALIDITY_SECONDS = 30n * 86_400n;

export interface Leaving {
  readonly client: LakhClient;
  readonly l1: L1Clients;
  readonly truth: Truth;
  /** Claims and defends with the leaver's key. */
  readonly proposer: Stepper;
  /** Remembers the queue item, so that a second run does not force a second withdrawal. */
  readonly journal: string;
  /** Who is paid. */
  readonly to: Address;
  /** What to withdraw, asked once. */
  readonly ops: () => Promise<readonly Op[]>;
}

/** What the journal holds. */
interface Forced {
  readonly queueIndex: string;
  /** Number of the first exit that can be of this envelope. */
  readonly firstExit: string;
  readonly exits: number;
  readonly transaction: string;
}

export interface Leaver extends Stepper {
  /** The exits, once all are finalized. */
  readonly left: () => readonly Exit[] | undefined;
}

export function createLeaver({ client, l1, truth, proposer, journal, to, ops }: Leaving): Leaver {
  let left: readonly Exit[] | undefined;
  let passesWithoutExit = 0;

  return {
    left: () => left,
    step: async (signal): Promise<StepReport> => {
      await truth.refresh(signal);
      const forced = readJournal(journal);
      if (forced === undefined) return force();
      const exits = await exitsOf(forced);
      if (exits.length < forced.exits) return include(BigInt(forced.queueIndex));
      const did = [...(await proposer.step(signal)).did];
      const open: Exit[] = [];
      for (const exit of exits) {
        const { stage } = await client.exitStatus(exit.number);
        if (stage === "ready") {
          const { hash, payee } = await client.finalizeExit(exit.number);
          did.push(`finalize: exit ${exit.number} is paid to ${payee} (transaction ${hash})`);
        } else if (stage !== "finalized") open.push(exit);
      }
      // Bonds come home first: the proposer has nothing left to do.
      if (open.length === 0 && did.length === 0) left = exits;
      return { did };
    },
  };

  async function force(): Promise<StepReport> {
    const list = await ops();
    if (list.length === 0) throw fatal("NothingToWithdraw", "the account holds nothing that can be withdrawn", {});
    const { timestamp } = await l1.public.getBlock();
    const { nextExit: firstExit } = await client.getMachine((await client.heads()).safe.entry);
    const { queueIndex, hash } = await client.forceEnvelope({ ops: list, validUntil: timestamp + VALIDITY_SECONDS });
    const forced: Forced = {
      queueIndex: String(queueIndex),
      firstExit: String(firstExit),
      exits: list.length,
      transaction: hash,
    };
    writeFileSync(journal, JSON.stringify(forced, null, 2), { mode: 0o600 });
    return { did: [`force: ${list.length} withdrawals are queue item ${queueIndex} (transaction ${hash})`] };
  }

  /** Includes the queue up to the item, once L1 lets anyone. */
  async function include(queueIndex: bigint): Promise<StepReport> {
    try {
      const { hash } = await client.includeQueue({ to: queueIndex + 1n });
      return { did: [`include: the queue up to item ${queueIndex} (transaction ${hash})`] };
    } catch (error) {
      // Not overdue yet, or somebody else included it: either way L1 will show it.
      const name = error instanceof L1RevertError ? error.errorName : undefined;
      if (name === "EmptySlice" && ++passesWithoutExit > MOST_PASSES_WITHOUT_EXIT)
        throw fatal("ForcedWithoutEffect", `queue item ${queueIndex} was executed and made no exit`, { queueIndex });
      if (name === "NotOverdue" || name === "EmptySlice") return { did: [] };
      throw error;
    }
  }

  async function exitsOf({ firstExit, exits }: Forced): Promise<Exit[]> {
    const mine = (await client.exitsOf(to)).filter(({ number }) => number >= BigInt(firstExit));
    return mine.slice(0, exits);
  }
}

function readJournal(file: string): Forced | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { queueIndex, firstExit, exits, transaction } = JSON.parse(readFileSync(file, "utf8")) as Forced;
    const numbers = { queueIndex: BigInt(queueIndex), firstExit: BigInt(firstExit), exits: BigInt(exits) };
    return { queueIndex: String(numbers.queueIndex), firstExit: String(numbers.firstExit), exits, transaction };
  } catch (error) {
    throw fatal("BadJournal", `cannot read what was forced from ${file}: ${String(error)}`, { file }, error);
  }
}

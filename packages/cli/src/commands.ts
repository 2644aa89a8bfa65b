/** All commands, in the order that help lists them. */
import type { Command } from "./command.ts";
import { accountCommands } from "./commands/account.ts";
import { assetCommands } from "./commands/asset.ts";
import { daemonCommands } from "./commands/daemons.ts";
import { deployCommands } from "./commands/deploy.ts";
import { depositCommands } from "./commands/deposit.ts";
import { devnetCommands } from "./commands/devnet.ts";
import { doctorCommands } from "./commands/doctor.ts";
import { escapeCommands } from "./commands/escape.ts";
import { exitCommands } from "./commands/exit.ts";
import { inspectCommands } from "./commands/inspect.ts";
import { poolCommands } from "./commands/pool.ts";
import { replayCommands } from "./commands/replay.ts";
import { swapCommands } from "./commands/swap.ts";
import { transferCommands } from "./commands/transfer.ts";
import { verifyCommands } from "./commands/verify.ts";
import { withdrawCommands } from "./commands/withdraw.ts";

export const commands: readonly Command[] = [
  ...devnetCommands,
  ...deployCommands,
  ...verifyCommands,
  ...daemonCommands,
  ...accountCommands,
  ...assetCommands,
  ...depositCommands,
  ...transferCommands,
  ...swapCommands,
  ...poolCommands,
  ...withdrawCommands,
  ...exitCommands,
  ...escapeCommands,
  ...replayCommands,
  ...inspectCommands,
  ...doctorCommands,
];

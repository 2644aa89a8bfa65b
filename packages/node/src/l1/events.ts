/** The Inbox's events as values; pure. */
import { IInbox__factory } from "@lakh/bindings";
import type { EntryKind, Hex } from "@lakh/protocol";
import type { Log } from "ethers";

import { bytesOf } from "../bytes.ts";
import { nodeError } from "../errors.ts";
import type { InboxEvent, L1Place } from "../types.ts";

const inbox = IInbox__factory.createInterface();

/** Topics of the events that derivation reads. */
export const INBOX_TOPICS: string[] = [
  inbox.getEvent("EntryAppended").topicHash,
  inbox.getEvent("QueueItem").topicHash,
];

/** @throws CodedError L1Inconsistent when the log is not one of the Inbox's */
export function inboxEvent(log: Log): InboxEvent {
  const l1: L1Place = {
    block: log.blockNumber,
    blockHash: log.blockHash as Hex,
    transaction: log.transactionHash as Hex,
  };
  const parsed = inbox.parseLog(log);
  if (parsed?.name === "EntryAppended") {
    const { entry, accBefore, header, acc } = parsed.args;
    const [kind, time, a, b, hash] = header as [bigint, bigint, bigint, bigint, Hex];
    return {
      kind: "entry",
      number: Number(entry),
      header: { kind: Number(kind) as EntryKind, time, a, b, hash },
      accBefore,
      acc,
      l1,
    };
  }
  if (parsed?.name === "QueueItem") {
    const { index, time, item } = parsed.args;
    return { kind: "queue", index: Number(index), time, item: bytesOf(item), l1 };
  }
  throw nodeError("L1Inconsistent", "L1 gave a log that is none of the Inbox's events", { ...l1 });
}

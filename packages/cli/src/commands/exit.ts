import type { Address } from "@lakh/protocol";
import type { ExitStatus } from "@lakh/sdk";
import { address, fatal, optional } from "@lakh/service";

import { command } from "../command.ts";
import { readingClient, signingClient } from "../context.ts";
import { columns } from "../output.ts";
import { nodeTable, signerTable } from "../tables.ts";

const list = command({
  words: "exit",
  about: "Lists the exits of a recipient (without one, of the key)",
  table: { ...signerTable, recipient: optional(address({ help: "whose exits" })) },
  async run({ options, out }) {
    const client = readingClient(options);
    const recipient = (options.recipient ?? (await signingClient(options)).signer.address) as Address;
    const exits = await client.exitsOf(recipient);
    const all = await Promise.all(exits.map(({ number }) => client.exitStatus(number)));
    out.result(all, columns(all.map((status) => [`exit ${status.exit.number}`, stageText(status)])) || "no exit");
  },
});

const status = command({
  words: "exit status",
  about: "Says how far an exit is on its way to L1",
  arguments: [{ name: "NUMBER" }],
  table: nodeTable,
  async run({ options, args, out }) {
    const found = await readingClient(options).exitStatus(exitNumber(args[0]));
    out.result(found, `exit ${found.exit.number}: ${stageText(found)}`);
  },
});

function stageText({ exit, stage, holder, readyAt }: ExitStatus): string {
  const what = `${exit.amount} units of ${BigInt(exit.token) === 0n ? "ETH" : exit.token} to ${holder}`;
  switch (stage) {
    case "ordered":
      return `${what}: accepted by the sequencer, not on L1 yet`;
    case "posted":
      return `${what}: on L1 in entry ${exit.entry}, no claim covers it yet`;
    case "claimed": {
      const at = new Date(Number(readyAt ?? 0n) * 1000).toISOString();
      return `${what}: claimed; ready from ${at} when nobody challenges`;
    }
    case "ready":
      return `${what}: ready: lakh exit finalize ${exit.number}`;
    case "finalized":
      return `${what}: finalized`;
  }
}

const assign = command({
  words: "exit assign",
  about: "Gives an exit that is not finalized to another address",
  arguments: [{ name: "NUMBER" }],
  table: { ...signerTable, to: address({ help: "who gets it" }) },
  async run({ options, args, out }) {
    const number = exitNumber(args[0]);
    const { client } = await signingClient(options);
    const { hash } = await client.assignExit({ number, to: options.to as Address });
    out.result({ number, to: options.to, transaction: hash }, `exit ${number} assigned to ${options.to}`);
  },
});

const finalize = command({
  words: "exit finalize",
  about: "Has the Bridge pay an exit to its holder; anyone may",
  arguments: [{ name: "NUMBER" }],
  table: signerTable,
  async run({ options, args, out }) {
    const number = exitNumber(args[0]);
    const { client } = await signingClient(options);
    const done = await client.finalizeExit(number);
    const how = done.delivered ? "paid to" : "kept as a credit of";
    out.result({ number, ...done }, `exit ${number} ${how} ${done.payee} (transaction ${done.hash})`);
  },
});

function exitNumber(given: string | undefined): bigint {
  if (given === undefined || !/^\d{1,12}$/.test(given))
    throw fatal("BadOption", `${given} is no exit number`, { given });
  return BigInt(given);
}

export const exitCommands = [list, status, assign, finalize];

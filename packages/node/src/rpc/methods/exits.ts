/** Methods about exits and their proofs. */
import { type Machine, compactExitProof, decodeRecord } from "@lakh/protocol";
import type { Engine } from "@lakh/engine";

import { Fault } from "../../faults.ts";
import type { LakhNode } from "../../node.ts";
import { Turn } from "../../turns.ts";
import type { Methods } from "./method.ts";

export const exitMethods: Methods = {
  lakh_getExit: { params: 1, call: (node, params) => exitOf(node, params.integer(0)) },
  lakh_exitsOf: { params: 1, calls: 50, isLong: true, call: (node, params) => exitsOf(node, params.address(0)) },
  lakh_getExitProof: {
    params: 2,
    calls: 50,
    isLong: true,
    call: (node, params) => exitProof(node, params.integer(0), params.integer(1)),
  },
};

async function exitOf(node: LakhNode, number: number) {
  const exit = node.engine.exit(BigInt(number));
  if (exit === undefined) return null;
  const { token, shift, amount, recipient } = exit;
  return { number, token, shift, amount, recipient, entry: await entryOfExit(node, number) };
}

/** Cost: every exit is looked at. */
async function exitsOf(node: LakhNode, recipient: string) {
  const { exits } = node.engine.state;
  const found = [];
  const turn = new Turn();
  for (let number = 0; number < exits.count; number++) {
    if (turn.isOver) await turn.pass();
    const exit = decodeRecord(exits.record(number));
    if (exit.kind === "exit" && exit.recipient === recipient) found.push(await exitOf(node, number));
  }
  return found;
}

/** The entry that made an exit; of one older than the node's memory, the last entry before that. Bisects the machines. */
async function entryOfExit(node: LakhNode, number: number): Promise<number> {
  let low = node.firstKnown - 1; // exists in no machine up to `low`, or is too old to say
  let high = node.chain.length + 1; // made in an entry below `high`; the open one is entry `chain.length`
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const exits = (await node.knownMachineAt(middle))?.nextExit ?? 0n;
    if (Number(exits) > number) high = middle;
    else low = middle;
  }
  return Math.max(0, low);
}

async function exitProof(node: LakhNode, number: number, entry: number) {
  if (entry > node.chain.length) throw new Fault("NotFound", `there is no entry ${entry} yet`, { entry });
  const engine: Engine = await node.history.sharedStateAt(entry);
  const machine: Machine = engine.machine();
  if (BigInt(number) >= machine.nextExit)
    throw new Fault("NotFound", `exit ${number} is not made before entry ${entry}`, { number, entry });
  const all = engine.exitProof(BigInt(number)).siblings;
  const siblings = compactExitProof(all, BigInt(number), machine.nextExit);
  return { machine, exit: { number, ...engine.exit(BigInt(number)) }, siblings };
}

/**
 * Steps where indices run out. No engine can hold 2^28 objects, so its counters are set to the limits, only its outcome is
 * taken, and the machine after it is worked out from the outcome: nothing changes, but for one exit given back.
 */
import type { Engine, WitnessEntry } from "@lakh/engine";
import {
  EXIT_BASE,
  EXIT_LIMIT,
  OBJECT_LIMIT,
  Outcome,
  ZERO_ADDRESS,
  encodeBatch,
  encodeDeposit,
  encodeListing,
  encodeRecord,
  type Deposit,
  type Machine,
  type Op,
} from "@lakh/protocol";

import { envelope, newEngine, person, rawBatch, signed, sliceEntry, token } from "../engine/world.ts";
import { SparseTree } from "../support/step/sparse-tree.ts";
import { inBatch, inQueue, packWitness } from "../support/step/witness.ts";
import type { ParityCase } from "./driver.ts";

const ALICE = 3;
const TIME = 1000n;
const NOTHING = new Uint8Array(0);
const ACC = `0x${"ac".repeat(32)}` as const;

interface Limits {
  readonly nextObject: number;
  readonly nextExit: bigint;
}

/** ETH, another asset, and an account that holds both. */
const RECORDS = [
  encodeRecord({ kind: "asset", token: ZERO_ADDRESS, shift: 9 }),
  encodeRecord({ kind: "asset", token: token(2), shift: 3 }),
  encodeRecord({
    kind: "account",
    owner: person(1).address,
    signerKind: 0,
    nonceBase: 0n,
    nonceBits: 0n,
    holdings: [
      { key: 1, amount: 10n ** 12n },
      { key: 2, amount: 10n ** 12n },
    ],
  }),
];

function engineWith({ nextObject, nextExit }: Limits): Engine {
  const engine = newEngine();
  RECORDS.slice(1).forEach((record) => engine.state.loadRecord(record));
  engine.state.nextObject = nextObject;
  engine.state.exits.count = Number(nextExit);
  return engine;
}

function machineOf(tree: SparseTree): Machine {
  const { nextObject, nextExit } = tree;
  return { stateRoot: tree.root(), nextObject, nextExit, entry: 0n, cursor: 0, time: 0n, fees: 5n };
}

function limitCase(
  limits: Limits,
  item: (engine: Engine) => Uint8Array,
  isQueue: boolean,
  leaves: number[],
): ParityCase {
  const engine = engineWith(limits);
  const bytes = item(engine);
  const absent = leaves.filter((leaf) => leaf > RECORDS.length).map((leaf): [number, Uint8Array] => [leaf, NOTHING]);
  const known = RECORDS.map((record, i): [number, Uint8Array] => [i + 1, record]);
  const tree = new SparseTree([...known, ...absent], limits.nextObject, limits.nextExit);
  const pre = machineOf(tree);
  const batch = encodeBatch([bytes]);
  const entry: WitnessEntry = { ...(isQueue ? sliceEntry(TIME, [bytes], 7n) : rawBatch(TIME, batch)), accBefore: ACC };
  engine.beginEntry(entry.header);
  const outcome = isQueue ? engine.stepQueueItem(bytes) : engine.stepBatchItem(batch);
  const place = isQueue ? inQueue(bytes, 0, 1, TIME) : inBatch(batch, 0, TIME);
  const witness = packWitness({ ...place, header: entry.header, accBefore: ACC }, tree, leaves);
  const moved = { ...pre, entry: 1n, time: TIME };
  if (outcome !== Outcome.DepositReturned) return { entry, item: bytes, pre, witness, outcome, post: moved };
  const exit = encodeRecord({ kind: "exit", token: token(2), shift: 3, amount: 77n, recipient: person(4).address });
  const root = tree.with([[EXIT_BASE + Number(limits.nextExit), exit]]).root();
  const post = { ...moved, stateRoot: root, nextExit: limits.nextExit + 1n };
  return { entry, item: bytes, pre, witness, outcome, post };
}

const given: Deposit = {
  token: token(2),
  shift: 3,
  asset: 2,
  account: 0,
  owner: person(1).address,
  depositor: person(4).address,
  amount: 77n,
};

/** One step for each way in which indices run out. */
export function limitCases(): ParityCase[] {
  const objectsFull = { nextObject: OBJECT_LIMIT, nextExit: 3n };
  const exitsFull = { nextObject: 100, nextExit: BigInt(EXIT_LIMIT) };
  const bothFull = { ...exitsFull, nextObject: OBJECT_LIMIT };
  const op = (made: Op) => (engine: Engine) => signed(engine, envelope(ALICE, 0n, [made]), person(1).key);
  const party = person(2).address;
  const list = () => encodeListing({ token: token(9), shift: 0 });
  const pool = { amount: 5000n, amount2: 5000n, amount3: 3000n, amount4: 1n };
  return [
    limitCase(objectsFull, list, true, []),
    limitCase(objectsFull, op({ verb: "openAccount", object: 1, party, amount: 5n }), false, [1, ALICE]),
    limitCase(objectsFull, op({ verb: "createPool", object: 1, object2: 2, ...pool }), false, [1, 2, ALICE]),
    limitCase(objectsFull, () => encodeDeposit(given), true, [2, EXIT_BASE + 3]),
    limitCase(bothFull, () => encodeDeposit(given), true, [2]),
    limitCase(exitsFull, () => encodeDeposit({ ...given, shift: 4 }), true, [2]),
    limitCase(exitsFull, op({ verb: "withdraw", object: 2, party, amount: 5n }), false, [2, ALICE]),
  ];
}

/** Outcomes that {@link limitCases} must give, in order. */
export const LIMIT_OUTCOMES: readonly Outcome[] = [
  Outcome.ObjectsFull,
  Outcome.ObjectsFull,
  Outcome.ObjectsFull,
  Outcome.DepositReturned,
  Outcome.ExitsFull,
  Outcome.ExitsFull,
  Outcome.ExitsFull,
];

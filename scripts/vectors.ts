/**
 * Writes `vectors/machine.json`: a short history from genesis, with every machine, outcome, and some witnesses.
 * `--check` compares. The story is fixed; the engine fills in the numbers. Agreement with the contract is tested by
 * parity; truth by the hand-computed vectors beside these.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { elementProver, loadKzg, packBlobs, versionedHashes } from "@lakh/da";
import { type EntryPayload, type ProveElements, buildWitness, createEngine } from "@lakh/engine";
import { loadKernels } from "@lakh/kernels";
import {
  type EntryHeader,
  EntryKind,
  type Hex,
  OUTCOMES,
  type Op,
  SESSION_VERBS,
  ZERO_HASH,
  accountTag,
  addressOfKey,
  blobsHash,
  concat,
  dataHash,
  encodeBatch,
  encodeCall,
  encodeDeposit,
  encodeEnvelope,
  encodeForced,
  encodeListing,
  encodeQueueCall,
  envelopeDigest,
  domainSeparator,
  fromHex,
  nextAcc,
  nextQueueHash,
  opsHash,
  signDigest,
  toHex,
  uintBytes,
  keccak256,
  utf8,
} from "@lakh/protocol";

const file = join(import.meta.dirname, "../vectors/machine.json");
const keyOf = (name: string): Hex => toHex(keccak256(utf8(`lakh vector key ${name}`)));
const [alice, bob, carol, session] = ["alice", "bob", "carol", "session"].map(keyOf) as [Hex, Hex, Hex, Hex];
const token = toHex(keccak256(utf8("lakh vector token")).subarray(12));
const config = {
  chainId: 31337n,
  inbox: toHex(keccak256(utf8("lakh vector inbox")).subarray(12)),
  feeRecipient: addressOfKey(carol),
};

const engine = createEngine(config, await loadKernels());
const kzg = await loadKzg();
const separator = domainSeparator(config);
const tagOf = (index: number): Hex => engine.tag(index) ?? ZERO_HASH;

let acc: Hex = ZERO_HASH;
let queueHash = 0n;
let queueLength = 0n;
const entries: unknown[] = [];

const machineJson = () => {
  const machine = engine.machine();
  return {
    stateRoot: machine.stateRoot,
    nextObject: machine.nextObject,
    nextExit: machine.nextExit.toString(),
    entry: machine.entry.toString(),
    cursor: machine.cursor,
    time: machine.time.toString(),
    fees: machine.fees.toString(),
    hash: engine.machineHash(),
  };
};

/** What an entry of its kind needs beside header and payload. */
interface Extra {
  readonly queueHashBefore?: bigint;
  readonly proveElements?: ProveElements;
}

function play(header: EntryHeader, payload: EntryPayload, { queueHashBefore, proveElements }: Extra = {}): void {
  const accBefore = acc;
  const steps: unknown[] = [];
  const { entry } = engine.state;
  while (engine.state.entry === entry) {
    const { cursor } = engine.state;
    engine.beginEntry(header);
    const witness = toHex(buildWitness(engine, { header, accBefore, payload, proveElements }));
    const outcome =
      payload instanceof Uint8Array
        ? engine.stepBatchItem(payload)
        : engine.stepQueueItem(payload[cursor] as Uint8Array);
    steps.push({ cursor, outcome, name: OUTCOMES[outcome]?.name, witness, after: machineJson() });
  }
  acc = nextAcc(acc, header);
  entries.push({
    header: { ...header, time: `${header.time}`, a: `${header.a}`, b: `${header.b}` },
    accBefore,
    accAfter: acc,
    ...(payload instanceof Uint8Array
      ? { data: toHex(payload) }
      : { queueHashBefore: toHex(uintBytes(queueHashBefore ?? 0n, 32)), items: payload.map((item) => toHex(item)) }),
    steps,
  });
}

function slice(time: bigint, items: Uint8Array[]): void {
  const before = queueHash;
  const from = queueLength;
  for (const item of items) queueHash = nextQueueHash(queueHash, item);
  queueLength += BigInt(items.length);
  const hash = toHex(uintBytes(queueHash, 32));
  play({ kind: EntryKind.Queue, time, a: from, b: queueLength, hash }, items, { queueHashBefore: before });
}

function batch(time: bigint, data: Uint8Array): void {
  play({ kind: EntryKind.Calldata, time, a: BigInt(data.length), b: 0n, hash: dataHash(data) }, data);
}

function blobs(time: bigint, data: Uint8Array): void {
  const packed = packBlobs(data);
  const hash = blobsHash(versionedHashes(kzg, packed));
  const header = { kind: EntryKind.Blobs, time, a: BigInt(data.length), b: BigInt(packed.length), hash };
  play(header, data, { proveElements: elementProver(kzg, packed) });
}

interface Terms {
  nonce: bigint;
  key?: Hex;
  owner?: Hex;
  validUntil?: bigint;
  fee?: bigint;
}

/** An envelope of `owner`'s account signed by `key`; tags as they stand, `tags` for objects that do not exist yet. */
function envelope(account: number, ops: Op[], terms: Terms, tags: Record<number, Hex> = {}): Uint8Array {
  const { nonce, key = alice, owner = key, validUntil = 0n, fee = 100n } = terms;
  const body = { account, nonce, validUntil, fee, ops };
  const digest = envelopeDigest(separator, body, addressOfKey(owner), (index) => tags[index] ?? tagOf(index));
  return encodeEnvelope({ ...body, signature: signDigest(digest, key) });
}

const deposit = (asset: number, account: number, owner: Hex, amount: bigint) =>
  encodeDeposit({
    token: asset === 1 ? `0x${"00".repeat(20)}` : token,
    shift: asset === 1 ? 9 : 2,
    asset,
    account,
    owner: addressOfKey(owner),
    depositor: addressOfKey(bob),
    amount,
  });

const genesis = machineJson();

// Object 2: the token. 3: Alice. 4: Bob. Then: credited, rerouted (5, to the depositor), returned (exit 0).
slice(1_000n, [
  encodeListing({ token, shift: 2 }),
  deposit(1, 0, alice, 5_000_000_000n),
  deposit(2, 0, bob, 7_000_000_000n),
  deposit(2, 3, alice, 9_000_000_000n),
  deposit(1, 3, bob, 1_000_000n),
  deposit(9, 3, alice, 77n),
]);

// Pool 6 and Carol's account 7 (the fee recipient); trades; an exit; every kind of refusal on the way.
const createPool = envelope(
  3,
  [
    {
      verb: "createPool",
      object: 1,
      object2: 2,
      amount: 1_000_000_000n,
      amount2: 2_000_000_000n,
      amount3: 3_000n,
      amount4: 8n,
    },
  ],
  { nonce: 0n },
);
batch(
  1_010n,
  encodeBatch([
    createPool,
    envelope(3, [{ verb: "openAccount", object: 1, party: addressOfKey(carol), amount: 500_000_000n }], { nonce: 1n }),
    envelope(3, [{ verb: "transfer", object: 1, object2: 4, amount: 600_000_000n }], { nonce: 300n, fee: 5_000n }),
    envelope(3, [{ verb: "transfer", object: 1, object2: 3, amount: 1n }], { nonce: 301n }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 123_456n }], {
      nonce: 302n,
      validUntil: 1_010n,
    }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 1n }], {
      nonce: 303n,
      validUntil: 1_009n,
    }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 1n }], { nonce: 300n }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 1n }], { nonce: 900n }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 1n }], {
      nonce: 304n,
      key: bob,
      owner: alice,
    }),
    envelope(3, [{ verb: "withdraw", object: 2, party: addressOfKey(alice), amount: 2n ** 63n }], { nonce: 304n }),
    envelope(200, [{ verb: "clearSessionKey" }], { nonce: 0n }),
    envelope(3, [{ verb: "transfer", object: 99, object2: 4, amount: 1n }], { nonce: 304n }),
    Uint8Array.of(0x11, 3, 0, 0, 0, 0x0d),
    Uint8Array.of(0xff),
  ]),
);

// Swaps in all four directions, liquidity, one envelope of several ops that fails as a whole, a session key.
batch(
  1_022n,
  concat(
    encodeBatch([
      envelope(3, [{ verb: "swapExactIn0", object: 6, amount: 10_000_000n, amount2: 19_000_000n }], { nonce: 304n }),
      envelope(3, [{ verb: "swapExactIn1", object: 6, amount: 10_000_000n, amount2: 4_000_000n }], { nonce: 305n }),
      envelope(4, [{ verb: "swapExactOut0", object: 6, amount: 1_000_000n, amount2: 600_000n }], {
        nonce: 0n,
        key: bob,
      }),
      envelope(4, [{ verb: "swapExactOut1", object: 6, amount: 1_000_000n, amount2: 2_100_000n }], {
        nonce: 1n,
        key: bob,
      }),
      envelope(4, [{ verb: "swapExactIn1", object: 6, amount: 1_000_000n, amount2: 600_000n }], {
        nonce: 2n,
        key: bob,
      }),
      envelope(4, [{ verb: "addLiquidity", object: 6, amount: 50_000_000n, amount2: 90_000_000n, amount3: 1n }], {
        nonce: 3n,
        key: bob,
      }),
      envelope(3, [{ verb: "removeLiquidity", object: 6, amount: 400_000_000n, amount2: 1n, amount3: 1n }], {
        nonce: 306n,
      }),
      envelope(
        3,
        [
          {
            verb: "setSessionKey",
            party: addressOfKey(session),
            amount: 2_000n,
            amount2: BigInt(SESSION_VERBS),
            amount3: 250n,
          },
          { verb: "scopeSessionKey", object: 6, object2: 0 },
        ],
        { nonce: 307n },
      ),
      envelope(3, [{ verb: "swapExactIn0", object: 6, amount: 1_000n, amount2: 1n }], {
        nonce: 308n,
        key: session,
        owner: alice,
      }),
      envelope(3, [{ verb: "transfer", object: 1, object2: 4, amount: 1n }], {
        nonce: 309n,
        key: session,
        owner: alice,
      }),
      envelope(3, [{ verb: "swapExactIn0", object: 6, amount: 1_000n, amount2: 1n }], {
        nonce: 309n,
        key: session,
        owner: alice,
        fee: 151n,
      }),
      envelope(
        3,
        [
          { verb: "swapExactIn0", object: 6, amount: 1_000n, amount2: 1n },
          { verb: "transfer", object: 1, object2: 4, amount: 2n ** 62n },
        ],
        { nonce: 309n },
      ),
      envelope(3, [{ verb: "cancelNonces", amount: 320n }], { nonce: 309n }),
      envelope(3, [{ verb: "clearSessionKey" }], { nonce: 319n }),
      envelope(3, [{ verb: "clearSessionKey" }], { nonce: 320n }),
      envelope(7, [{ verb: "collectFees", amount: 5_000n }], { nonce: 0n, key: carol }),
      envelope(3, [{ verb: "collectFees", amount: 1n }], { nonce: 321n }),
    ]),
    Uint8Array.of(0x80, 0x00, 0x55), // a length that is not minimal: the rest of the batch is skipped
  ),
);

// Past the sequencer: a forced envelope without a fee, a contract wallet's call, one by a stranger, one for other tags.
const ops: Op[] = [{ verb: "transfer", object: 2, object2: 4, amount: 1_000n }];
const call = encodeCall({ account: 3, ops, opsHash: toHex(opsHash(ops, tagOf)) });
slice(1_030n, [
  encodeForced(
    envelope(4, [{ verb: "withdraw", object: 2, party: addressOfKey(bob), amount: 500n }], {
      nonce: 4n,
      key: bob,
      fee: 0n,
    }),
  ),
  encodeForced(Uint8Array.of(1, 2, 3)),
  encodeQueueCall(addressOfKey(alice), call),
  encodeQueueCall(addressOfKey(bob), call),
  encodeQueueCall(addressOfKey(alice), encodeCall({ account: 3, ops, opsHash: accountTag(token) })),
]);
batch(1_030n, Uint8Array.of(0));

// In a blob: an item that starts in one field element and ends in another, rubbish, and an end before the last byte.
blobs(
  1_040n,
  concat(
    encodeBatch([
      envelope(3, [{ verb: "swapExactIn0", object: 6, amount: 2_000n, amount2: 1n }], { nonce: 321n }),
      Uint8Array.of(0xff),
    ]),
    Uint8Array.of(0, 0x55),
  ),
);

const vectors = {
  source: "made by packages/engine (scripts/vectors.ts)",
  config: { ...config, chainId: config.chainId.toString() },
  genesis,
  entries,
  records: Array.from({ length: engine.state.nextObject }, (_, index) => ({ index, record: engine.record(index) }))
    .filter(({ record }) => record !== undefined)
    .map(({ index, record }) => ({ index, record: toHex(record as Uint8Array) })),
  exits: Array.from({ length: engine.state.exits.count }, (_, n) =>
    toHex(engine.exitRecord(BigInt(n)) ?? fromHex("0x")),
  ),
};
const text = JSON.stringify(vectors, null, 1) + "\n";
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("stale: vectors/machine.json (run: node scripts/vectors.ts; semantics changed: say so in the spec)");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
  console.log(`wrote vectors/machine.json: ${entries.length} entries`);
}

/** Each way in which a witness does not fit: the step reverts with its reason. */
import {
  EXIT_BASE,
  ZERO_HASH,
  concat,
  encodeBatch,
  encodeListing,
  encodeRecord,
  nextAcc,
  toHex,
  uintBytes,
  type EntryHeader,
  type Envelope,
  type Hex,
  type Machine,
} from "@lakh/protocol";
import { expect } from "chai";

import { type Step, deployStep, ethers, stepCase } from "../support/step/deploy.ts";
import { type Place, inBatch, inQueue, packWitness } from "../support/step/witness.ts";
import {
  ALICE,
  ETH,
  NEXT_EXIT,
  NEXT_OBJECT,
  NOW,
  POOL,
  USDC,
  USDC_TOKEN,
  alice,
  machine,
  signed,
  swap,
  swapped,
  tree,
} from "../support/step/world.ts";

const HEADER = 89;
const LEAVES = [POOL, ALICE];

describe("StepVerifier > a wrong witness", () => {
  let step: Step;
  let place: Place;
  let pre: Machine;
  let good: Uint8Array;
  const state = tree();

  before(async () => {
    step = await deployStep();
    const batch = encodeBatch([new Uint8Array(300), signed(state, step.separator, swap, "alice"), new Uint8Array(300)]);
    place = inBatch(batch, 302, NOW);
    pre = machine(state, 302);
    good = packWitness(place, state, LEAVES);
  });

  /** What a step comes to. */
  function stepOf(witness: Uint8Array, at: Place = place, before: Machine = pre) {
    const index = at.queueIndex;
    return step.harness.measure.staticCall(step.verifier, stepCase(before, at, witness), index);
  }

  /** `good` with the byte at `offset` changed. */
  function spoilt(offset: number): Uint8Array {
    const witness = good.slice();
    witness[offset] = (witness[offset] ?? 0) ^ 1;
    return witness;
  }

  /** A witness of the same item over leaves put together by hand. */
  function withLeaves(...leaves: [number, Uint8Array][]): Uint8Array {
    const parts = leaves.map(([index, record]) => concat(uintBytes(index, 5), uintBytes(record.length, 2), record));
    return concat(good.subarray(0, HEADER), place.proof, Uint8Array.of(leaves.length), ...parts);
  }

  const fails = (sent: Promise<unknown>, name: string) =>
    expect(sent).to.be.revertedWithCustomError(step.verifier, name);

  it("goes through when nothing is wrong", async () => {
    await stepOf(good);
  });

  it("reverts when the header is not that of the machine's entry", async () => {
    const acc = nextAcc(place.accBefore, place.header);
    const first = spoilt(0);
    const given = nextAcc(ethers.hexlify(first.subarray(0, 32)) as Hex, place.header);
    await fails(stepOf(first), "WrongEntry").withArgs(pre.entry, acc, given);
    const later = { ...pre, entry: 0n };
    await fails(
      step.harness.measure.staticCall(step.verifier, { ...stepCase(later, place, good), accAfter: ZERO_HASH }, 0n),
      "WrongEntry",
    );
    for (let offset = 33; offset < HEADER; offset++) await fails(stepOf(spoilt(offset)), "WrongEntry");
  });

  it("reverts when the entry's kind cannot be proved", async () => {
    for (const kind of [3, 255]) {
      const header = { ...place.header, kind } as unknown as EntryHeader;
      const at = { ...place, header };
      await fails(stepOf(packWitness(at, state, LEAVES), at), "UnknownEntryKind").withArgs(kind);
    }
  });

  it("reverts when the cursor is not within the entry", async () => {
    const size = Number(place.header.a);
    await fails(stepOf(good, place, { ...pre, cursor: size }), "CursorPastEnd").withArgs(size, size);
    const listing = inQueue(encodeListing({ token: USDC_TOKEN, shift: 1 }), 0, 3, NOW);
    const witness = packWitness(listing, state, []);
    await fails(stepOf(witness, listing, { ...pre, cursor: 3 }), "CursorPastEnd").withArgs(3, 3);
  });

  it("reverts when there are more or fewer chunks than the item needs", async () => {
    const count = good[HEADER] as number;
    for (const given of [0, count - 1, count + 1, 255]) {
      const witness = good.slice();
      witness[HEADER] = given;
      await fails(stepOf(witness), "WrongChunkCount").withArgs(given, count);
    }
  });

  it("reverts when a chunk or a word of its proof is another", async () => {
    const chunk = spoilt(HEADER + 1);
    await fails(stepOf(chunk), "WrongChunks");
    await fails(stepOf(spoilt(HEADER + place.proof.length - 1)), "WrongChunks");
  });

  it("reverts when the chunks' proof has another length", async () => {
    const at = HEADER + 1 + 128 * (good[HEADER] as number);
    const words = good[at] as number;
    const witness = good.slice();
    witness[at] = words + 1;
    await fails(stepOf(witness), "WrongProofLength").withArgs(words + 1, words);
  });

  it("reverts when the bytes are not the queue's item", async () => {
    const listing = inQueue(encodeListing({ token: USDC_TOKEN, shift: 1 }), 1, 3, NOW);
    const other = inQueue(encodeListing({ token: USDC_TOKEN, shift: 2 }), 1, 3, NOW);
    const witness = packWitness({ ...listing, proof: other.proof }, state, []);
    const sent = stepOf(witness, listing, { ...pre, cursor: 1 });
    await fails(sent, "WrongQueueItem").withArgs(listing.queueIndex, listing.queueAfter, other.queueAfter);
  });

  it("reverts when the leaves are not in ascending order", async () => {
    const record = encodeRecord(alice);
    await fails(stepOf(withLeaves([ALICE, record], [ALICE, record])), "LeafOrder").withArgs(ALICE);
    await fails(stepOf(withLeaves([ALICE, record], [POOL, record])), "LeafOrder").withArgs(POOL);
  });

  it("reverts when a record is given where none can be, or none where one is", async () => {
    const nothing = new Uint8Array(0);
    const record = encodeRecord(alice);
    await fails(stepOf(withLeaves([ALICE, nothing])), "LeafExistence").withArgs(ALICE, 0);
    await fails(stepOf(withLeaves([NEXT_OBJECT, record])), "LeafExistence").withArgs(NEXT_OBJECT, record.length);
    const exit = EXIT_BASE + Number(pre.nextExit);
    await fails(stepOf(withLeaves([exit - 1, nothing])), "LeafExistence").withArgs(exit - 1, 0);
    await fails(stepOf(withLeaves([exit, record])), "LeafExistence").withArgs(exit, record.length);
  });

  it("reverts when an account's counts belie its size", async () => {
    const record = encodeRecord(alice);
    for (const [offset, value] of [
      [62, 1],
      [63, 2],
      [63, 4],
      [63, 255],
    ] as const) {
      const wrong = record.slice();
      wrong[offset] = value;
      await fails(stepOf(withLeaves([ALICE, wrong])), "WrongAccountSize").withArgs(ALICE, record.length);
    }
    const short = record.subarray(0, 63);
    await fails(stepOf(withLeaves([ALICE, short])), "WrongAccountSize").withArgs(ALICE, short.length);
    const many = concat(record.subarray(0, 63), Uint8Array.of(65), new Uint8Array(65 * 12));
    await fails(stepOf(withLeaves([ALICE, many])), "WrongAccountSize").withArgs(ALICE, many.length);
  });

  it("reverts when a record that the step needs is missing", async () => {
    await fails(stepOf(packWitness(place, state, [ALICE])), "MissingLeaf").withArgs(POOL);
    await fails(stepOf(packWitness(place, state, [POOL])), "MissingLeaf").withArgs(ALICE);
    await fails(stepOf(packWitness(place, state, [])), "MissingLeaf").withArgs(ALICE);
  });

  const token = `0x${"ab".repeat(20)}` as const;
  const made: readonly (readonly [family: string, op: Envelope["ops"][number], known: number[], lacks: number])[] = [
    ["WalletOps", { verb: "withdraw", object: USDC, party: token, amount: 7n }, [USDC], EXIT_BASE + Number(NEXT_EXIT)],
    [
      "PoolOps",
      { verb: "createPool", object: ETH, object2: USDC, amount: 9_000_000n, amount2: 9_000_000n, amount3: 3000n },
      [ETH, USDC],
      NEXT_OBJECT,
    ],
  ];
  for (const [family, op, known, lacks] of made)
    it(`reverts when the leaf that an op of ${family} makes is missing`, async () => {
      const batch = encodeBatch([signed(state, step.separator, { ...swap, ops: [op] }, "alice")]);
      const at = inBatch(batch, 0, NOW);
      const witness = packWitness(at, state, [...known, ALICE]);
      await fails(stepOf(witness, at, machine(state, 0)), "MissingLeaf").withArgs(lacks);
    });

  it("reverts when records or siblings are not those of the state", async () => {
    const leaves = good.length - 1;
    await fails(stepOf(spoilt(leaves)), "WrongStateRoot");
    await fails(stepOf(good, place, { ...pre, stateRoot: `0x${"12".repeat(32)}` }), "WrongStateRoot");
  });

  it("reverts when bytes are missing at the end or left over", async () => {
    const longer = concat(good, new Uint8Array(32));
    await fails(stepOf(longer), "WrongWitnessLength").withArgs(good.length, longer.length);
    // Behind the witness stand zeros (the padding of the call's data): too short is never mistaken for complete.
    const junk = inBatch(encodeBatch([new Uint8Array(30)]), 0, NOW);
    const witness = packWitness(junk, state, []);
    const shorter = witness.subarray(0, witness.length - 1);
    const sent = stepOf(shorter, junk, { ...pre, cursor: 0 });
    await fails(sent, "WrongWitnessLength").withArgs(witness.length, shorter.length);
  });

  it("takes records that the step does not need, and keeps them", async () => {
    const more = await stepOf(packWitness(place, state, [USDC, POOL, ALICE]));
    const plain = await stepOf(good);
    expect(more.post).to.deep.equal(plain.post);
    expect(more.outcome).to.equal(plain.outcome);
  });

  it("takes leaves that do not exist, and keeps them so", async () => {
    const wider = tree([
      [NEXT_OBJECT + 5, new Uint8Array(0)],
      [EXIT_BASE + Number(pre.nextExit) + 3, new Uint8Array(0)],
    ]);
    const leaves = [...LEAVES, NEXT_OBJECT + 5, EXIT_BASE + Number(pre.nextExit) + 3];
    const { post } = await stepOf(packWitness(place, wider, leaves), place, machine(wider, 302));
    expect(post.stateRoot).to.equal(wider.with(swapped).root());
  });
});

describe("StepVerifier > constructor", () => {
  const FEE_RECIPIENT = `0x${"fe".repeat(20)}`;
  const INBOX = `0x${"1b".repeat(20)}`;
  const PAIR = (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14);

  const deploy = (families: readonly string[]) =>
    ethers.deployContract("StepVerifier", [INBOX, FEE_RECIPIENT, families]);

  it("fixes inbox, fee recipient, domain and families", async () => {
    const { verifier, families, separator, domain } = await deployStep();
    expect(await verifier.DOMAIN_SEPARATOR()).to.equal(ethers.hexlify(separator));
    expect((await verifier.INBOX()).toLowerCase()).to.equal(domain.inbox);
    const [wallet, session, pool] = families;
    const expected = [wallet, wallet, wallet, pool, pool, pool, pool, pool, pool, pool];
    for (let verb = 1; verb <= 15; verb++) {
      const family = verb <= 10 ? expected[verb - 1] : verb === 15 ? wallet : session;
      expect(await verifier.familyOf(verb), `verb ${verb}`).to.equal(family);
    }
  });

  /** A contract that answers every call with `mask`: all that the constructor asks of a family. */
  async function familyOf(mask: bigint): Promise<string> {
    const code = concat(Uint8Array.of(0x7f), uintBytes(mask, 32), Uint8Array.of(0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3));
    const init = concat(Uint8Array.of(0x60, code.length, 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3), code);
    const [signer] = await ethers.getSigners();
    const deployed = await new ethers.ContractFactory([], toHex(init), signer).deploy();
    return deployed.getAddress();
  }

  it("finds each verb's family among eight", async () => {
    const masks = [0b11n, 0b100n, 0b11000n, 0b100000n, 0b1000000n, 0b10000000n, 0b11100000000n, 0b111100000000000n];
    const families = await Promise.all(masks.map((mask) => familyOf(mask << 1n)));
    const verifier = (await deploy(families)) as unknown as Step["verifier"];
    for (let verb = 1; verb <= 15; verb++) {
      const expected = masks.findIndex((mask) => (mask >> BigInt(verb - 1)) & 1n);
      expect(await verifier.familyOf(verb), `verb ${verb}`).to.equal(families[expected]);
    }
  });

  it("reverts when verbs are left over, claimed twice, or families too many", async () => {
    const { verifier, families } = await deployStep();
    const [wallet, session, pool] = families as [string, string, string];
    const failing = (given: readonly string[], name: string) =>
      expect(deploy(given)).to.be.revertedWithCustomError(verifier, name);
    await failing([wallet, pool], "WrongVerbs").withArgs(2, PAIR);
    await failing([wallet, session, pool, session], "WrongVerbs").withArgs(3, PAIR);
    await failing(new Array<string>(9).fill(wallet), "TooManyFamilies").withArgs(9);
  });
});

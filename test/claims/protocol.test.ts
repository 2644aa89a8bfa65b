import {
  ROOT,
  ZERO_ADDRESS,
  buildTrace,
  capacity,
  challengeEnd,
  childOf,
  claimId,
  decidedBy,
  elementAt,
  firstDifference,
  genesisHead,
  lastPick,
  levelsFor,
  lineId,
  openedHash,
  parentOf,
  pathLength,
  pathOf,
  pickEnd,
  picksOf,
  proveElement,
  segmentAt,
  segmentRange,
  stepsPerSegment,
  toPath,
  traceEnd,
  traceId,
  traceRange,
  traceSteps,
  type Hex,
} from "@lakh/protocol";
import { expect } from "chai";
import { AbiCoder, concat, keccak256 } from "ethers";

const word = (digit: string): Hex => `0x${digit.repeat(64)}`;
const abi = AbiCoder.defaultAbiCoder();
const OWNER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("protocol, disputes", () => {
  describe("ids", () => {
    it("are the hashes of their ABI encodings", () => {
      const head = {
        parent: word("1"),
        start: word("2"),
        machine: word("3"),
        acc: word("4"),
        endEntry: 5n,
        levels: 2,
        proposer: OWNER,
        salt: word("6"),
      };
      const types = ["bytes32", "bytes32", "bytes32", "bytes32", "uint64", "uint8", "address", "bytes32"];
      const id = claimId(head);
      expect(id).to.equal(keccak256(abi.encode(types, Object.values(head))));
      const line = lineId(id, OWNER);
      expect(line).to.equal(keccak256(abi.encode(["bytes32", "address"], [id, OWNER])));
      expect(traceId(line, pathOf(7))).to.equal(keccak256(abi.encode(["bytes32", "uint32"], [line, 7])));
      expect(openedHash(word("7"), word("8"))).to.equal(keccak256(concat([word("7"), word("8")])));
      expect(genesisHead(word("3"), 0n)).to.include({ machine: word("3"), levels: 0, proposer: ZERO_ADDRESS });
    });

    it("are those of docs/spec/game.md", () => {
      const bytes = (digits: string): Hex => `0x${digits.repeat(32)}`;
      const id = claimId({
        parent: bytes("11"),
        start: bytes("22"),
        machine: bytes("33"),
        acc: bytes("44"),
        endEntry: 5n,
        levels: 2,
        proposer: "0x00000000000000000000000000000000000000ff",
        salt: bytes("66"),
      });
      const line = lineId(id, "0x00000000000000000000000000000000000000fe");
      const { root } = buildTrace(bytes("22"), [bytes("aa"), bytes("bb")], 4);
      expect(id).to.equal("0x92c27c2de45de4d68105b03117b1ed4219f62578887264eca065b84af33016bd");
      expect(line).to.equal("0x642e09cb52e9abe08b1e07fa198140aa90436b3bac1d3cc26af07e056bbb1abe");
      expect(traceId(line, pathOf(2, 3))).to.equal(
        "0x2deec6f06a6d26eb0da68d3648a9e8a96c37d718615a1ed97f2b55e82be92dfa",
      );
      expect(root).to.equal("0xac98c20412f2de5989afc4fd85c1f60d224a803b5404709a9372a571390d14fd");
      expect(openedHash(bytes("22"), root)).to.equal(
        "0xab5d28b97d269d2c59a0037bbf128f652903ddde0387a8ffdcacb09c05f9e3fd",
      );
    });

    it("refuse what is not an address or an unsigned integer", () => {
      expect(() => lineId(word("1"), "0x12")).to.throw(RangeError);
      expect(() => claimId({ ...genesisHead(word("1"), 0n), endEntry: -1n })).to.throw(RangeError);
    });
  });

  describe("paths", () => {
    it("pack 16 bits a pick, the last one lowest", () => {
      expect(pathOf(3, 1024)).to.equal(3 * 65_536 + 1024);
      expect(childOf(pathOf(3), 1024)).to.equal(pathOf(3, 1024));
      expect(picksOf(pathOf(3, 1024))).to.deep.equal([3, 1024]);
      expect(picksOf(ROOT)).to.deep.equal([]);
      expect([ROOT, pathOf(9), pathOf(9, 1)].map(pathLength)).to.deep.equal([0, 1, 2]);
      expect([parentOf(pathOf(9, 1)), lastPick(pathOf(9, 1)), lastPick(ROOT)]).to.deep.equal([9, 1, 0]);
      expect(toPath(196_609n)).to.equal(pathOf(3, 1));
    });

    for (const value of [-1, 1.5, 2 ** 32, 1025, 3 * 65_536]) {
      it(`${value} is none`, () => expect(() => toPath(value)).to.throw(RangeError));
    }

    it("have at most two picks of 1 to 1,024", () => {
      expect(() => pathOf(1, 1, 1)).to.throw(RangeError);
      expect(() => childOf(ROOT, 0)).to.throw(RangeError);
      expect(() => childOf(ROOT, 1025)).to.throw(RangeError);
    });
  });

  it("clock: hand-computed deadlines", () => {
    // Wc = 1000, Wd = 100, Wr = 50, t0 = 7: D(0) = 7+1000+100, D(2) = D(0)+2·150, P = D+50.
    const windows = { challengeSeconds: 1000, defendSeconds: 100, replySeconds: 50 };
    expect(challengeEnd(windows, 7)).to.equal(1007);
    expect([0, 1, 2].map((r) => traceEnd(windows, 7, r))).to.deep.equal([1107, 1257, 1407]);
    expect([0, 1, 2].map((r) => pickEnd(windows, 7, r))).to.deep.equal([1157, 1307, 1457]);
    // Wc + L(Wd + Wr) = 1000 + 3·150 after t0.
    expect(decidedBy(windows, 7, 3)).to.equal(1457);
  });

  describe("dissection", () => {
    it("hand-computed ranges, F = 4, L = 3", () => {
      expect(capacity(4, 3)).to.equal(64);
      expect([0, 1, 2].map((r) => stepsPerSegment(4, 3, r))).to.deep.equal([16, 4, 1]);
      // Segment 2 of the root holds steps 16–32, segment 3 of it 24–28, segment 1 of that 24–25.
      expect(segmentRange(4, 3, ROOT, 2)).to.deep.equal({ from: 16, to: 32 });
      expect(segmentRange(4, 3, pathOf(2), 3)).to.deep.equal({ from: 24, to: 28 });
      expect(segmentRange(4, 3, pathOf(2, 3), 1)).to.deep.equal({ from: 24, to: 25 });
      expect(traceRange(4, 3, pathOf(2, 3))).to.deep.equal({ from: 24, to: 28 });
      expect(traceSteps(4, 3, pathOf(2))).to.deep.equal([20, 24, 28, 32]);
    });

    it("takes the fewest levels that hold the items", () => {
      expect([0, 1024, 1025, 1_048_576, 1_048_577, 2 ** 30, 2 ** 30 + 1].map((n) => levelsFor(1024, n))).to.deep.equal([
        1,
        1,
        2,
        2,
        3,
        3,
        undefined,
      ]);
    });
  });

  describe("traces", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map(word) as [Hex, Hex, Hex, Hex];
    const pair = (left: string, right: string): Hex => keccak256(concat([left, right])) as Hex;

    it("pad with the last element and send none of the equal tail", () => {
      const trace = buildTrace(word("0"), [a, b, b], 4);
      expect(trace.root).to.equal(pair(pair(a, b), pair(b, b)));
      expect(trace.elements).to.deep.equal([a, b]);
      expect([0, 1, 2, 3, 4].map((i) => elementAt(trace, i))).to.deep.equal([word("0"), a, b, b, b]);
      expect(proveElement(trace, 4)).to.deep.equal([b, pair(a, b)]);
    });

    it("give a segment with both proofs; h(0) has none", () => {
      const trace = buildTrace(word("0"), [a, b, c, d], 4);
      const expected = { start: word("0"), root: trace.root, left: b, right: c };
      expect(segmentAt(trace, 3)).to.deep.equal({
        ...expected,
        leftProof: [a, pair(c, d)],
        rightProof: [d, pair(a, b)],
      });
      expect(segmentAt(trace, 1)).to.deep.equal({
        ...expected,
        left: word("0"),
        right: a,
        leftProof: [],
        rightProof: [b, pair(c, d)],
      });
    });

    it("find the first difference", () => {
      const own = buildTrace(word("0"), [a, b, c, d], 4);
      expect(firstDifference(own, buildTrace(word("0"), [a, b, d, d], 4))).to.equal(3);
      expect(firstDifference(own, buildTrace(word("0"), [d], 4))).to.equal(1);
      expect(firstDifference(own, buildTrace(word("0"), [a, b, c, d], 4))).to.equal(undefined);
    });

    it("refuse a wrong count, index or F", () => {
      expect(() => buildTrace(a, [], 4)).to.throw(RangeError);
      expect(() => buildTrace(a, [a, b, c, d, a], 4)).to.throw(RangeError);
      for (const fanout of [1, 3, 2048]) expect(() => buildTrace(a, [a], fanout)).to.throw(RangeError);
      const trace = buildTrace(a, [b], 2);
      for (const index of [-1, 0.5, 3]) expect(() => elementAt(trace, index)).to.throw(RangeError);
      expect(() => proveElement(trace, 0)).to.throw(RangeError);
    });
  });
});

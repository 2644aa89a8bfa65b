/** A snapshot on its way in: pieces in order, and on from where it was after whatever cut it off. */
import { appendFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Machine, ZERO_HASH } from "@lakh/protocol";
import { CodedError, silentLog } from "@lakh/service";
import { expect } from "chai";

import { nodeError } from "../../packages/node/src/errors.ts";
import type { ConfirmedClaim } from "../../packages/node/src/snapshot/confirmed.ts";
import { download } from "../../packages/node/src/snapshot/download.ts";
import { hasPart, openPart } from "../../packages/node/src/snapshot/part.ts";
import type { Peer } from "../../packages/node/src/snapshot/peer.ts";
import { PIECE_BYTES, mostSnapshotBytes } from "../../packages/node/src/snapshot/pieces.ts";
import { HandClock, cleanUp, tempDir } from "./world.ts";

const BYTES = Buffer.alloc(2 * PIECE_BYTES + 1000, "lakh");
const MACHINE: Machine = {
  stateRoot: ZERO_HASH,
  nextObject: 10_000,
  nextExit: 3n,
  entry: 7n,
  cursor: 0,
  time: 0n,
  fees: 0n,
};
const CLAIM: ConfirmedClaim = { id: ZERO_HASH, entry: 7, acc: ZERO_HASH, machine: MACHINE, machineHash: ZERO_HASH };

/** A peer that has these bytes; it says which pieces were asked for. */
function peerOf(change: Partial<Peer> = {}): { peer: Peer; asked: number[] } {
  const asked: number[] = [];
  const peer: Peer = {
    offer: async (entry) => ({ entry, bytes: BYTES.length, pieceBytes: PIECE_BYTES }),
    piece: async (_, index) => {
      asked.push(index);
      return BYTES.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
    },
    ...change,
  };
  return { peer, asked };
}

const away = () => nodeError("PeerUnreachable", "away");
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof CodedError ? `${error.severity} ${error.code}` : String(error)),
  );
const parts = { clock: new HandClock(), log: silentLog() };

describe("node > download of a snapshot", () => {
  afterEach(cleanUp);

  it("goes on after a stop with the first piece that is not whole", async () => {
    const folder = join(await tempDir(), "incoming");
    expect(await hasPart(folder)).to.equal(false);
    const { peer } = peerOf();
    const piece: Peer["piece"] = (entry, index) => (index < 1 ? peer.piece(entry, index) : Promise.reject(away()));
    const first = await openPart(folder, CLAIM);
    const failing = { ...parts, peer: { ...peer, piece }, part: first };
    expect(await codeOf(download(CLAIM, failing))).to.equal("retry PeerUnreachable");
    const [file] = await readdir(folder);
    await appendFile(join(folder, file ?? ""), "half a piece");

    const { peer: honest, asked } = peerOf();
    const part = await openPart(folder, CLAIM);
    await download(CLAIM, { ...parts, peer: honest, part });
    expect(asked).to.deep.equal([1, 2]);
    expect(Buffer.compare(await part.read(), BYTES)).to.equal(0);
    await part.drop();
    await first.drop();
    expect(await hasPart(folder)).to.equal(false);
  });

  it("forgets what belongs to another claim", async () => {
    const folder = await tempDir();
    await writeFile(join(folder, "5-0x00.part"), "another");
    const part = await openPart(folder, CLAIM);
    expect([part.length, (await readdir(folder)).length]).to.deep.equal([0, 1]);
    await part.drop();
  });

  it("asks again while the peer is away for a moment, or is making it", async () => {
    const { peer, asked } = peerOf();
    let times = 0;
    const offer: Peer["offer"] = async (entry) => {
      if (++times === 1) throw away();
      return times < 5 ? undefined : peer.offer(entry);
    };
    const part = await openPart(undefined, CLAIM);
    await download(CLAIM, { ...parts, peer: { ...peer, offer }, part });
    expect([times, asked]).to.deep.equal([5, [0, 1, 2]]);
    expect(Buffer.compare(await part.read(), BYTES)).to.equal(0);
  });

  it("gives up on a peer that never gets it done, or never answers", async () => {
    const part = await openPart(undefined, CLAIM);
    const making = peerOf({ offer: async () => undefined }).peer;
    expect(await codeOf(download(CLAIM, { ...parts, peer: making, part }))).to.equal("retry PeerUnreachable");
    const silent = peerOf({ offer: () => Promise.reject(away()) }).peer;
    expect(await codeOf(download(CLAIM, { ...parts, peer: silent, part }))).to.equal("retry PeerUnreachable");
  });

  it("refuses pieces of another length, and more than the claim's state can take", async () => {
    const part = await openPart(undefined, CLAIM);
    const short = peerOf({ piece: async () => BYTES.subarray(1, PIECE_BYTES) }).peer;
    expect(await codeOf(download(CLAIM, { ...parts, peer: short, part }))).to.equal("fatal SnapshotRefused");
    const bytes = mostSnapshotBytes(MACHINE) + 1;
    const endless = peerOf({ offer: async (entry) => ({ entry, bytes, pieceBytes: PIECE_BYTES }) }).peer;
    expect(await codeOf(download(CLAIM, { ...parts, peer: endless, part }))).to.equal("fatal SnapshotRefused");
  });
});

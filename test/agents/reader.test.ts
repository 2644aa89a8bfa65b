import { CodedError, createGameReader, createJudge } from "@lakh/service";
import { expect } from "chai";
import type { Log, Provider } from "ethers";

import { openGame } from "./game-world.ts";

const SIZE = { fanout: 4, entries: 5, items: 3 };

/** The provider with other logs. */
function withLogs(provider: Provider, change: (logs: Log[]) => Log[]): Provider {
  return new Proxy(provider, {
    get: (target, name) => {
      if (name === "getLogs") return async (filter: object) => change(await target.getLogs(filter));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function codeOf(error: unknown): string {
  return error instanceof CodedError ? error.code : String(error);
}

describe("game > createGameReader", () => {
  it("forgets what stood in blocks that L1 left, and reads what stands instead", async () => {
    const world = await openGame(SIZE);
    const { claims, networkHelpers, l1 } = world;
    const config = { claims: await claims.getAddress(), fromBlock: 0 };
    const reader = createGameReader(config, l1);
    await (await world.proposer("proposer")).step();
    const before = await networkHelpers.takeSnapshot();
    await (await world.liar("liar", 2, 4)).step();
    await (await world.challenger("challenger")).step();
    const forked = await reader.read();
    expect([...forked.claims.values()].map(({ seats }) => seats.size)).to.deep.equal([0, 0, 1]);
    await before.restore();
    await (await world.liar("other", 2, 9)).step();
    await networkHelpers.mine(5);
    const read = await reader.read();
    const proposers = [...read.claims.values()].slice(1).map(({ head }) => head.proposer);
    expect(proposers).to.deep.equal([world.walletOf("proposer").address, world.walletOf("other").address]);
    expect(read.claims).to.deep.equal((await createGameReader(config, l1).read()).claims);
    expect(forked.claims.size).to.equal(3);
  });

  it("waits for a node that lags behind what was read", async () => {
    const world = await openGame(SIZE);
    const { claims, networkHelpers, l1 } = world;
    const reader = createGameReader({ claims: await claims.getAddress(), fromBlock: 0 }, l1);
    const behind = await networkHelpers.takeSnapshot();
    await (await world.proposer("proposer")).step();
    const first = await reader.read();
    await behind.restore();
    const error: unknown = await reader.read().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "L1Behind", severity: "retry" });
    await (await world.proposer("proposer")).step();
    expect((await reader.read()).claims.size).to.equal(first.claims.size);
  });

  it("finds later what a machine left out that lacked the blocks, and what others build on it", async () => {
    const world = await openGame(SIZE);
    const { claims, networkHelpers, l1 } = world;
    let lacks = 0;
    const reader = createGameReader(
      { claims: await claims.getAddress(), fromBlock: 0 },
      { ...l1, provider: withLogs(l1.provider, (logs) => (lacks-- > 0 ? [] : logs)) },
    );
    const proposers = async (): Promise<number> => (await reader.read()).claims.size - 1;
    expect(await proposers()).to.equal(0);
    await (await world.liar("liar", 2, 4)).step();
    lacks = 1;
    expect(await proposers()).to.equal(0);
    await networkHelpers.mine();
    expect(await proposers()).to.equal(1);
    await (await world.proposer("proposer")).step();
    lacks = 1;
    expect(await proposers()).to.equal(1);
    await (await world.challenger("challenger")).step();
    const { claims: read } = await reader.read();
    expect(read).to.deep.equal((await world.view()).claims);
    expect([...read.values()].map(({ seats }) => seats.size)).to.deep.equal([0, 1, 0]);
  });

  it("reads everything again where a move of a claim is there and the claim is not", async () => {
    const world = await openGame(SIZE);
    const { claims, l1 } = world;
    await (await world.liar("liar", 2, 4)).step();
    await (await world.challenger("challenger")).step();
    let leavesOut = true;
    const provider = withLogs(l1.provider, (logs) => (leavesOut ? logs.toSpliced(-2, 1) : logs));
    const reader = createGameReader({ claims: await claims.getAddress(), fromBlock: 0 }, { ...l1, provider });
    const error: unknown = await reader.read().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "L1Inconsistent", severity: "retry" });
    leavesOut = false;
    expect((await reader.read()).claims).to.deep.equal((await world.view()).claims);
  });

  it("does not wait for ever for the height of another chain that it was once shown", async () => {
    const [world, other] = [await openGame(SIZE), await openGame(SIZE)];
    await other.networkHelpers.mine(1000);
    let shown: Provider = other.l1.provider;
    const provider = new Proxy(world.l1.provider, {
      get: (_, name) => {
        const value: unknown = Reflect.get(shown, name);
        return typeof value === "function" ? (value.bind(shown) as unknown) : value;
      },
    });
    const reader = createGameReader(
      { claims: await world.claims.getAddress(), fromBlock: 0 },
      { ...world.l1, provider },
    );
    await reader.read();
    shown = world.l1.provider;
    await (await world.liar("liar", 2, 4)).step();
    const codes: unknown[] = [];
    for (let i = 0; i < 6; i++) codes.push(await reader.read().then(({ claims }) => claims.size, codeOf));
    expect(codes).to.deep.equal([...Array<string>(5).fill("L1Behind"), 2]);
  });

  it("reads a long chain in ranges, and costs nothing when no block is new", async () => {
    const world = await openGame(SIZE);
    const { claims, networkHelpers, l1 } = world;
    await (await world.proposer("proposer")).step();
    await networkHelpers.mine(50);
    await (await world.liar("liar", 2, 4)).step();
    const config = { claims: await claims.getAddress(), fromBlock: 0, blocksAtOnce: 7 };
    const reader = createGameReader(config, l1);
    const first = await reader.read();
    expect(first.claims.size).to.equal(3);
    expect((await reader.read()).claims).to.equal(first.claims);
  });
});

describe("game > createJudge", () => {
  it("tells true, false and fallen claims, and does not know what it has not derived", async () => {
    const world = await openGame(SIZE);
    const { inbox, truth, claims, ethers, view } = world;
    const [, other] = await ethers.getSigners();
    if (!other) throw new Error("no signer");
    await (await world.proposer("proposer")).step();
    await (await world.liar("liar", 2, 4)).step();
    await inbox.append(1);
    await truth.refresh();
    const lie = [...(await view()).claims.values()].find(
      ({ head }) => head.proposer === world.walletOf("liar").address,
    );
    const end = await truth.machineAt(6);
    const acc = truth.accAt(6);
    if (!lie || !end || !acc) throw new Error("nothing to build on");
    const value = (await claims.params()).claimBond;
    await claims.connect(other).claim(lie.head, 1, acc, end, `0x${"00".repeat(32)}`, { value });
    const now = await view();
    const judge = createJudge(now, truth);
    expect(await Promise.all([...now.claims.values()].map(judge))).to.deep.equal(["true", "true", "false", "fallen"]);
    const behind = createJudge(now, { ...truth, accAt: () => undefined, machineAt: () => Promise.resolve(undefined) });
    expect(await Promise.all([...now.claims.values()].map(behind))).to.deep.equal(Array(4).fill("unknown"));
  });

  it("does not run against a deployment that starts elsewhere", async () => {
    const world = await openGame(SIZE);
    await world.truth.refresh();
    const later = await world.truth.machineAt(1);
    const judge = createJudge(await world.view(), { ...world.truth, machineAt: () => Promise.resolve(later) });
    const [genesis] = [...(await world.view()).claims.values()];
    if (!genesis) throw new Error("no genesis claim");
    const error: unknown = await judge(genesis).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "WrongGenesis", severity: "fatal" });
  });
});

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import type { L1Provider } from "@lakh/node";

import { serveL1 } from "./l1-server.ts";
import { cleanUp, deposit, newWorld, onCleanUp, openFollower, person, settle } from "./world.ts";

describe("node > a bad L1", () => {
  afterEach(cleanUp);

  it("waits while L1 is down, and goes on when it is back", async () => {
    const world = await newWorld();
    const l1 = await serveL1(world.provider);
    onCleanUp(l1.close);
    const provider = new JsonRpcProvider(l1.url, 31337, { staticNetwork: true, cacheTimeout: -1 });
    onCleanUp(() => provider.destroy());
    const follower = await openFollower(world, {}, provider);
    await settle(follower);
    l1.isDown = true;
    const error: unknown = await follower.step().catch((caught: unknown) => caught);
    expect(error).to.include({ code: "L1Unreachable", severity: "retry" });
    l1.isDown = false;
    await deposit(world, person(1).address, 5n);
    expect((await follower.step()).did).to.deep.equal([
      `read L1 up to block ${await world.ethers.provider.getBlockNumber()}`,
    ]);
  });

  it("stays where it is while L1's endpoint is behind, and reads fewer blocks where it gives too many logs", async () => {
    const world = await newWorld();
    const real = world.ethers.provider;
    let most = Infinity;
    let lag = 0;
    const l1: L1Provider = {
      getNetwork: () => real.getNetwork(),
      getCode: (address) => real.getCode(address),
      call: (request) => real.call(request),
      getTransaction: (hash) => real.getTransaction(hash),
      getBlock: async (tag) => {
        const seen = (await real.getBlockNumber()) - lag;
        return typeof tag === "number" && tag > seen ? null : real.getBlock(tag === "latest" ? seen : tag);
      },
      getLogs: async (filter) => {
        const { fromBlock, toBlock } = filter as { fromBlock: number; toBlock: number };
        if (toBlock - fromBlock >= most) throw new Error("query returned more than 10000 results");
        return real.getLogs(filter);
      },
    };
    for (let i = 0; i < 5; i++) await deposit(world, person(1).address, 5n);
    const follower = await openFollower(world, {}, l1);
    most = 2;
    for (let i = 0; i < 20 && !follower.caughtUp; i++) await follower.step().catch(() => undefined);
    expect(follower.caughtUp).to.equal(true);
    lag = 2;
    for (let i = 0; i < 3; i++) expect((await follower.step()).did).to.deep.equal([]);
    lag = 0;
    await deposit(world, person(1).address, 5n);
    expect((await follower.step()).did).to.have.length(1);
  });
});

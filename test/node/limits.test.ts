/** What a node's RPC does at its limits, beside the rates (rpc.test.ts) and the stream's (test/pipeline). */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type Socket, connect } from "node:net";

import { expect } from "chai";
import WebSocket from "ws";

import { type LakhNode, type RpcConfig, type RpcServer, nodeOptions, sendEnvelopes, serveRpc } from "@lakh/node";
import { toHex } from "@lakh/protocol";
import { createRegistry, readOptions, silentLog } from "@lakh/service";

import { Publisher } from "../../packages/node/src/rpc/publisher.ts";
import { Turnstile, mapInTurns } from "../../packages/node/src/turns.ts";
import { RPC_LIMITS } from "../support/rpc-limits.ts";
import {
  type World,
  cleanUp,
  deposit,
  newWorld,
  onCleanUp,
  openSequencer,
  person,
  post,
  settle,
  signed,
  tempDir,
  transfer,
} from "./world.ts";

const LIMITS = {
  ...RPC_LIMITS,
  maxRequestBytes: 100_000,
  maxConnections: 10,
  maxAddressConnections: 10,
  maxSubscriptions: 3,
};
const WALLET = "https://wallet.example";
/** Envelopes of an entry whose view is long. */
const MANY = 200;

type Answer = { readonly error?: { readonly code: number }; readonly result?: unknown };

describe("node > RPC > limits", () => {
  let world: World;
  let node: LakhNode;
  before(async () => {
    world = await newWorld();
    node = await openSequencer(world, await tempDir(), { sealBytes: 1 << 17 });
    for (const number of [1, 2]) await deposit(world, person(number).address, 1_000_000n);
    await settle(node);
    await post(world, node);
    await settle(node);
    await sendEnvelopes(
      node,
      Array.from({ length: MANY }, (_, i) => signed(node, person(1).key, 2, BigInt(i), [transfer(3, 1n)])),
    );
    world.clock.milliseconds += 1000;
    await settle(node);
  });
  after(cleanUp);

  async function serve(more: Partial<RpcConfig> = {}): Promise<RpcServer> {
    const rpc = await serveRpc(
      { ...LIMITS, ...more },
      {
        node,
        log: silentLog(),
        nowMilliseconds: () => 0,
        health: () => ({ healthy: true, lastGoodStep: null, fault: null }),
        registry: createRegistry("node"),
      },
    );
    onCleanUp(rpc.close);
    return rpc;
  }

  const call = (method: string, ...params: unknown[]) => ({ jsonrpc: "2.0", id: 1, method, params });

  function send(port: number, body: unknown): Promise<unknown> {
    return fetch(`http://127.0.0.1:${port}`, { method: "POST", body: JSON.stringify(body) }).then((r) => r.json());
  }

  /** As a browser asks; `fetch` here would hide the header. */
  function ask(port: number, method: string, origin: string) {
    return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const request = httpRequest({ port, host: "127.0.0.1", method, headers: { origin } }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, headers: response.headers });
      });
      request.on("error", reject);
      request.end(method === "POST" ? JSON.stringify(call("lakh_chainInfo")) : undefined);
    });
  }

  const statusOfUpgrade = (port: number, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers });
      socket.on("error", () => undefined);
      socket.on("open", () => {
        socket.terminate();
        resolve(101);
      });
      socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0));
    });

  it("lets web pages of the named origins call, and no others", async () => {
    const { port } = await serve({ corsOrigins: [WALLET] });
    const allowed = await ask(port, "OPTIONS", WALLET);
    expect(allowed.status).to.equal(204);
    expect(allowed.headers).to.include({
      "access-control-allow-origin": WALLET,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type",
      vary: "origin",
    });
    expect((await ask(port, "POST", WALLET)).headers).to.include({ "access-control-allow-origin": WALLET });
    for (const method of ["OPTIONS", "POST"]) {
      const { status, headers } = await ask(port, method, "https://other.example");
      expect(status).to.equal(method === "POST" ? 200 : 405);
      expect(headers).not.to.have.property("access-control-allow-origin");
    }
    expect(await statusOfUpgrade(port, { origin: WALLET })).to.equal(101);
    expect(await statusOfUpgrade(port, { origin: "https://other.example" })).to.equal(403);
    expect(await statusOfUpgrade(port, {})).to.equal(101);
  });

  it("lets no web page call unless told to, and all when told so", async () => {
    const { port } = await serve();
    expect((await ask(port, "POST", WALLET)).headers).not.to.have.property("access-control-allow-origin");
    expect(await statusOfUpgrade(port, { origin: WALLET })).to.equal(403);
    const open = await serve({ corsOrigins: ["*"] });
    expect((await ask(open.port, "POST", WALLET)).headers).to.include({ "access-control-allow-origin": WALLET });
  });

  it("takes origins as browsers write them, and nothing else", () => {
    const option = nodeOptions.rpcCorsOrigins;
    expect(option.parse(`${WALLET}, http://localhost:3000`)).to.deep.equal([WALLET, "http://localhost:3000"]);
    expect(option.parse("*")).to.deep.equal(["*"]);
    for (const given of ["", "wallet.example", `${WALLET}/`, "null", `${WALLET},`])
      expect(option.parse(given), given).to.equal(undefined);
    const values = readOptions({ rpcCorsOrigins: option }, { role: "node", argv: [], env: {} });
    expect(values.rpcCorsOrigins).to.deep.equal([]);
  });

  it("closes connections whose request does not come, or not whole", async () => {
    const { port } = await serve({ requestMilliseconds: 100 });
    const silent = (text: string): Promise<string> => {
      const socket: Socket = connect(port, "127.0.0.1");
      socket.write(text);
      return once(socket.resume(), "close").then(() => text);
    };
    const halves = [
      "",
      "POST / HT",
      "POST / HTTP/1.1\r\nhost: x\r\n",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
    ];
    expect(await Promise.all(halves.map(silent))).to.deep.equal(halves);
  });

  it("refuses subscriptions beyond a connection's, and messages beyond a request's bytes", async () => {
    const { port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, "open");
    const answers: Answer[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on("message", (data: Buffer) => {
        if (answers.push(JSON.parse(data.toString()) as Answer) === 4) resolve();
      });
    });
    for (let i = 0; i < 4; i++) socket.send(JSON.stringify(call("lakh_subscribe", "heads")));
    await all;
    expect(answers.map(({ error }) => error?.code)).to.deep.equal([undefined, undefined, undefined, -32004]);
    socket.send(" ".repeat(LIMITS.maxRequestBytes + 1));
    expect((await once(socket, "close"))[0]).to.equal(1009);
  });

  it("gives an array answers of so many bytes and no more; the calls beyond are not run", async () => {
    const { port } = await serve({ maxBacklogBytes: 100_000 });
    const answers = (await send(port, new Array(10).fill(call("lakh_getEntry", 1)))) as Answer[];
    const codes = answers.map(({ error }) => error?.code ?? 0);
    expect(codes).to.have.length(10);
    expect(codes[0]).to.equal(0);
    expect(codes.at(-1)).to.equal(-32004);
    expect(codes).to.deep.equal(codes.toSorted((a, b) => b - a));
  });

  it("counts long reads and lists of envelopes as several calls", async () => {
    const { port } = await serve({ callsPerSecond: 60 });
    const codesOf = async (body: unknown): Promise<(number | undefined)[]> =>
      ([await send(port, body)].flat() as Answer[]).map(({ error }) => error?.code);
    expect(await codesOf(new Array(3).fill(call("lakh_getEntry", 1)))).to.deep.equal([undefined, undefined, -32005]);
    expect(await codesOf(new Array(10).fill(call("lakh_chainInfo")))).to.deep.equal(new Array(10).fill(undefined));
    const list = new Array<string>(100).fill("0x00");
    expect(await codesOf(call("lakh_sendEnvelopes", list))).to.deep.equal([-32005]);
  });

  it("answers others between the calls of an array and between long reads", async () => {
    const { port } = await serve();
    const long = send(port, new Array(60).fill(call("lakh_getEntry", 1)));
    let finished = false;
    void long.then(() => (finished = true));
    for (let i = 0; i < 5; i++) await send(port, call("lakh_heads"));
    expect(finished, "five answers while one array of long reads was answered").to.equal(false);
    await long;
  });

  it("reads a socket no further than it answers, and forgets what a closed one asked", async () => {
    const { port } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, "open");
    let answered = 0;
    const done = new Promise<void>((resolve) => socket.on("message", () => ++answered === 300 && resolve()));
    for (let id = 0; id < 300; id++) socket.send(JSON.stringify({ ...call("lakh_getAccount", 2), id }));
    await done;
    for (let id = 0; id < 100; id++) socket.send(JSON.stringify({ ...call("lakh_getEntry", 1), id }));
    socket.terminate();
    expect(await send(port, call("lakh_heads"))).to.have.property("result");
  });

  it("executes a long list of envelopes in slices, in order", async () => {
    const { port } = await serve();
    const items = Array.from({ length: 150 }, (_, i) =>
      toHex(signed(node, person(2).key, 3, BigInt(i), [transfer(2, 1n)])),
    );
    const { result } = (await send(port, call("lakh_sendEnvelopes", items))) as {
      result: { receipt: { position: number } }[];
    };
    expect(result.map(({ receipt }) => receipt.position)).to.deep.equal(items.map((_, i) => i));
  });
});

describe("node > RPC > subscribers", () => {
  /** Subscriptions that are looked at for a millisecond each; says how many were. */
  function slowSubscriptions(count: number) {
    const looks = { count: 0 };
    const publish = function* (): Generator {
      for (let i = 0; i < count; i++) {
        const until = performance.now() + 1;
        while (performance.now() < until);
        looks.count++;
        yield;
      }
    };
    return { looks, publish };
  }

  it("looks at many of them in turns, and once more at all when something changed meanwhile", async () => {
    let change: () => void = () => undefined;
    const onChange = (listener: () => void): (() => void) => {
      change = listener;
      return () => (change = () => undefined);
    };
    const publisher = new Publisher({ onChange });
    const [first, second, gone] = [slowSubscriptions(20), slowSubscriptions(20), slowSubscriptions(20)];
    for (const one of [first, second, gone]) publisher.add(one);
    publisher.delete(gone);
    for (let i = 0; i < 10; i++) change();
    const looked = (): number => first.looks.count + second.looks.count;
    let turns = 0;
    for (; looked() < 80 && turns < 10_000; turns++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (looked() > 0 && looked() < 20) change();
    }
    expect([first.looks.count, second.looks.count, gone.looks.count]).to.deep.equal([40, 40, 0]);
    expect(turns, "turns of the event loop in between").to.be.greaterThan(10);
    publisher.close();
    change();
    expect(looked()).to.equal(80);
  });
});

describe("node > turns", () => {
  it("maps in order, whatever comes in between", async () => {
    const mapped = await mapInTurns([1, 2, 3], (item, i) => 10 * item + i);
    expect(mapped).to.deep.equal([10, 21, 32]);
  });

  it("lets one through at a time, goes on after a failure, and turns away a crowd", async () => {
    const turnstile = new Turnstile();
    let inside = 0;
    const work = async (fails: boolean): Promise<number> => {
      const together = ++inside;
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      if (fails) throw new Error("broken");
      return together;
    };
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => turnstile.pass(() => work(i === 3))),
    );
    const values = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(values.length).to.be.within(60, 70);
    expect(new Set(values)).to.deep.equal(new Set([1]));
    const refused = results
      .filter((result) => result.status === "rejected")
      .map(({ reason }) => (reason as { fault?: string }).fault);
    expect(new Set(refused)).to.deep.equal(new Set([undefined, "Busy"]));
    expect(await turnstile.pass(() => work(false))).to.equal(1);
  });
});

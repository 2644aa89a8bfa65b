import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Bridge__factory, Claims__factory, Inbox__factory, deploymentText } from "@lakh/bindings";
import { expect } from "chai";
import { type JsonRpcProvider, Wallet } from "ethers";

import { developmentKey, openServedL1 } from "../agents/wire.ts";
import { failure, lakh } from "./run.ts";

const UNITS = 5_000_000n;
const WEI = UNITS * 10n ** 9n;
const LEAVER = 5;
/** Seconds of L1 in each of its blocks: windows pass quickly. */
const BLOCK_SECONDS = 12;
/** Time between two blocks: the follower must come to the head of L1 before the next. */
const BLOCK_MILLISECONDS = 200;

/** L1's time goes on by itself, whoever sends. @returns how to stop it */
function startBlocks(provider: JsonRpcProvider): () => Promise<void> {
  let stopped = false;
  const run = (async () => {
    while (!stopped) {
      await provider.send("evm_increaseTime", [BLOCK_SECONDS]);
      await provider.send("evm_mine", []);
      await new Promise((resolve) => setTimeout(resolve, BLOCK_MILLISECONDS));
    }
  })();
  return async () => {
    stopped = true;
    await run;
  };
}

describe("lakh escape and lakh doctor, with the sequencer off", () => {
  let folder: string;
  let l1: Awaited<ReturnType<typeof openServedL1>>;
  let deployment: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "lakh-escape-"));
    l1 = await openServedL1();
    deployment = join(folder, "deployment.json");
    writeFileSync(deployment, deploymentText(l1.deployment));
  });
  after(async () => {
    await l1.close();
    rmSync(folder, { recursive: true });
  });

  const escape = (key: string, ...more: string[]) => {
    const flags = ["--deployment", deployment, "--data-dir", join(folder, "data"), "--poll-milliseconds", "50"];
    return [
      ["escape", "--l1-url", l1.l1.url, "--l1-finality-blocks", "1", ...flags, ...more],
      { LAKH_KEY: key },
    ] as const;
  };

  it("leaves by L1 alone: forces, includes, claims, waits, finalizes, and gets the bond back", async function () {
    this.timeout(120_000);
    const { provider } = l1;
    const bridge = Bridge__factory.connect(l1.deployment.bridge, await provider.getSigner(LEAVER));
    const owner = new Wallet(developmentKey(LEAVER)).address;
    await (await bridge.depositETH(0, owner, { value: WEI })).wait();
    const stopBlocks = startBlocks(provider);
    // The deposit waits in the queue: with no sequencer the escape includes it like its own withdrawal.
    const inbox = Inbox__factory.connect(l1.deployment.inbox, await provider.getSigner(6));
    for (let i = 0; i < 200 && (await inbox.included()) === 0n; i++)
      await inbox
        .includeQueue(1)
        .then((sent) => sent.wait())
        .catch(() => undefined);
    const to = `0x${"e5".repeat(20)}`;
    const [argv, env] = escape(developmentKey(LEAVER), "--to", to, "--json");
    const { status, stdout, stderr } = await lakh(argv, env);
    await stopBlocks();
    expect(status, stderr).to.equal(0);
    const { exits, moves } = JSON.parse(stdout) as { exits: { amount: string }[]; moves: string[] };
    expect(exits.map(({ amount }) => amount)).to.deep.equal([String(UNITS)]);
    const kinds = moves.map((move) => move.slice(0, move.indexOf(":")));
    expect(kinds.slice(0, 5)).to.deep.equal(["force", "include", "claim", "settle", "confirm"]);
    expect(kinds).to.include.members(["collect", "withdraw", "finalize"]);
    expect(await provider.getBalance(to)).to.equal(WEI);
    const claims = Claims__factory.connect(l1.deployment.claims, provider);
    expect(await provider.getBalance(l1.deployment.claims)).to.equal(await claims.burned());
  });

  it("does nothing twice: a second run finds all paid", async function () {
    this.timeout(60_000);
    const to = `0x${"e5".repeat(20)}`;
    const [argv, env] = escape(developmentKey(LEAVER), "--to", to, "--json");
    const { status, stdout, stderr } = await lakh(argv, env);
    expect(status, stderr).to.equal(0);
    expect((JSON.parse(stdout) as { moves: string[] }).moves).to.deep.equal([]);
    expect(await l1.provider.getBalance(to)).to.equal(WEI);
  });

  it("says that there is nothing to withdraw, and who has no account", async () => {
    const flags = ["--deployment", deployment, "--data-dir", join(folder, "other"), "--l1-url", l1.l1.url];
    const env = { LAKH_KEY: developmentKey(7) };
    expect((await failure(["escape", ...flags], env)).slice(0, 2)).to.deep.equal([6, "LAKH_NO_ACCOUNT"]);
  });

  describe("doctor", () => {
    interface Report {
      readonly grade: string;
      readonly findings: { readonly code: string; readonly grade: string }[];
    }
    const examine = async (env: Record<string, string>, ...more: string[]) => {
      const { stdout, status } = await lakh(["doctor", "--l1-url", l1.l1.url, ...more, "--json"], env);
      const { findings } = JSON.parse(stdout) as Report;
      return { status, codes: findings.map(({ code, grade }) => `${grade} ${code}`) };
    };

    it("finds L1, the contracts, the key, its role and its balance", async () => {
      const { codes } = await examine({ LAKH_KEY: developmentKey(2) }, "--deployment", deployment);
      expect(codes).to.include.members(["ok DeploymentRead", "ok Inbox", "ok Key", "ok Balance"]);
    });

    it("finds a poor key, a node that does not answer, a missing file and an L1 that is away", async () => {
      const poor = await examine({ LAKH_KEY: `0x${"77".repeat(32)}` }, "--deployment", deployment);
      expect(poor.status).to.equal(1);
      expect(poor.codes).to.include("bad LowBalance");
      const away = ["--rpc-url", "http://127.0.0.1:1"];
      expect((await examine({}, "--deployment", deployment, ...away)).codes).to.include("bad NodeUnreachable");
      expect((await examine({}, "--deployment", join(folder, "none"))).codes).to.include("bad BadDeployment");
      l1.l1.isAway = true;
      expect((await examine({}, "--deployment", deployment)).codes).to.include("bad L1Unreachable");
      l1.l1.isAway = false;
    });
  });
});

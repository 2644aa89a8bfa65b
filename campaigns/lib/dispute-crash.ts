/** Proposer and challenger killed again and again while they play against a liar: they win all the same, and no bond is lost. */
import { ZERO_HASH } from "@lakh/protocol";
import type { FailPoint, GameView, Stepper } from "@lakh/service";
import { expect } from "chai";

import { openRollup, postTwoEntries, type Rollup } from "../../test/agents/rollup.ts";
import { serveL1 } from "../../test/node/l1-server.ts";
import { onCleanUp, tempDir } from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { type DaemonConfig, type DaemonRun, startDaemon } from "./daemon-child.ts";
import { killAfter, pause } from "./pause.ts";

const FANOUT = 4;
const LEVELS = 2;
const POINTS: readonly FailPoint[] = [
  "journal-renaming",
  "transaction-journalled",
  "transaction-sent",
  "transaction-mined",
  "records-written",
  "records-synced",
];
/** Time that passes once nobody has a move left; every window ends after some of it. */
const JUMP_SECONDS = 30_000;
const MOST_ROUNDS = 400;
/** Good steps of every daemon without a new block after which nobody has a move left. */
const CALM_LOOKS = 3;
const PAUSE_MILLISECONDS = 100;
/** Longest life of a run that is killed at a random moment, and of one that is to reach a point: it may have no move now. */
const LIFE_MILLISECONDS = 1_500;
const POINT_MILLISECONDS = 3_000;

/** One honest daemon: its process is killed `kills` times and started again each time. */
class Honest {
  readonly config: DaemonConfig;
  private readonly random: Random;
  private readonly tally: Tally;
  private kills: number;
  private run: DaemonRun | undefined;
  private goodStep: string | null = null;

  constructor(config: DaemonConfig, random: Random, tally: Tally, kills: number) {
    this.config = config;
    this.random = random;
    this.tally = tally;
    this.kills = kills;
  }

  /** Starts it where it does not run; @returns whether it lives and has stepped well since the last call. */
  async look(): Promise<boolean> {
    if (this.run === undefined || this.run.isOver) {
      if (this.run !== undefined) await this.run.ended; // a failure of its own ends the case
      this.run = await this.next();
      this.goodStep = null;
      return false;
    }
    const report = await this.run.health();
    const hasStepped = report !== undefined && report.fault === null && report.lastGoodStep !== this.goodStep;
    this.goodStep = report?.lastGoodStep ?? null;
    return hasStepped;
  }

  /** A run after it was killed, or the last one, which lives. */
  private async next(): Promise<DaemonRun> {
    if (this.kills === 0) return startDaemon(this.config);
    this.kills--;
    const point = this.random.chance(0.7) ? this.random.pick(POINTS) : undefined;
    const run = startDaemon(this.config, point && { point, time: 1 + this.random.below(2) });
    const reached = await killAfter(
      run,
      point === undefined ? this.random.below(LIFE_MILLISECONDS) : POINT_MILLISECONDS,
    );
    this.tally.count(`${this.config.role} killed: ${(reached ? point : undefined) ?? "a random moment"}`, "restarted");
    return run;
  }

  /** Whether it runs and will not be killed any more. */
  get isLastRun(): boolean {
    return this.kills === 0 && this.run?.isOver === false;
  }

  stop(): void {
    this.run?.kill();
  }
}

export async function playDisputeCrashes(random: Random, kills: number, tally: Tally): Promise<void> {
  const rollup = await openRollup(FANOUT);
  const l1 = await serveL1(rollup.rpc);
  onCleanUp(l1.close);
  await postTwoEntries(rollup);
  const liar = await rollup.liar("liar", LEVELS, random.below(7));
  const shared = { l1Url: l1.url, deployment: rollup.deployment, options: ["--margin-seconds", "0"] };
  const honest = await Promise.all(
    (["proposer", "challenger"] as const).map(async (role) => {
      const { privateKey: key, address } = rollup.walletOf(role);
      await rollup.senderOf(role); // its money
      const options = role === "proposer" ? [...shared.options, "--claim-interval-seconds", "0"] : shared.options;
      const config = { ...shared, role, key, options, dataDir: await tempDir() };
      return { address, daemon: new Honest(config, random, tally, kills) };
    }),
  );
  onCleanUp(() => honest.forEach(({ daemon }) => daemon.stop()));
  const startWei = await Promise.all(honest.map(({ address }) => rollup.provider.getBalance(address)));

  const view = await playToTheEnd(
    rollup,
    liar,
    honest.map(({ daemon }) => daemon),
  );

  const claims = [...view.claims.values()].filter(({ head }) => head.parent !== ZERO_HASH);
  for (const { head, status } of claims) {
    const isLie = head.proposer === rollup.walletOf("liar").address;
    expect(status, isLie ? "the lie" : "a true claim").to.equal(isLie ? "Refuted" : "Confirmed");
  }
  expect(claims.length, "claims").to.be.at.least(2);
  for (const [i, { address, daemon }] of honest.entries()) {
    const wei = (await rollup.provider.getBalance(address)) + (await gasOf(rollup, address));
    expect(wei >= (startWei[i] ?? 0n), `money of the ${daemon.config.role}`).to.equal(true);
    tally.count(`money of the ${daemon.config.role} in a dispute`, wei > (startWei[i] ?? 0n) ? "won a bond" : "whole");
  }
}

/** Lets time pass whenever nobody has a move left, until all claims are decided and all daemons are at rest. */
async function playToTheEnd(rollup: Rollup, liar: Stepper, daemons: readonly Honest[]): Promise<GameView> {
  let [seen, calm] = ["", 0];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const looks = await Promise.all(daemons.map((daemon) => daemon.look()));
    const { did } = await liar.step();
    const length = String(await rollup.provider.getBlockNumber());
    calm = did.length === 0 && length === seen && looks.every(Boolean) ? calm + 1 : length === seen ? calm : 0;
    seen = length;
    if (calm < CALM_LOOKS) {
      await pause(PAUSE_MILLISECONDS);
      continue;
    }
    const view = await rollup.view();
    const decided = [...view.claims.values()].every(({ status }) => status === "Confirmed" || status === "Refuted");
    if (view.claims.size > 2 && decided && daemons.every((daemon) => daemon.isLastRun)) return view;
    await rollup.networkHelpers.time.increase(JUMP_SECONDS);
    [seen, calm] = ["", 0];
  }
  throw new Error(`the game did not end in ${MOST_ROUNDS} rounds`);
}

/** What an account paid for gas, in wei. */
async function gasOf({ provider }: Rollup, address: string): Promise<bigint> {
  let wei = 0n;
  for (let number = 1; number <= (await provider.getBlockNumber()); number++) {
    const block = await provider.getBlock(number, true);
    for (const { from, hash } of block?.prefetchedTransactions ?? []) {
      const receipt = from === address ? await provider.getTransactionReceipt(hash) : null;
      if (receipt !== null) wei += receipt.gasUsed * receipt.gasPrice;
    }
  }
  return wei;
}

/** Proposer and challenger killed again and again while they play against liars: they win all the same, and no bond is lost. */
import { ZERO_HASH } from "@lakh/protocol";
import type { GameView, Stepper } from "@lakh/service";
import { expect } from "chai";

import { openRollup, postTwoEntries, rubbish, type Rollup } from "../../test/agents/rollup.ts";
import { onCleanUp, tempDir } from "../../test/node/world.ts";
import type { Random } from "../../test/support/random.ts";
import type { Tally } from "./campaign.ts";
import { type Death, deathsOf } from "./crash-plan.ts";
import { type DaemonConfig, type DaemonRun, startDaemon } from "./daemon-child.ts";
import { awaitDeath, killedAt, timeOf } from "./deaths.ts";
import { ForgetfulL1 } from "./forgetful-l1.ts";
import { pause } from "./pause.ts";

const FANOUT = 8;
const LEVELS = 2;
const ROLES = ["proposer", "challenger"] as const;
/** Items of an entry that gives everybody something to do: more than there are objects, so that it brings a snapshot. */
const ITEMS = 8;
/** Time that passes once nobody has a move left; every window ends after some of it. */
const JUMP_SECONDS = 30_000;
const MOST_ROUNDS = 1_500;
/** Good steps of every daemon without a transaction after which nobody has a move left. */
const CALM_LOOKS = 3;
const PAUSE_MILLISECONDS = 100;
/** Longest life of a run that is killed at a random moment. */
const LIFE_MILLISECONDS = 1_500;

/** One honest daemon: its process dies as planned and is started again each time; after that it lives. */
class Honest {
  readonly config: DaemonConfig & { readonly role: (typeof ROLES)[number] };
  readonly address: string;
  private readonly l1: ForgetfulL1;
  private readonly random: Random;
  private readonly tally: Tally;
  private readonly deaths: Death[];
  private run: DaemonRun | undefined;
  private goodStep: string | null = null;

  constructor(
    config: Honest["config"],
    address: string,
    deaths: readonly Death[],
    { l1, random, tally }: { l1: ForgetfulL1; random: Random; tally: Tally },
  ) {
    this.config = config;
    this.address = address;
    this.deaths = [...deaths];
    this.l1 = l1;
    this.random = random;
    this.tally = tally;
  }

  /** Starts it where it does not run; @returns whether it lives and has stepped well since the last call. */
  async look(): Promise<boolean> {
    if (this.run === undefined || this.run.isOver) {
      if (this.run !== undefined) await this.buried(this.run);
      this.run = this.next();
      this.goodStep = null;
      return false;
    }
    const report = await this.run.health();
    const hasStepped = report !== undefined && report.fault === null && report.lastGoodStep !== this.goodStep;
    this.goodStep = report?.lastGoodStep ?? null;
    return hasStepped;
  }

  /** A run that dies as planned, or the last one, which lives. */
  private next(): DaemonRun {
    if (this.deaths.length === 0) return startDaemon(this.config);
    const [death] = this.deaths;
    if (death === "transaction-replaced") this.l1.forgotten.add(this.address);
    const run = startDaemon(this.config, death && { place: death, time: timeOf(death, this.random) });
    // A failure of the run's own is told where it is buried.
    if (death === undefined) awaitDeath(run, death, this.random.below(LIFE_MILLISECONDS)).catch(() => undefined);
    return run;
  }

  /** @throws Error when it ended by a failure of its own */
  private async buried(run: DaemonRun): Promise<void> {
    await run.ended;
    this.tally.count(killedAt(this.config.role, this.deaths.shift()), "recovered");
    this.l1.forgotten.delete(this.address);
  }

  /** What it still has to die of. */
  get ahead(): readonly Death[] {
    return this.deaths;
  }

  stop(): void {
    this.run?.kill();
  }
}

export async function playDisputeCrashes(random: Random, round: number, pairs: number, tally: Tally): Promise<void> {
  const rollup = await openRollup(FANOUT);
  const { l1, url: l1Url } = await ForgetfulL1.serve(rollup.rpc);
  await postTwoEntries(rollup);
  const common = ["--margin-seconds", "0", "--l1-finality-blocks", "1", "--snapshot-items", "1"];
  const honest = await Promise.all(
    ROLES.map(async (role) => {
      const { privateKey: key, address } = rollup.walletOf(role);
      await rollup.senderOf(role); // its money
      const options = role === "proposer" ? [...common, "--claim-interval-seconds", "0"] : common;
      const config = { role, key, options, l1Url, deployment: rollup.deployment, dataDir: await tempDir() };
      return new Honest(config, address, deathsOf(role, round, pairs), { l1, random, tally });
    }),
  );
  onCleanUp(() => honest.forEach((daemon) => daemon.stop()));
  const startWei = await Promise.all(honest.map(({ address }) => rollup.provider.getBalance(address)));

  const { view, liars } = await playToTheEnd(rollup, l1, honest, random);

  const claims = [...view.claims.values()].filter(({ head }) => head.parent !== ZERO_HASH);
  for (const { head, status } of claims) {
    const isLie = liars.has(head.proposer);
    expect(status, isLie ? "a lie" : "a true claim").to.equal(isLie ? "Refuted" : "Confirmed");
  }
  expect(claims.length, "claims").to.be.at.least(2);
  for (const [i, { address, config }] of honest.entries()) {
    const wei = (await rollup.provider.getBalance(address)) + (await gasOf(rollup, address));
    expect(wei >= (startWei[i] ?? 0n), `money of the ${config.role}`).to.equal(true);
    tally.count(`money of the ${config.role} in a dispute`, wei > (startWei[i] ?? 0n) ? "won a bond" : "whole");
  }
}

interface End {
  readonly view: GameView;
  /** Addresses of those who lied. */
  readonly liars: ReadonlySet<string>;
}

/** Gives them something to do, or lets time pass, whenever nobody has a move left, until all claims are decided and all deaths died. */
async function playToTheEnd(rollup: Rollup, l1: ForgetfulL1, daemons: readonly Honest[], random: Random): Promise<End> {
  const { provider, networkHelpers, postBatch, walletOf } = rollup;
  const liars: Stepper[] = [];
  const names = new Set<string>();
  const lie = async (): Promise<void> => {
    const name = `liar ${liars.length}`;
    liars.push(await rollup.liar(name, LEVELS, random.below(7)));
    names.add(walletOf(name).address);
  };
  await lie();
  let [seen, calm] = ["", 0];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const looks = await Promise.all(daemons.map((daemon) => daemon.look()));
    const did: string[] = [];
    for (const liar of liars) did.push(...(await liar.step()).did);
    if (l1.forgotten.size > 0) await networkHelpers.mine(1);
    const sent = String(await Promise.all(daemons.map(({ address }) => provider.getTransactionCount(address))));
    const isQuiet = did.length === 0 && sent === seen;
    calm = isQuiet && looks.every(Boolean) ? calm + 1 : isQuiet ? calm : 0;
    seen = sent;
    if (calm < CALM_LOOKS) {
      await pause(PAUSE_MILLISECONDS);
      continue;
    }
    calm = 0;
    const view = await rollup.view();
    const isDecided = [...view.claims.values()].every(({ status }) => status === "Confirmed" || status === "Refuted");
    const isAlive = daemons.every(({ ahead }) => ahead.length === 0);
    if (view.claims.size > 2 && isDecided && isAlive) return { view, liars: names };
    if (isDecided && !isAlive) {
      await postBatch(rubbish(ITEMS));
      await lie();
    } else await networkHelpers.time.increase(JUMP_SECONDS);
  }
  const ahead = daemons.flatMap(({ config, ahead }) => ahead.map((death) => `${config.role} at ${death}`));
  throw new Error(`the game did not end in ${MOST_ROUNDS} rounds; still to die: ${ahead.join(", ")}`);
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

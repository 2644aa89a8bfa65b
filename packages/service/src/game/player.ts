import { Claims__factory } from "@lakh/bindings";
import { claimId, type ClaimStatus, type Hex } from "@lakh/protocol";
import { Counter, Gauge } from "prom-client";

import { CodedError, errorFields } from "../errors.ts";
import { onL1, type L1 } from "../l1/client.ts";
import type { Sender } from "../l1/sender.ts";
import type { Log } from "../log.ts";
import type { Registry } from "../metrics.ts";
import { encodeMove, type Action, type Move } from "./moves.ts";
import type { ClaimView, GameRules, GameView } from "./view.ts";

export interface PlayerConfig {
  /** Address of Claims. */
  readonly claims: string;
  /** Moves should land so many seconds before their deadline, so that an L1 reorganisation cannot undo them too late. */
  readonly marginSeconds: number;
}

export interface PlayerDeps {
  readonly l1: L1;
  readonly sender: Sender;
  readonly log: Log;
  readonly registry: Registry;
}

/** Carries out moves. */
export interface Player {
  readonly address: string;
  /**
   * Sends the moves, the nearest deadline first, and waits for all. When no bond is being collected, credit is withdrawn.
   * @returns a line for each that landed
   * @throws CodedError of the first that failed for another reason than that the game had gone on
   */
  play(view: GameView, moves: readonly Move[], signal?: AbortSignal): Promise<string[]>;
}

/** The margin before deadlines: as configured, but never more than a quarter of the shortest window. */
export function marginOf({ challengeSeconds, defendSeconds, replySeconds }: GameRules, marginSeconds: number): number {
  return Math.min(marginSeconds, Math.min(challengeSeconds, defendSeconds, replySeconds) / 4);
}

/** Moves under way at a time. */
const MOST_AT_ONCE = 16;

export function createPlayer(config: PlayerConfig, { l1, sender, log, registry }: PlayerDeps): Player {
  const claims = Claims__factory.connect(config.claims, l1.provider);
  const metrics = createMetrics(registry);

  const send = async (
    view: GameView,
    { action, reason, deadlineSeconds }: Move,
    signal?: AbortSignal,
  ): Promise<string> => {
    const left = deadlineSeconds === undefined ? undefined : deadlineSeconds - view.nowSeconds;
    if (left !== undefined && left < marginOf(view.rules, config.marginSeconds)) {
      log.error(
        { code: "DeadlineNear", move: action.kind, claim: claimOf(action), secondsLeft: left },
        "A move is late",
      );
      metrics.late.inc({ move: action.kind });
    }
    const call = encodeMove(action, sender.address, config.claims, view.rules);
    const { hash, gasUsed } = await sender.send(call, signal);
    metrics.moves.inc({ move: action.kind });
    log.info({ move: action.kind, claim: claimOf(action), reason, hash, gasUsed }, "Moved");
    return `${action.kind}: ${reason}`;
  };

  const withdrawal = async (): Promise<Move[]> => {
    const credit = await onL1(() => claims.credit(sender.address));
    return credit === 0n
      ? []
      : [{ action: { kind: "withdraw", to: sender.address }, reason: `${credit} wei are mine` }];
  };

  return {
    address: sender.address,
    play: async (view, moves, signal) => {
      const isCollecting = moves.some(({ action }) => action.kind === "collect");
      const due = [...moves, ...(isCollecting ? [] : await withdrawal())].toSorted(byDeadline);
      metrics.due.set(due.length);
      measure(view, metrics);
      const results: PromiseSettledResult<string>[] = [];
      for (let at = 0; at < due.length; at += MOST_AT_ONCE) {
        const together = due.slice(at, at + MOST_AT_ONCE).map((move) => send(view, move, signal));
        results.push(...(await Promise.allSettled(together)));
      }
      const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
      for (const failure of failures) log.warn(errorFields(failure), "A move did not land");
      const serious = failures.find((failure) => !(failure instanceof CodedError) || failure.severity !== "reset");
      if (serious !== undefined) throw serious;
      return results.filter((result) => result.status === "fulfilled").map(({ value }) => value);
    },
  };
}

/** Id of the claim that a move is about; undefined for those about none that stands. */
function claimOf(action: Action): Hex | undefined {
  return "head" in action ? claimId(action.head) : undefined;
}

function byDeadline(a: Move, b: Move): number {
  return (a.deadlineSeconds ?? Number.MAX_SAFE_INTEGER) - (b.deadlineSeconds ?? Number.MAX_SAFE_INTEGER);
}

interface PlayerMetrics {
  readonly moves: Counter<"move">;
  readonly late: Counter<"move">;
  readonly due: Gauge;
  readonly pending: Gauge;
  readonly confirmedEntry: Gauge;
}

function measure({ claims }: GameView, { pending, confirmedEntry }: PlayerMetrics): void {
  const of = (wanted: ClaimStatus): ClaimView[] => [...claims.values()].filter(({ status }) => status === wanted);
  pending.set(of("Pending").length);
  confirmedEntry.set(of("Confirmed").reduce((most, { head }) => Math.max(most, Number(head.endEntry)), 0));
}

function createMetrics(registry: Registry): PlayerMetrics {
  const registers = [registry];
  const labelNames = ["move"] as const;
  return {
    moves: new Counter({ name: "lakh_game_moves_total", help: "moves that landed", labelNames, registers }),
    late: new Counter({
      name: "lakh_game_late_moves_total",
      help: "moves sent within the margin before their deadline",
      labelNames,
      registers,
    }),
    due: new Gauge({ name: "lakh_game_moves_due", help: "moves due in the last pass", registers }),
    pending: new Gauge({ name: "lakh_game_claims_pending", help: "claims that are not decided", registers }),
    confirmedEntry: new Gauge({
      name: "lakh_game_confirmed_entries",
      help: "entries that confirmed claims cover",
      registers,
    }),
  };
}

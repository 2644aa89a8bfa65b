/** Tells subscribers what changed: in rounds over all of them, a few milliseconds at a time. */
import type { LakhNode } from "../node.ts";

/** How long a round looks at subscriptions before it pauses: together a fifth of the main thread at most. */
const WORK_MILLISECONDS = 4;
const PAUSE_MILLISECONDS = 16;

/** What is subscribed on one connection. */
interface Subscribed {
  /** Sends what changed, a subscription at a time. */
  publish(): Generator;
}

export class Publisher {
  private readonly all = new Set<Subscribed>();
  private readonly stop: () => void;
  private hasChanged = false;
  private round: Generator | undefined;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(node: Pick<LakhNode, "onChange">) {
    this.stop = node.onChange(() => {
      this.hasChanged = true;
      if (this.timer === undefined && this.all.size > 0) this.timer = setImmediate(() => this.work());
    });
  }

  add(subscriptions: Subscribed): void {
    this.all.add(subscriptions);
  }

  delete(subscriptions: Subscribed): void {
    this.all.delete(subscriptions);
  }

  close(): void {
    this.stop();
    this.all.clear();
  }

  /** Goes on with the round; many changes at once, or during a round, make one more. */
  private work(): void {
    this.timer = undefined;
    if (this.round === undefined) {
      this.hasChanged = false;
      this.round = this.publishAll();
    }
    const since = performance.now();
    while (performance.now() - since < WORK_MILLISECONDS) {
      if (this.round.next().done !== true) continue;
      this.round = undefined;
      break;
    }
    if (this.all.size > 0 && (this.round !== undefined || this.hasChanged))
      this.timer = setTimeout(() => this.work(), PAUSE_MILLISECONDS);
    else this.round = undefined;
  }

  private *publishAll(): Generator {
    for (const subscriptions of this.all) yield* subscriptions.publish();
  }
}

/** Subscriptions of one WebSocket connection: the latest view of something, sent whenever it differs from the one before. */
import { Fault } from "../faults.ts";
import type { LakhNode } from "../node.ts";
import { toJson } from "./json.ts";
import { headsView } from "./methods/chain.ts";
import type { Methods } from "./methods/method.ts";
import { accountOf, poolOf } from "./methods/state.ts";

interface Subscription {
  readonly view: (node: LakhNode) => unknown;
  /** JSON of what was sent last. */
  last: string;
}

export class Subscriptions {
  private readonly node: LakhNode;
  private readonly most: number;
  private readonly send: (text: string) => void;
  private readonly active = new Map<string, Subscription>();
  private next = 1;

  constructor(node: LakhNode, most: number, send: (text: string) => void) {
    this.node = node;
    this.most = most;
    this.send = send;
  }

  /** The methods that only this connection has. */
  readonly methods: Methods = {
    lakh_subscribe: {
      params: 2,
      call: (_node, params) => {
        const topic = params.word(0, ["heads", "account", "pool"]);
        if (topic === "heads") return this.add(headsView);
        const index = params.integer(1);
        return this.add((node) => (topic === "account" ? accountOf(node, index) : poolOf(node, index)));
      },
    },
    lakh_unsubscribe: { params: 1, call: (_node, params) => this.active.delete(params.text(0)) },
  };

  /** Sends what changed, a subscription at a time. */
  *publish(): Generator {
    for (const [subscription, state] of this.active) {
      const view = state.view(this.node);
      const text = toJson(view);
      if (text !== state.last) {
        state.last = text;
        this.send(toJson({ jsonrpc: "2.0", method: "lakh_subscription", params: { subscription, result: view } }));
      }
      yield;
    }
  }

  private add(view: (node: LakhNode) => unknown): string {
    if (this.active.size >= this.most)
      throw new Fault("TooLarge", `at most ${this.most} subscriptions a connection`, { most: this.most });
    const id = `0x${(this.next++).toString(16)}`;
    this.active.set(id, { view, last: toJson(view(this.node)) });
    return id;
  }
}

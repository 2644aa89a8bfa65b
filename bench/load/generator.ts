/** The load generator: a process of its own that sends what was signed before, and counts what comes back. */
import { type Frame, SUBMIT_HEAD, cutFrames } from "./frames.ts";
import type { FromGenerator, FromParent, LoadOrder, LoadReport } from "./orders.ts";
import { isSealed, readHello } from "./seals.ts";
import { type Result, StreamClient, tallyOutcomes } from "./stream-client.ts";
import { Timeline } from "./timeline.ts";

/** One result in so many is kept, and its seal checked after the run. */
const CHECK_EVERY = 199;
/** Without a receipt for so long while some are due, the run has failed. */
const PATIENCE_MS = 60_000;

interface Flight {
  readonly frame: Frame;
  /** When it was sent, or should have been at a fixed rate; ms. */
  readonly at: number;
  readonly lane: Lane;
}

interface Lane {
  readonly client: StreamClient;
  underWay: number;
}

class Generator {
  private readonly order: LoadOrder;
  private readonly frames: readonly Frame[];
  private readonly lanes: Lane[] = [];
  private readonly flights = new Map<number, Flight>();
  private readonly timeline = new Timeline();
  private readonly refused = new Map<number, number>();
  private readonly samples: { frame: Frame; result: Result }[] = [];
  private next = 0;
  private started = 0;
  private ended = 0;
  private sent = 0;
  private acknowledged = 0;
  private bytes = 0;
  private failed: (why: Error) => void = () => undefined;
  private drained: () => void = () => undefined;

  constructor(order: LoadOrder) {
    this.order = order;
    this.frames = cutFrames(order.folder, order.from, order.count, order.frameItems);
  }

  async connect(): Promise<void> {
    for (let i = 0; i < this.order.connections; i++) {
      const end = (why: string): void => this.failed(new Error(`the node ended a connection: ${why}`));
      const client = await StreamClient.connect(this.order.url, (result) => this.receive(result), end);
      this.lanes.push({ client, underWay: 0 });
    }
  }

  async run(): Promise<LoadReport> {
    const drained = new Promise<void>((resolve, reject) => {
      this.drained = resolve;
      this.failed = reject;
    });
    this.started = performance.now();
    this.ended = this.started;
    if (this.order.rate === undefined) for (const lane of this.lanes) this.fill(lane);
    else this.pace(this.order.rate);
    const watch = setInterval(() => {
      const quiet = performance.now() - Math.max(this.ended, this.started);
      if (quiet > PATIENCE_MS) this.failed(new Error(`no receipt for ${Math.round(quiet / 1000)} s`));
    }, 1000);
    await drained.finally(() => clearInterval(watch));
    return this.report();
  }

  private get isOver(): boolean {
    return this.next >= this.frames.length || performance.now() - this.started > 1000 * this.order.seconds;
  }

  /** Keeps a lane's window full. */
  private fill(lane: Lane): void {
    while (lane.underWay < this.order.window && !this.isOver) this.send(lane, performance.now());
    if (this.isOver && this.flights.size === 0) this.drained();
  }

  /** Sends each frame when it is due; what is late is sent at once, and its lateness counts as latency. */
  private pace(rate: number): void {
    const gap = (1000 * this.order.frameItems) / rate;
    const tick = (): void => {
      const now = performance.now();
      for (let due = this.started + this.next * gap; due <= now && !this.isOver; due += gap)
        this.send(this.lanes[this.next % this.lanes.length] as Lane, due);
      if (!this.isOver) setTimeout(tick, 1);
      else if (this.flights.size === 0) this.drained();
    };
    tick();
  }

  private send(lane: Lane, at: number): void {
    const frame = this.frames[this.next] as Frame;
    this.flights.set(this.next, { frame, at, lane });
    lane.underWay++;
    this.sent += frame.count;
    lane.client.send(frame, this.next++);
  }

  private receive(result: Result): void {
    const flight = this.flights.get(result.requestId);
    if (flight === undefined) return this.failed(new Error(`a result for ${result.requestId}, which is not under way`));
    this.flights.delete(result.requestId);
    flight.lane.underWay--;
    this.ended = performance.now();
    this.timeline.add(this.ended - this.started, this.ended - flight.at, result.accepted);
    this.acknowledged += result.accepted;
    this.bytes += flight.frame.bytes.length - SUBMIT_HEAD;
    if (result.accepted < result.count) tallyOutcomes(result, this.refused);
    if (result.requestId % CHECK_EVERY === 0) this.samples.push({ frame: flight.frame, result });
    if (this.order.rate === undefined) this.fill(flight.lane);
    else if (this.isOver && this.flights.size === 0) this.drained();
  }

  private report(): LoadReport {
    const hello = readHello((this.lanes[0] as Lane).client.hello);
    for (const { client } of this.lanes) client.close();
    const good = this.samples.filter(({ frame, result }) => isSealed(frame.bytes, result, hello)).length;
    this.refused.delete(0);
    return {
      seconds: (this.ended - this.started) / 1000,
      sent: this.sent,
      acknowledged: this.acknowledged,
      refused: Object.fromEntries(this.refused),
      bytes: this.bytes,
      ...this.timeline.latency(),
      slices: this.timeline.slices(),
      seals: { checked: this.samples.length, good },
    };
  }
}

function say(message: FromGenerator): void {
  process.send?.(message);
}

let generator: Generator | undefined;
process.on("disconnect", () => process.exit());
process.on("message", (message: FromParent) => {
  const work =
    message.kind === "prepare"
      ? async () => {
          generator = new Generator(message.order);
          await generator.connect();
          say({ kind: "ready" });
        }
      : async () => {
          if (generator === undefined) throw new Error("nothing was prepared");
          say({ kind: "done", report: await generator.run() });
        };
  work().catch((error: unknown) => say({ kind: "failed", why: String(error) }));
});

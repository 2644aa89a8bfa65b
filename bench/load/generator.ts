/** The load generator: a process of its own that sends what was signed before, and counts what comes back. */
import { type EnvelopeStream, SUBMIT_HEAD, type StreamResult, openStream } from "@lakh/sdk";
import { WebSocket } from "ws";

import { type Frame, cutFrames } from "./frames.ts";
import type { FromGenerator, FromParent, LoadOrder, LoadReport } from "./orders.ts";
import { Timeline } from "./timeline.ts";

/** One result in so many is kept, and its seal checked after the run. */
const CHECK_EVERY = 199;
/** Without a receipt for so long while some are due, the run has failed. */
const PATIENCE_MS = 60_000;

interface Lane {
  readonly stream: EnvelopeStream;
  underWay: number;
}

/** A connection that waits for nothing: how much is under way is the load's own choice. */
function connect(url: string): Promise<EnvelopeStream> {
  return openStream({
    url,
    underWayBytes: Infinity,
    // An all-zero mask: the processes trust each other (docs/STREAM.md, hints for senders).
    webSocket: (to) => new WebSocket(to, { perMessageDeflate: false, generateMask: (mask) => mask.fill(0) }),
  });
}

class Generator {
  private readonly order: LoadOrder;
  private readonly frames: readonly Frame[];
  private readonly lanes: Lane[] = [];
  private readonly timeline = new Timeline();
  private readonly refused: Record<number, number> = {};
  private readonly samples: StreamResult[] = [];
  private next = 0;
  private underWay = 0;
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
    for (let i = 0; i < this.order.connections; i++)
      this.lanes.push({ stream: await connect(this.order.url), underWay: 0 });
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
    if (this.isOver && this.underWay === 0) this.drained();
  }

  /** Sends each frame when it is due; what is late is sent at once, and its lateness counts as latency. */
  private pace(rate: number): void {
    const gap = (1000 * this.order.frameItems) / rate;
    const tick = (): void => {
      const now = performance.now();
      for (let due = this.started + this.next * gap; due <= now && !this.isOver; due += gap)
        this.send(this.lanes[this.next % this.lanes.length] as Lane, due);
      if (!this.isOver) setTimeout(tick, 1);
      else if (this.underWay === 0) this.drained();
    };
    tick();
  }

  private send(lane: Lane, at: number): void {
    const number = this.next++;
    const frame = this.frames[number] as Frame;
    lane.underWay++;
    this.underWay++;
    this.sent += frame.count;
    lane.stream.sendFrame(frame.bytes).then(
      (result) => {
        if (number % CHECK_EVERY === 0) this.samples.push(result);
        this.receive(lane, frame, at, result);
      },
      (error: unknown) => this.failed(error instanceof Error ? error : new Error(String(error))),
    );
  }

  private receive(lane: Lane, frame: Frame, at: number, result: StreamResult): void {
    lane.underWay--;
    this.underWay--;
    this.ended = performance.now();
    this.timeline.add(this.ended - this.started, this.ended - at, result.accepted);
    this.acknowledged += result.accepted;
    this.bytes += frame.bytes.length - SUBMIT_HEAD;
    if (result.accepted < result.count)
      for (const { code } of result.outcomes()) if (code !== 0) this.refused[code] = (this.refused[code] ?? 0) + 1;
    if (this.order.rate === undefined) this.fill(lane);
    else if (this.isOver && this.underWay === 0) this.drained();
  }

  private async report(): Promise<LoadReport> {
    for (const { stream } of this.lanes) stream.close();
    let good = 0;
    for (const sample of this.samples) if (await sample.verify()) good++;
    return {
      seconds: (this.ended - this.started) / 1000,
      sent: this.sent,
      acknowledged: this.acknowledged,
      refused: this.refused,
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

/** One connection of the binary stream: frames in, results out, and what keeps it from running ahead. */
import type { WebSocket } from "ws";

import type { Pipeline } from "../pipeline/pipeline.ts";
import { type Seal, type Source, Submission } from "../pipeline/submission.ts";
import { type StreamErrorName, errorFrame, readSubmit, resultFrame } from "./frames.ts";
import type { StreamServer } from "./server.ts";

const REFUSED = 1008;

export class StreamConnection implements Source {
  readonly queue: Submission[] = [];
  isWaiting = false;
  goodSignatures = 0;
  private readonly server: StreamServer;
  private readonly pipeline: Pipeline;
  private readonly socket: WebSocket;
  /** Bytes of its frames without a result. */
  private underWay = 0;
  /** Said something that is no frame: it is heard no more, but what it said before counts. */
  private hasEnded = false;

  constructor(server: StreamServer, pipeline: Pipeline, socket: WebSocket) {
    this.server = server;
    this.pipeline = pipeline;
    this.socket = socket;
    socket.on("message", (frame: Buffer, isBinary: boolean) => this.receive(frame, isBinary));
  }

  finish(submission: Submission, seal: Seal): void {
    const { length } = submission.frame;
    if (this.socket.readyState === this.socket.OPEN)
      this.socket.send(resultFrame(this.server.kernels, submission, seal), () => this.resume());
    this.underWay -= length;
    this.server.account(-length);
  }

  /** Reads on, unless there is a reason not to. */
  resume(): void {
    if (this.socket.isPaused && !this.mustWait) this.socket.resume();
  }

  /** Says what is wrong and closes. */
  end(error: StreamErrorName, requestId: number, code = REFUSED): void {
    this.hasEnded = true;
    this.socket.send(errorFrame(error, requestId));
    this.socket.close(code);
  }

  /** Its socket is closed: what nobody has taken up yet is dropped, unless it was cut off by us. */
  closed(): void {
    if (this.hasEnded) return;
    const dropped = this.queue.filter(({ taken }) => taken === 0);
    const bytes = dropped.reduce((sum, { frame }) => sum + frame.length, 0);
    this.queue.length -= dropped.length; // the untouched ones are at the end
    this.underWay -= bytes;
    this.server.account(-bytes);
  }

  private receive(frame: Buffer, isBinary: boolean): void {
    if (this.hasEnded) return;
    const submit = isBinary
      ? readSubmit(frame, this.server.config.maxItems)
      : ({ error: "MalformedFrame", requestId: 0 } as const);
    if ("error" in submit) {
      this.end(submit.error, submit.requestId);
      return;
    }
    this.underWay += frame.length;
    this.server.account(frame.length);
    this.pipeline.submit(new Submission(this, { ...submit, frame }));
    if (this.mustWait) this.socket.pause();
  }

  private get mustWait(): boolean {
    return this.server.mustWait(this.underWay) || this.socket.bufferedAmount > this.server.config.backlogBytes;
  }
}

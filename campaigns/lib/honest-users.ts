/** Two honest users of a flooded sequencer, and how long they wait. */
import { toHex } from "@lakh/protocol";
import { expect } from "chai";

import { person, signed, transfer } from "../../test/node/world.ts";
import { StreamClient } from "../../test/pipeline/client.ts";
import type { Tally } from "./campaign.ts";
import { httpClient, percentile } from "./crowd.ts";
import { type FloodStage, RPC_USER, STREAM_USER } from "./flood-stage.ts";
import { pause } from "./pause.ts";

const ADDRESS = { rpc: "127.0.1.1", stream: "127.0.1.2" };
/** Envelopes of each in a wave. */
const CALLS = 40;
/** Pause between two envelopes. */
const PAUSE_MILLISECONDS = 25;
/** The 99th percentile of each, in all; told of so many envelopes at least. */
const MOST_MILLISECONDS = 2000;
const ENOUGH = 200;

export class HonestUsers {
  /** Milliseconds an envelope. */
  private readonly waits = { rpc: [] as number[], stream: [] as number[] };
  private readonly stage: FloodStage;
  /** Nonce that the user of JSON-RPC sends next; the stream's is as far. */
  nonce = 0n;

  constructor(stage: FloodStage) {
    this.stage = stage;
  }

  /** The envelopes of a wave, one after the other; each gets its receipt. */
  async wave(tally: Tally): Promise<void> {
    const first = this.nonce;
    this.nonce += BigInt(CALLS);
    await Promise.all([this.byRpc(first, tally), this.byStream(first, tally)]);
  }

  /** @throws Error when one of them waited too long */
  figures(): string[] {
    return Object.entries(this.waits).map(([who, waits]) => {
      const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => percentile(waits, share));
      if (p50 === undefined || p99 === undefined || longest === undefined) throw new Error("nobody waited");
      if (waits.length >= ENOUGH && p99 > MOST_MILLISECONDS)
        throw new Error(`the p99 of the honest user of ${who} was ${p99} ms`);
      const times = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`;
      return `honest user of ${who}: ${times} of ${waits.length} envelopes`;
    });
  }

  private async byRpc(first: bigint, tally: Tally): Promise<void> {
    const { node, rpc } = this.stage;
    const client = httpClient(rpc.port, ADDRESS.rpc);
    for (let i = 0n; i < CALLS; i++) {
      const envelope = toHex(signed(node, person(1).key, RPC_USER, first + i, [transfer(STREAM_USER, 1n)]));
      const started = performance.now();
      const call = { jsonrpc: "2.0", id: 1, method: "lakh_sendEnvelope", params: [envelope] };
      const { text } = await client.post(JSON.stringify(call));
      this.waits.rpc.push(performance.now() - started);
      const { result, error } = JSON.parse(text) as { result?: object; error?: { code: number } };
      expect(error?.code, "the honest user is refused").to.equal(undefined);
      tally.count("honest envelope", result === undefined ? "no receipt" : "receipt");
      await pause(PAUSE_MILLISECONDS);
    }
    client.close();
  }

  /** On a connection of its own. */
  private async byStream(first: bigint, tally: Tally): Promise<void> {
    const { node, rpc } = this.stage;
    const { client, hello } = await StreamClient.connect(rpc.port, ADDRESS.stream);
    expect(hello[0], "the honest user gets no connection").to.equal(0x80);
    for (let i = 0n; i < CALLS; i++) {
      const envelope = signed(node, person(2).key, STREAM_USER, first + i, [transfer(RPC_USER, 1n)]);
      const started = performance.now();
      const { outcomes } = await client.submit([envelope]);
      this.waits.stream.push(performance.now() - started);
      expect(outcomes[0]?.code, "the honest user is refused").to.equal(0);
      tally.count("honest envelope by the stream", "receipt");
      await pause(PAUSE_MILLISECONDS);
    }
    client.close();
  }
}

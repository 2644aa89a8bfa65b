/** The options of `npm run bench`. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { MIXES, type MixName } from "./load/mixes.ts";

export interface BenchOptions {
  readonly seconds: number;
  /** Before each run, seconds. Without it 4, or as long as a shorter run: enough to meet a million accounts once and learn their keys. */
  readonly warmUp: number;
  readonly accounts: number;
  readonly mix: MixName | { readonly csv: string };
  /** Envelopes a second; undefined: as many as the node takes. */
  readonly rate: number | undefined;
  /** LAKH_KERNELS of every process. */
  readonly kernels: "native" | "portable";
  readonly repeats: number;
  readonly json: boolean;
  readonly peers: boolean;
  readonly svg: string;
  /** One more run with a profiler: where the node's CPU time goes. */
  readonly stages: boolean;
  /** Folder that keeps the CPU profiles of that run. */
  readonly profile: string | undefined;
  readonly cores: number;
  /** The node's verifier threads. */
  readonly verifiers: number;
}

const WARM_UP_SECONDS = 4;

/** @throws Error that says what cannot be understood */
export function readOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: "string", default: "20" },
      "warm-up": { type: "string" },
      accounts: { type: "string", default: "1000000" },
      mix: { type: "string", default: "mix" },
      rate: { type: "string" },
      kernels: { type: "string", default: "native" },
      repeats: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
      peers: { type: "string", default: "yes" },
      svg: { type: "string", default: ".lakh/bench.svg" },
      stages: { type: "boolean", default: false },
      profile: { type: "string" },
      verifiers: { type: "string" },
    },
  });
  const { kernels, peers, svg, json, profile } = values;
  const cores = availableParallelism();
  if (kernels !== "native" && kernels !== "portable")
    throw new Error(`--kernels is native or portable, not ${kernels}`);
  if (peers !== "yes" && peers !== "no") throw new Error(`--peers is yes or no, not ${peers}`);
  const seconds = positive("seconds", values.seconds);
  return {
    seconds,
    warmUp: positive("warm-up", values["warm-up"] ?? String(Math.min(WARM_UP_SECONDS, seconds))),
    accounts: positive("accounts", values.accounts),
    mix: mixOf(values.mix),
    rate: values.rate === undefined ? undefined : positive("rate", values.rate),
    kernels,
    repeats: positive("repeats", values.repeats),
    json,
    peers: peers === "yes",
    svg,
    stages: values.stages || profile !== undefined,
    profile,
    cores,
    verifiers: positive("verifiers", values.verifiers ?? String(cores)),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number above 0, not ${text}`);
  return value;
}

function mixOf(text: string): BenchOptions["mix"] {
  const known = MIXES.find((name) => name === text);
  if (known !== undefined) return known;
  if (text.startsWith("csv:") && text.length > 4) return { csv: text.slice(4) };
  throw new Error(`--mix is one of ${MIXES.join(", ")}, or csv:FILE, not ${text}`);
}

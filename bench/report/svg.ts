/** A picture of a run: envelopes acknowledged a second, and the latency of receipts, over time. */
import { SLICE_MS, type Slice } from "../load/timeline.ts";
import { spreadOf } from "../measure/load-run.ts";
import { type Figures, threeOf } from "./figures.ts";

const WIDTH = 760;
const PANEL = 150;
const LEFT = 70;
const RIGHT = 20;
const TOP = 76;
const GAP = 46;
const HEIGHT = TOP + 2 * PANEL + GAP + 36;

interface Line {
  readonly values: readonly number[];
  readonly colour: string;
  readonly name: string;
}

interface Panel {
  readonly top: number;
  readonly title: string;
  readonly lines: readonly Line[];
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** The run whose rate is the median, below the three figures that belong together. */
export function drawSvg(figures: Figures): string {
  const { runs, machine, inputs } = figures;
  const { median } = spreadOf(runs.map(({ perSecond }) => perSecond));
  const nearest = runs.toSorted((a, b) => Math.abs(a.perSecond - median) - Math.abs(b.perSecond - median))[0];
  const { executed, replayed, dataLayer, bytes } = threeOf(figures);
  const head = [
    `executed ${whole(executed)}/s · replay-verified ${whole(replayed)}/s · data layer ${whole(dataLayer)}/s`,
    `signed envelopes: ${inputs.mix}, ${whole(inputs.accounts)} accounts; executed: durable, rooted, sealed, acknowledged end to end`,
    `replay-verified: what a follower checks; data layer: what Ethereum's blobs carry for everybody at ${bytes.toFixed(1)} bytes an envelope`,
    `${machine.cores} cores of ${machine.cpu}, the load generator on the same; kernels ${machine.kernels}; revision ${machine.revision}`,
  ] as const;
  return drawRun(nearest?.slices ?? [], head);
}

function drawRun(slices: readonly Slice[], [title, ...subtitles]: readonly [string, ...string[]]): string {
  const shown = slices.slice(0, -1); // the last slice is not whole
  const rate: Line = {
    name: "acknowledged envelopes a second",
    colour: "#2563eb",
    values: shown.map(({ acknowledged }) => (1000 * acknowledged) / SLICE_MS),
  };
  const latency = (pick: "p50" | "p99", colour: string): Line => {
    return { name: pick, colour, values: shown.map((slice) => slice[pick]) };
  };
  const panels: Panel[] = [
    { top: TOP, title: "envelopes a second, durable and receipted", lines: [rate] },
    {
      top: TOP + PANEL + GAP,
      title: "milliseconds from sending to receipt",
      lines: [latency("p50", "#059669"), latency("p99", "#d97706")],
    },
  ];
  const seconds = (shown.length * SLICE_MS) / 1000;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 18, title, 'font-size="14" font-weight="600"'),
    ...subtitles.map((line, i) => text(LEFT, 33 + 13 * i, line, 'fill="#64748b"')),
    ...panels.flatMap((panel) => drawPanel(panel, seconds)),
    text(WIDTH - RIGHT, HEIGHT - 8, "seconds", 'text-anchor="end" fill="#64748b"'),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ top, title, lines }: Panel, seconds: number): string[] {
  const most = niceAbove(Math.max(1, ...lines.flatMap(({ values }) => values)));
  const bottom = top + PANEL;
  const y = (value: number): number => bottom - (value / most) * (PANEL - 16);
  const out = [text(LEFT, top + 8, title, 'fill="#334155"')];
  for (let i = 0; i <= 4; i++) {
    const value = (most * i) / 4;
    out.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#e2e8f0"/>`,
      text(LEFT - 6, y(value) + 4, value.toLocaleString("en"), 'text-anchor="end" fill="#64748b"'),
    );
  }
  for (let i = 0; i <= 6; i++) {
    const x = LEFT + ((WIDTH - LEFT - RIGHT) * i) / 6;
    out.push(
      text(x, bottom + 14, ((seconds * i) / 6).toFixed(seconds < 30 ? 1 : 0), 'text-anchor="middle" fill="#64748b"'),
    );
  }
  lines.forEach(({ values, colour, name }, i) => {
    const step = (WIDTH - LEFT - RIGHT) / Math.max(1, values.length - 1);
    const points = values.map((value, at) => `${round(LEFT + at * step)},${round(y(value))}`).join(" ");
    out.push(`<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.6"/>`);
    if (lines.length > 1)
      out.push(text(WIDTH - RIGHT - 40 * (lines.length - 1 - i), top + 8, name, `text-anchor="end" fill="${colour}"`));
  });
  return out;
}

/** The next of 1, 2, 4, 5, 8 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function text(x: number, y: number, words: string, attributes: string): string {
  const safe = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${safe}</text>`;
}

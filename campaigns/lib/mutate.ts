/** Good bytes and texts made bad: the ways in which inputs go wrong on wires, on disks and by malice. */
import { concat } from "@lakh/protocol";

import type { Random } from "../../test/support/random.ts";

/** Values at which integers, lengths and prefixes turn. */
const EDGES = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0x83, 0x84, 0xbf, 0xc0, 0xfe, 0xff];

/** One to three changes; often the result is still nearly good. */
export function mutateBytes(good: Uint8Array, random: Random, other: Uint8Array = good): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(good); // `slice` of a Buffer is no copy
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + random.below(9));
    switch (random.below(8)) {
      case 0: // a bit
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
        break;
      case 1: // a byte
        if (at < bytes.length) bytes[at] = random.pick(EDGES);
        break;
      case 2: // cut short
        bytes = bytes.slice(0, at);
        break;
      case 3: // bytes behind
        bytes = concat(bytes, random.bytes(1 + random.below(20)));
        break;
      case 4: // bytes between
        bytes = concat(bytes.subarray(0, at), random.bytes(1 + random.below(4)), bytes.subarray(at));
        break;
      case 5: // bytes lost
        bytes = concat(bytes.subarray(0, at), bytes.subarray(end));
        break;
      case 6: // bytes twice
        bytes = concat(bytes.subarray(0, end), bytes.subarray(at));
        break;
      default: // another's end
        bytes = concat(bytes.subarray(0, at), other.subarray(Math.min(at, other.length)));
    }
  }
  return bytes;
}

const PIECES = [
  "",
  "0",
  "-1",
  "1e99",
  "18446744073709551616",
  "0x",
  "0xZZ",
  "null",
  "true",
  "[]",
  "{}",
  '"',
  "\\u0000",
  "\n",
  ",",
  "--",
  "__proto__",
  "constructor",
  "ß",
  "\u{1f4a5}",
  "\ud800",
  "NaN",
  "'",
  "=",
];

/** As {@link mutateBytes}, with pieces of text. */
export function mutateText(good: string, random: Random): string {
  let text = good;
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(text.length + 1);
    const end = random.chance(0.5) ? at : Math.min(text.length, at + 1 + random.below(12));
    const piece = random.chance(0.8) ? random.pick(PIECES) : text.slice(random.below(text.length + 1)).slice(0, 40);
    text = text.slice(0, at) + piece + text.slice(end);
  }
  return text;
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  "",
  "0x",
  "0x00",
  "1",
  "18446744073709551616",
  [],
  {},
  [[]],
  `0x${"ff".repeat(32)}`,
  `0x${"AB".repeat(20)}`,
];

/** A JSON value with one part replaced, dropped or added. */
export function mutateJson(good: unknown, random: Random): unknown {
  if (good === null || typeof good !== "object" || random.chance(0.1)) return random.pick(VALUES);
  const keys = Object.keys(good);
  const copy: Record<string, unknown> = { ...(good as Record<string, unknown>) };
  const key = keys.length === 0 ? "more" : random.pick(keys);
  const way = random.below(4);
  if (way === 0) delete copy[key];
  else if (way === 1) copy[random.pick(["more", "constructor", key.toUpperCase(), ` ${key}`])] = random.pick(VALUES);
  else if (way === 2) copy[key] = random.pick(VALUES);
  else copy[key] = mutateJson(copy[key], random);
  return Array.isArray(good) ? Object.values(copy) : copy;
}

/** What the campaign of bytes aims at: a parser each, with what must hold for good inputs and for bad ones. */
import { ConfigError } from "@lakh/bindings";
import { toHex } from "@lakh/protocol";
import { LakhError } from "@lakh/sdk";
import { CodedError } from "@lakh/service";

import type { Random } from "../../test/support/random.ts";
import { mutateBytes } from "./mutate.ts";

/** A parser of bytes in memory. */
export interface ByteTarget {
  readonly name: string;
  /** Inputs a round. */
  readonly inputs: number;
  /** Makes good inputs to start from; what it gives back is called for each bad one. */
  prepare(random: Random): ByteTrial;
}

/** Tries one input. @returns what came of it @throws what must not come of it */
export type ByteTrial = (random: Random) => string;

/** A parser with a wire or a file before it. */
export interface WireTarget {
  readonly name: string;
  /** Inputs a round. */
  readonly inputs: number;
  /** @returns what came of it @throws what must not come of it */
  try(random: Random): Promise<string> | string;
}

/** A parser whose inputs are bad forms of good ones. */
export interface SeededTarget {
  readonly name: string;
  /** Inputs a round. */
  readonly inputs: number;
  /** Makes good inputs; `check` says what came of one, and throws when that must not be. */
  seed(random: Random): { readonly good: readonly Uint8Array[]; readonly check: (bytes: Uint8Array) => string };
}

/** A bad form of one of them; now and then nothing like them. */
export function mutant(good: readonly Uint8Array[], random: Random): Uint8Array {
  if (random.chance(0.05)) return random.bytes(random.below(200));
  return mutateBytes(random.pick(good), random, random.pick(good));
}

export function mutating({ name, inputs, seed }: SeededTarget): ByteTarget {
  return {
    name,
    inputs,
    prepare: (random) => {
      const { good, check } = seed(random);
      return (next) => check(mutant(good, next));
    },
  };
}

export const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** What decodes encodes to the same bytes. */
export function sameBytes(bytes: Uint8Array, again: Uint8Array): string {
  if (Buffer.compare(bytes, again) !== 0) throw new Error(`two forms of one value: ${toHex(bytes)}, ${toHex(again)}`);
  return "decoded";
}

/** The code of an expected fault; any other error goes on. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "taken";
  } catch (error) {
    if (error instanceof CodedError || error instanceof ConfigError || error instanceof LakhError) return error.code;
    throw error;
  }
}

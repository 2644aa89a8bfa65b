/** A truth that is none, told without contradiction: what liars of stories, tests and campaigns play by. */
import { keccak256, fromHex, machineHash, stepsPerSegment, pathLength, toHex, traceRange } from "@lakh/protocol";
import type { Hex, Machine } from "@lakh/protocol";
import type { ClaimSpan, Truth } from "@lakh/service";

/** How a liar's machines differ from the true ones of a claim. */
export interface Lie {
  /** Whether the claim's own machine is true; then only what lies between is wrong. Else its root is false. */
  readonly endIsTrue: boolean;
  /** The hash that is told after so many steps of the claim, in place of the true one. */
  tell(step: number, hash: Hex): Hex;
}

export function falsify(hash: Hex): Hex {
  return toHex(keccak256(fromHex(hash)));
}

/** True machines for so many steps, false ones from then on. */
export function wrongAfter(honestSteps: number): Lie {
  return { endIsTrue: false, tell: (step, hash) => (step > honestSteps ? falsify(hash) : hash) };
}

/** What a liar says instead of the truth about one claim: a trace ends where the segment above it does. */
export function lyingTruth(
  truth: Truth,
  { startEntry, endEntry }: Pick<ClaimSpan, "startEntry" | "endEntry">,
  { endIsTrue, tell }: Lie,
): Truth {
  const endOf = (machine: Machine): Machine =>
    endIsTrue ? machine : { ...machine, stateRoot: falsify(machine.stateRoot) };
  return {
    refresh: (signal) => truth.refresh(signal),
    length: () => truth.length(),
    accAt: (entry) => truth.accAt(entry),
    itemsBetween: (from, to) => truth.itemsBetween(from, to),
    proofOf: (span, step) => truth.proofOf(span, step),
    machineAt: async (entry) => {
      const machine = await truth.machineAt(entry);
      return entry === endEntry && machine !== undefined ? endOf(machine) : machine;
    },
    trace: async (span, path) => {
      const { from } = traceRange(span.fanout, span.levels, path);
      const every = stepsPerSegment(span.fanout, span.levels, pathLength(path));
      const items = await truth.itemsBetween(startEntry, endEntry);
      const end = machineHash(endOf((await truth.machineAt(endEntry)) as Machine));
      return (await truth.trace(span, path)).map((hash, i) => {
        const step = from + (i + 1) * every;
        return step >= items ? end : tell(step, hash);
      });
    },
  };
}

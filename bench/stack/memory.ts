/** What a node says of its own memory, and whether memory stayed flat over a run. */

export const MIB = 2 ** 20;

/** Bytes; `buffers` is part of `external`. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
  readonly buffers: number;
}

const NAMES = {
  resident: "process_resident_memory_bytes",
  heap: "nodejs_heap_size_total_bytes",
  external: "nodejs_external_memory_bytes",
  buffers: "nodejs_array_buffers_bytes",
} as const satisfies Record<keyof Memory, string>;

/** Of the process that serves `/metrics` at this address. */
export async function memoryOf(url: string): Promise<Memory> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string): number => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)`, "m").exec(text)?.[1]);
  return {
    resident: read(NAMES.resident),
    heap: read(NAMES.heap),
    external: read(NAMES.external),
    buffers: read(NAMES.buffers),
  };
}

export function describeMemory({ resident, heap, external, buffers }: Memory): string {
  const mib = (bytes: number): string => (bytes / MIB).toFixed(0);
  return `${mib(resident)} MiB (heap ${mib(heap)}, external ${mib(external)}, of it buffers ${mib(buffers)})`;
}

export interface Growth {
  /** Medians of the resident memory in the middle and the last third of the looks, bytes. */
  readonly middle: number;
  readonly last: number;
}

/** The first third is warm-up. @throws RangeError with fewer than three looks */
export function growthOf(looks: readonly Memory[]): Growth {
  const third = Math.floor(looks.length / 3);
  if (third === 0) throw new RangeError(`${looks.length} looks are too few to speak of growth`);
  const resident = looks.map((look) => look.resident);
  return { middle: median(resident.slice(third, 2 * third)), last: median(resident.slice(2 * third)) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

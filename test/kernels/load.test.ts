import { KernelsUnavailableError, UnknownKernelsError, loadKernels } from "@lakh/kernels";
import { expect } from "chai";

import { natives } from "./implementations.ts";

const code = (error: unknown): string => (error as { code: string }).code;

describe("kernels: loadKernels", () => {
  it("obeys a forced choice", async () => {
    expect((await loadKernels("portable")).name).to.equal("portable");
    if (natives.length > 0) {
      expect((await loadKernels("native")).name).to.equal(natives.at(-1)?.name);
      expect((await loadKernels("native-scalar")).name).to.equal("native-scalar");
    } else
      expect(code(await loadKernels("native").catch((error) => error))).to.equal(new KernelsUnavailableError().code);
  });

  it("takes the best by itself", async () => {
    expect((await loadKernels("")).name).to.equal(natives.at(-1)?.name ?? "portable");
  });

  it("refuses a name that it does not know", async () => {
    const error: unknown = await loadKernels("fast").catch((error: unknown) => error);
    expect(error).to.be.instanceOf(UnknownKernelsError);
    expect(code(error)).to.equal("KERNELS_UNKNOWN");
  });
});

describe("kernels: arguments of the native ones", () => {
  for (const kernels of natives)
    it(`${kernels.name}: refuses arrays that are too short, wrong spans and wrong levels`, () => {
      const bytes = (length: number) => new Uint8Array(length);
      const words = (...values: number[]) => Uint32Array.from(values);
      const memory = {
        records: bytes(64),
        heads: words(0, 0, 0, 0),
        dirty: words(),
        imageHeads: words(),
        imageWords: words(),
        registers: words(0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0), // two objects
      };
      const run = { data: bytes(10), spans: words(0, 5), signers: bytes(20), first: 0, count: 1 };
      const block = { data: bytes(10), count: 1, tags: bytes(64), objectCount: 2, domain: bytes(32) };
      const calls = [
        () => kernels.keccakBatch(bytes(10), words(11), 1, bytes(32)),
        () => kernels.keccakBatch(bytes(10), words(5, 4), 2, bytes(64)),
        () => kernels.keccakBatch(bytes(10), words(5), 2, bytes(64)),
        () => kernels.keccakBatch(bytes(10), words(5), 1, bytes(31)),
        () => kernels.recoverBatch(bytes(31), bytes(64), 1, bytes(20)),
        () => kernels.recoverBatch(bytes(32), bytes(63), 1, bytes(20)),
        () => kernels.recoverBatch(bytes(32), bytes(64), 1, bytes(19)),
        () => kernels.recoverBatch(bytes(32), bytes(64), 1, bytes(20), bytes(63)),
        () => kernels.recoverBatch(bytes(32), bytes(64), -1, bytes(20)),
        () => kernels.recoverBatch(bytes(32), bytes(64), 0.5, bytes(20)),
        () => kernels.digestBatch({ ...block, spans: words(0, 11) }, bytes(32), bytes(64), bytes(1)),
        () => kernels.digestBatch({ ...block, spans: words(5, 4) }, bytes(32), bytes(64), bytes(1)),
        () => kernels.digestBatch({ ...block, spans: words(0, 5), objectCount: 3 }, bytes(32), bytes(64), bytes(1)),
        () => kernels.treeUpdate([bytes(128), bytes(32)], words(4), 1),
        () => kernels.treeUpdate([bytes(96), bytes(32)], words(0), 1),
        () => kernels.treeUpdate([bytes(128), bytes(0)], words(0), 1),
        () => kernels.treeUpdate([bytes(128), bytes(32)], words(0), 2),
        () => kernels.applyPlain(memory, { ...run, spans: words(0, 11) }),
        () => kernels.applyPlain(memory, { ...run, signers: bytes(19) }),
        () => kernels.applyPlain(memory, { ...run, first: 1 }),
        () => kernels.applyPlain({ ...memory, registers: words(0) }, { ...run, count: 0 }),
        () => kernels.applyPlain({ ...memory, heads: words(0, 0, 0) }, { ...run, count: 0 }),
      ];
      calls.forEach((call, i) =>
        expect(call, `call ${i}`).to.throw(RangeError).with.property("code", "KERNELS_ARGUMENT"),
      );
    });
});

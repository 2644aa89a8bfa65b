/** Every implementation of the kernels that this machine can run, the portable one first, and what they must agree with. */
import {
  ADDRESS_BYTES,
  KEY_BYTES,
  type Kernels,
  createNativeKernels,
  createPortableKernels,
  nativeModes,
  recoverReference,
} from "@lakh/kernels";
import { keccak256 } from "@lakh/protocol";

export const portable: Kernels = createPortableKernels();

/** Native kernels in every mode that was built and that this CPU has. */
export const natives: Kernels[] = nativeModes().flatMap((mode) => createNativeKernels(mode) ?? []);

export const all: Kernels[] = [portable, ...natives];

/** Recovery by libsecp256k1, one signature at a time: an implementation that shares nothing with the others. */
export const reference: Pick<Kernels, "recoverBatch"> = {
  recoverBatch(digests, signatures, count, outAddresses, outKeys) {
    for (let i = 0; i < count; i++) {
      const key = recoverReference(digests, signatures, i);
      outAddresses.set(
        key === undefined ? new Uint8Array(ADDRESS_BYTES) : keccak256(key).subarray(12),
        ADDRESS_BYTES * i,
      );
      outKeys?.set(key ?? new Uint8Array(KEY_BYTES), KEY_BYTES * i);
    }
  },
};

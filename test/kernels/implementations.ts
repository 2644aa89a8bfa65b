/** Every implementation of the kernels that this machine can run, the portable one first. */
import { type Kernels, createNativeKernels, createPortableKernels, nativeModes } from "@lakh/kernels";

export const portable: Kernels = await createPortableKernels();

/** Native kernels in every mode that was built and that this CPU has. */
export const natives: Kernels[] = nativeModes().flatMap((mode) => createNativeKernels(mode) ?? []);

export const all: Kernels[] = [portable, ...natives];

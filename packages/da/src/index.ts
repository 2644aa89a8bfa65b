export { type Kzg, loadKzg, loadNative, loadPortable } from "./kzg.ts";
export { elementPoint, elementProver, versionedHash, versionedHashes } from "./opening.ts";
export { BLOB_BYTES, BLOB_CAPACITY, blobsFor, isPacked, packBlobs, unpackBlobs } from "./packing.ts";
export { type Sidecar, type SidecarBlob, type SidecarForm, makeSidecar } from "./sidecar.ts";
export { KzgFault, type KzgFaultCode, KzgThread, type KzgThreadConfig } from "./thread.ts";

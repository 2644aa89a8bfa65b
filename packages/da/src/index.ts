export { BLOB_CAPACITY, BLOB_ELEMENTS, ELEMENT_BYTES, packBlobs, unpackBlobs } from "./packing.ts";

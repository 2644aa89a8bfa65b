/** The files that a deployment is written into. They are made before anything is paid for that they must hold. */
import { existsSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { fatal, jsonComplaint } from "@lakh/service";

/** Makes the file, empty, unless it exists. @returns how to take it away again while it is empty */
export function reserve(file: string): () => void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "", { flag: "a" });
  } catch (error) {
    throw fatal("BadFile", `cannot make ${file}: ${String(error)}`, { file }, error);
  }
  return () => {
    if (existsSync(file) && readFileSync(file, "utf8") === "") unlinkSync(file);
  };
}

/**
 * What the file says already must be of the deployment with this Inbox.
 * @throws CodedError fatal `FileExists`: the addresses of another deployment are never overwritten
 */
export function requireFree(file: string, inbox: string): void {
  const text = readFileSync(file, "utf8");
  if (text !== "" && !text.includes(`"inbox": "${inbox}"`))
    throw fatal("FileExists", `${file} exists and is of another deployment: move it away, or name another`, { file });
}

/** Whole or not at all. */
export function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { flush: true });
  renameSync(`${file}.new`, file);
}

/** Reads JSON that a person wrote. @throws CodedError fatal `BadFile` */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw fatal("BadFile", `cannot read ${file} as JSON: ${jsonComplaint(error)}`, { file });
  }
}

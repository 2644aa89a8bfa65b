import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository that this program runs from. */
export const REPO = join(dirname(fileURLToPath(import.meta.url)), "../../..");

import { LOG_LEVELS } from "../log.ts";
import { choice, gwei, integer, optional, path, secret, url } from "./kinds.ts";

/** Options that every daemon has. */
export const serviceOptions = {
  logLevel: choice(LOG_LEVELS, { help: "least level that is logged", fallback: "info" }),
  logFormat: choice(["json", "text"], { help: "one JSON object a line, or text for people", fallback: "json" }),
  monitorHost: choice(["127.0.0.1", "0.0.0.0", "::1", "::"], {
    help: "address that serves /healthz and /metrics",
    fallback: "127.0.0.1",
  }),
  monitorPort: optional(
    integer(0, 65_535, { help: "port of /healthz and /metrics; 0: any free one; not given: none" }),
  ),
};

/** Options of a daemon that reads L1. */
export const l1Options = {
  l1Url: url({ help: "JSON-RPC of L1" }),
  l1ChainId: optional(integer(1, Number.MAX_SAFE_INTEGER, { help: "chain id that L1 must have" })),
  deployment: path({
    help: "JSON file of the deployment's addresses, as `lakh deploy` writes it, or the chain id of a recorded one",
  }),
};

/** Options of a daemon that sends L1 transactions with its own key. */
export const senderOptions = {
  key: secret({ help: "private key, 0x and 64 hex digits; or use keyFile" }),
  keyFile: optional(path({ help: "file with the private key, or an encrypted ethers keystore (JSON)" })),
  keyPassword: secret({ help: "password of the keystore" }),
  dataDir: path({ help: "folder for the journal of transactions sent" }),
  maxFeeGwei: gwei({ help: "most gwei a gas paid; above it the service alerts and waits", fallback: 200n * 10n ** 9n }),
  tipGwei: gwei({ help: "priority fee, gwei a gas", fallback: 10n ** 9n }),
};

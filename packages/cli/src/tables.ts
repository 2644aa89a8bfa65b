/** Options that several commands share. */
import { integer, optional, path, secret, toggle, url } from "@lakh/service";

export const jsonTable = { json: toggle({ help: "print one JSON value" }) };

export const nodeTable = {
  rpcUrl: url({ help: "the node's JSON-RPC", fallback: "http://127.0.0.1:8645" }),
  l1Url: url({ help: "JSON-RPC of L1", fallback: "http://127.0.0.1:8545" }),
  ...jsonTable,
};

export const keyTable = {
  key: secret({ help: "private key, 0x and 64 hex digits; or use keyFile" }),
  keyFile: optional(path({ help: "file with the private key, or an encrypted ethers keystore (JSON)" })),
  keyPassword: secret({ help: "password of the keystore" }),
};

export const signerTable = {
  ...nodeTable,
  ...keyTable,
  account: optional(
    integer(1, 2 ** 28 - 1, { help: "index of the account that acts; not given: the first one that the key owns" }),
  ),
};

export const unitsTable = { units: toggle({ help: "amounts are whole L2 units, not tokens with decimals" }) };

export const envelopeTable = {
  ...signerTable,
  ...unitsTable,
  forced: toggle({ help: "go around the sequencer: put the envelope into the L1 queue" }),
};

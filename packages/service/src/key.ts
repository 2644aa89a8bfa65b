import { readFileSync } from "node:fs";

import { HDNodeWallet, Wallet, type BaseWallet } from "ethers";

import { fatal } from "./errors.ts";

/** Where a key is: from the options `key`, `keyFile` and `keyPassword`. */
export interface KeySource {
  readonly key: string | undefined;
  readonly keyFile: string | undefined;
  readonly keyPassword: string | undefined;
}

/** Chain ids of development chains. */
const LOCAL_CHAINS: readonly bigint[] = [31_337n, 1_337n];
/** The mnemonic that Hardhat and anvil fund; everybody has these keys. */
const DEV_MNEMONIC = "test test test test test test test test test test test junk";
const DEV_ACCOUNTS = 20;

/** Whether the chain is a development chain, where well-known keys are fine. */
export function isLocalChain(chainId: bigint): boolean {
  return LOCAL_CHAINS.includes(chainId);
}

/**
 * The key of a service.
 * @param chainId of L1: well-known development keys are refused on any other than a local chain
 * @throws CodedError fatal `MissingKey`, `BadKey`, `DevelopmentKey`
 */
export async function loadKey(source: KeySource, chainId: bigint): Promise<BaseWallet> {
  if (source.key !== undefined && source.keyFile !== undefined) {
    throw fatal("BadKey", "give either key or keyFile, not both", { expects: "one of key, keyFile" });
  }
  const wallet = source.key === undefined ? await fromFile(source) : fromHex(source.key, "key");
  if (!isLocalChain(chainId) && isDevelopmentKey(wallet.address)) {
    const data = { address: wallet.address, chainId };
    throw fatal("DevelopmentKey", `${wallet.address} is a well-known development key: never on chain ${chainId}`, data);
  }
  return wallet;
}

async function fromFile({ keyFile, keyPassword }: KeySource): Promise<BaseWallet> {
  if (keyFile === undefined) {
    throw fatal("MissingKey", "no key: give it by environment (…_KEY) or as a file (keyFile)", {
      expects: "key, keyFile",
    });
  }
  const content = readKeyFile(keyFile).trim();
  if (!content.startsWith("{")) return fromHex(content, keyFile);
  if (keyPassword === undefined) {
    throw fatal(
      "MissingKey",
      `${keyFile} is an encrypted keystore: give its password by environment (…_KEY_PASSWORD)`,
      {
        keyFile,
        expects: "keyPassword",
      },
    );
  }
  try {
    return await Wallet.fromEncryptedJson(content, keyPassword);
  } catch {
    // The cause stays out: it may carry what was decrypted.
    throw fatal("BadKey", `cannot open the keystore ${keyFile}: wrong password, or no ethers keystore`, { keyFile });
  }
}

function readKeyFile(keyFile: string): string {
  try {
    return readFileSync(keyFile, "utf8");
  } catch (error) {
    throw fatal("BadKey", `cannot read the key file ${keyFile}: ${String(error)}`, { keyFile }, error);
  }
}

function fromHex(text: string, where: string): BaseWallet {
  const expects = "0x and 64 hex digits, from 1 below the order of secp256k1";
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw fatal("BadKey", `${where}: expected ${expects}`, { where, expects });
  try {
    return new Wallet(text);
  } catch {
    throw fatal("BadKey", `${where}: expected ${expects}`, { where, expects });
  }
}

function isDevelopmentKey(address: string): boolean {
  const root = HDNodeWallet.fromPhrase(DEV_MNEMONIC, undefined, "m/44'/60'/0'/0");
  return Array.from({ length: DEV_ACCOUNTS }, (_, i) => root.deriveChild(i).address).includes(address);
}

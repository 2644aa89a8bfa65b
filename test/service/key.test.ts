import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { encryptKeystoreJson, Wallet } from "ethers";

import { CodedError, loadKey, type KeySource } from "@lakh/service";

const DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const KEY = "0x" + "12".repeat(32);

async function codeOf(source: Partial<KeySource>, chainId = 1n): Promise<string> {
  try {
    await loadKey({ key: undefined, keyFile: undefined, keyPassword: undefined, ...source }, chainId);
  } catch (error) {
    if (error instanceof CodedError) return `${error.severity} ${error.code}`;
    throw error;
  }
  return "none";
}

describe("service > loadKey", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-key-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("reads a key from the environment, a file, or a keystore", async () => {
    const plain = join(folder, "plain");
    const keystore = join(folder, "keystore.json");
    writeFileSync(plain, KEY + "\n");
    const wallet = new Wallet(KEY);
    writeFileSync(
      keystore,
      await encryptKeystoreJson(wallet, "word", { scrypt: { N: 2 }, progressCallback: () => undefined }),
    );
    const none = { key: undefined, keyFile: undefined, keyPassword: undefined };
    expect((await loadKey({ ...none, key: KEY }, 1n)).address).to.equal(wallet.address);
    expect((await loadKey({ ...none, keyFile: plain }, 1n)).address).to.equal(wallet.address);
    expect((await loadKey({ ...none, keyFile: keystore, keyPassword: "word" }, 1n)).address).to.equal(wallet.address);
    expect(await codeOf({ keyFile: keystore })).to.equal("fatal MissingKey");
    expect(await codeOf({ keyFile: keystore, keyPassword: "other" })).to.equal("fatal BadKey");
  });

  it("refuses no key, two keys and rubbish", async () => {
    expect(await codeOf({})).to.equal("fatal MissingKey");
    expect(await codeOf({ key: KEY, keyFile: "x" })).to.equal("fatal BadKey");
    expect(await codeOf({ key: "0x12" })).to.equal("fatal BadKey");
    expect(await codeOf({ key: "0x" + "00".repeat(32) })).to.equal("fatal BadKey");
    expect(await codeOf({ keyFile: join(folder, "none") })).to.equal("fatal BadKey");
  });

  it("refuses well-known development keys on a chain that is not local", async () => {
    expect(await codeOf({ key: DEVELOPMENT_KEY }, 1n)).to.equal("fatal DevelopmentKey");
    expect(await codeOf({ key: DEVELOPMENT_KEY }, 31_337n)).to.equal("none");
  });
});

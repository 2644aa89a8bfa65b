/** docs/TRUST.md points at lines that are what it says, names mainnet's figures, and there is no power that it conceals. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { artifacts } from "hardhat";

import mainnet from "../../parameters/mainnet.json" with { type: "json" };

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const trust = read("docs/TRUST.md");
const DAY = 86_400;
const HOUR = 3_600;

const CONTRACTS = ["Inbox", "Bridge", "Claims", "StepVerifier", "WalletOps", "SessionOps", "PoolOps"] as const;
const POWERS = /owner|admin|govern|upgrade|implementation|initiali|pause|role|guardian|council/i;
/** Ways to run code that was not there at construction, or to take code away. */
const FORBIDDEN = new Map([
  [0xf2, "CALLCODE"],
  [0xf4, "DELEGATECALL"],
  [0xff, "SELFDESTRUCT"],
]);
const [PUSH1, PUSH32] = [0x60, 0x7f];

/** Opcodes of runtime code, without what the pushes hold. Data behind the code may add some, and hides none. */
function opcodes(code: Uint8Array): Set<number> {
  const met = new Set<number>();
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] as number;
    met.add(opcode);
    if (PUSH1 <= opcode && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return met;
}

describe("docs/TRUST.md", () => {
  const links = [...trust.matchAll(/\[`(?:(\w+)\.)?(\w+)`\]\(\.\.\/(contracts\/[\w/]+\.sol)#L(\d+)\)/g)];

  it("points at the lines of the functions and contracts that it names", () => {
    expect(links.length).to.be.greaterThan(25);
    for (const [link, contract, name, file = "", line] of links) {
      const text = read(file).split("\n")[Number(line) - 1] ?? "";
      expect(text, link).to.match(new RegExp(contract === undefined ? `^contract ${name} ` : `\\bfunction ${name}\\(`));
      if (contract !== undefined) expect(file, link).to.match(new RegExp(`/${contract}\\.sol$`));
    }
  });

  it("names no function of a contract without its line", () => {
    const unlinked = trust.replace(/\[`[^`]*`\]\([^)]*\)/g, "");
    const bare = [...unlinked.matchAll(/`(Inbox|Bridge|Claims|StepVerifier|LineRules|ClaimRules)\.(\w+)`/g)];
    expect(bare.map(([reference]) => reference)).to.deep.equal([]);
  });

  it("names mainnet's figures", () => {
    expect(mainnet.challengeSeconds.value).to.equal(7 * DAY);
    expect([mainnet.defendSeconds.value, mainnet.replySeconds.value]).to.deep.equal([3 * DAY, 3 * DAY]);
    expect(mainnet.forceDelaySeconds.value).to.equal(12 * HOUR);
    expect(mainnet.sequencerSilenceSeconds.value).to.equal(24 * HOUR);
    expect(mainnet.maxTimeDriftSeconds.value).to.equal(HOUR);
    expect(mainnet.challengeBondWei.value).to.equal(String(4n * 10n ** 18n));
    for (const figure of [
      "604,800 (7 days)",
      "7 + 6 L days: 13, 19 or 25",
      "with 4 ETH",
      "after 12 hours",
      "after 24 hours",
    ])
      expect(trust, figure).to.include(figure);
  });

  for (const contract of CONTRACTS)
    it(`is right that ${contract} has no owner, proxy, pause or setter`, async () => {
      const { abi, deployedBytecode } = await artifacts.readArtifact(contract);
      const functions = (abi as readonly { type: string; name?: string }[]).filter(({ type }) => type === "function");
      const power = (name: string): boolean => /^set[A-Z]/.test(name) || POWERS.test(name);
      expect(functions.flatMap(({ name = "" }) => (power(name) ? [name] : []))).to.deep.equal([]);
      const met = opcodes(Buffer.from(deployedBytecode.slice(2), "hex"));
      expect([...FORBIDDEN].filter(([opcode]) => met.has(opcode)).map(([, name]) => name)).to.deep.equal([]);
    });
});

/** The public development mnemonic, which Hardhat and anvil fund: who holds which account. */
import type { Hex } from "@lakh/protocol";
import { HDNodeWallet } from "ethers";

const MNEMONIC = "test test test test test test test test test test test junk";

/** Account numbers; parameters/devnet.json names the first three. */
export const ROLES = {
  deployer: 0,
  sequencer: 1,
  batcher: 2,
  proposer: 3,
  challenger: 4,
  liar: 5,
  alice: 6,
  bob: 7,
  carol: 8,
} as const;

/** The private key of a role. */
export function keyOf(role: keyof typeof ROLES): Hex {
  const root = HDNodeWallet.fromPhrase(MNEMONIC, undefined, "m/44'/60'/0'/0");
  return root.deriveChild(ROLES[role]).privateKey as Hex;
}

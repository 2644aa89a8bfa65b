/** The machine that every deployment starts with (docs/spec/records.md, machine.md). */
import { concat, keccak256, toBeHex } from "ethers";

const ZERO = `0x${"00".repeat(32)}`;
const TREE_DEPTH = 20;
const ETH_RECORD = concat(["0x01", `0x${"00".repeat(20)}`, toBeHex(9, 1)]);

/** As the `Machine` struct of the contracts takes it: only the ETH asset exists, at index 1. */
export function genesisMachine() {
  let node = keccak256(concat([ZERO, keccak256(ETH_RECORD), ZERO, ZERO]));
  for (let level = 1; level < TREE_DEPTH; level++) node = keccak256(concat([node, ZERO, ZERO, ZERO]));
  return { stateRoot: node, nextObject: 2, nextExit: 0n, entry: 0n, cursor: 0, time: 0n, fees: 0n };
}

/** Compiles the peers' contract with the compiler of the project's own contracts. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { keyOf } from "@lakh/devnet";
import { Interface, computeAddress, getCreateAddress } from "ethers";

interface Compiler {
  compile(input: string): string;
}

interface Output {
  readonly contracts: Record<string, Record<string, { abi: []; evm: { bytecode: { object: string } } }>>;
}

export interface Pair {
  readonly bytecode: string;
  readonly abi: Interface;
  /** Where it stands when it is the first that the first account of the chain deploys. */
  readonly address: string;
}

export function compilePair(): Pair {
  const solc = createRequire(import.meta.url)("solc") as Compiler;
  const content = readFileSync(join(import.meta.dirname, "Pair.sol"), "utf8");
  const input = {
    language: "Solidity",
    sources: { "Pair.sol": { content } },
    settings: {
      evmVersion: "osaka",
      optimizer: { enabled: true, runs: 10_000 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const { contracts } = JSON.parse(solc.compile(JSON.stringify(input))) as Output;
  const pair = contracts["Pair.sol"]?.Pair;
  if (pair === undefined) throw new Error("Pair.sol does not compile");
  const deployer = computeAddress(keyOf("deployer"));
  return {
    address: getCreateAddress({ from: deployer, nonce: 0 }),
    bytecode: `0x${pair.evm.bytecode.object}`,
    abi: new Interface(pair.abi),
  };
}

import { createRequire } from "node:module";

import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    version: "0.8.37",
    // The compiler comes from npm: nothing is downloaded at build time.
    path: require.resolve("solc/soljson.js"),
    settings: {
      evmVersion: "osaka",
      viaIR: true,
      optimizer: { enabled: true, runs: 10_000 },
      metadata: { bytecodeHash: "none" },
      outputSelection: { "*": { "*": ["storageLayout"] } },
    },
  },
  paths: { sources: "./contracts", tests: "./test", artifacts: "./artifacts", cache: "./cache" },
  typechain: { outDir: "./packages/bindings/src/generated/contracts" },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    node: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      chainId: 31337,
      mining: { auto: false, interval: 1000 },
    },
  },
  test: { mocha: { timeout: 120_000 } },
});

import { createRequire } from "node:module";

import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

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
    // Hardhat takes blob transactions only while it mines each one at once.
    blobNode: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "osaka",
      chainId: 31337,
      mining: { auto: true, interval: 1000 },
      allowBlocksWithSameTimestamp: true,
    },
    // For `hardhat verify`, see `lakh verify`; both variables may also be in Hardhat's keystore.
    l1: { type: "http", chainType: "l1", url: configVariable("LAKH_L1_URL") },
  },
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
  test: { mocha: { timeout: 120_000 } },
});

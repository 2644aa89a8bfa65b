/** Typechain factories (ethers), `as const` ABIs (viem) of every contract that integrators touch. */
export * from "./generated/contracts/index.js";
export * from "./generated/abis.js";

/** Typechain factories (ethers), `as const` ABIs (viem; also alone at `@lakh/bindings/abis`), deployments. */
export * from "./generated/contracts/index.js";
export * from "./generated/abis.js";
export { deployLakh } from "./deploy.js";
export { deploymentText, readDeployment, type Deployment } from "./deployment.js";
export { ConfigError } from "./errors.js";
export { genesisMachine } from "./genesis.js";
export { parametersJson, readParameters, type Parameters, type Roles } from "./parameters.js";

/** Typechain factories (ethers), `as const` ABIs (viem; also alone at `@lakh/bindings/abis`), deployments. */
export * from "./generated/contracts/index.js";
export * from "./generated/abis.js";
export { deployLakh } from "./deploy.js";
export { deploymentJson, deploymentText, readDeployment, type Deployment } from "./deployment.js";
export { ConfigError } from "./errors.js";
export { genesisMachine } from "./genesis.js";
export {
  CONTRACT_NAMES,
  constructorArguments,
  initCodeOf,
  planDeployment,
  plannedDeployment,
  type Argument,
  type ContractName,
  type PlannedContract,
} from "./plan.js";
export {
  deploymentRecords,
  deployments,
  readRecord,
  recordText,
  type ContractRecord,
  type DeploymentRecord,
} from "./record.js";
export { runtimeCode } from "./generated/code.js";
export { chainIdsOf, parametersJson, readParameters, type Parameters, type Roles } from "./parameters.js";

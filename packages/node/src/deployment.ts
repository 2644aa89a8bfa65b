/** What a node must know of a deployment; the deployment file of `@lakh/bindings` holds it. */
export interface NodeDeployment {
  readonly chainId: number;
  /** L1 block from which logs are read. */
  readonly deployedAtBlock: number;
  readonly inbox: string;
  readonly bridge: string;
  readonly claims: string;
  readonly stepVerifier: string;
  /** Who signs receipts. */
  readonly sequencer: string;
  /** Owner of the accounts that may collect fees. */
  readonly feeRecipient: string;
}

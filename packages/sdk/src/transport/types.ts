/** How a client talks to a node. */
export interface Transport {
  /**
   * One JSON-RPC request.
   * @throws UnreachableError, BadResponseError, or the typed RpcError that the node answered
   */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Opens a subscription; the promise resolves to a function that ends it. */
  subscribe(params: readonly unknown[], listener: SubscriptionListener): Promise<() => Promise<void>>;
  /** Closes what is open. Requests after that open it again. */
  close(): void;
}

export interface SubscriptionListener {
  readonly onResult: (result: unknown) => void;
  /** UnreachableError: the connection is gone, and the subscription with it: subscribe again. */
  readonly onError: (error: Error) => void;
}

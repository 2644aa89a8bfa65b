/** JSON-RPC of a node that may be killed at any moment. */

/** A fault that the node answered with. */
export class Answered extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(method: string, { code, message, data }: { code: number; message: string; data?: unknown }) {
    super(`${method}: ${message}`);
    this.code = code;
    this.data = data;
  }
}

/** @throws Answered; whatever fetch throws when the node is gone */
export async function ask<T>(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: signal ?? null,
  });
  const { result, error } = (await response.json()) as { result: T; error?: { code: number; message: string } };
  if (error !== undefined) throw new Answered(method, error);
  return result;
}

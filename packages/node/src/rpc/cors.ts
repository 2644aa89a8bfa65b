/** Which web pages may use the RPC: those of the origins that the operator names (Fetch standard, "CORS protocol"). */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";

/** Time for which a browser need not ask again. */
const MAX_AGE_SECONDS = 86_400;

/** The headers that let the request's page read the answer; undefined when it comes from none, or may not. */
export function corsHeaders(origins: readonly string[], { headers }: IncomingMessage): OutgoingHttpHeaders | undefined {
  const { origin } = headers;
  if (origin === undefined || !mayCall(origins, origin)) return undefined;
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": String(MAX_AGE_SECONDS),
    vary: "origin",
  };
}

/** Whether a WebSocket may be opened: browsers do not ask beforehand, but say which page it is. */
export function mayUpgrade(origins: readonly string[], { headers }: IncomingMessage): boolean {
  return headers.origin === undefined || mayCall(origins, headers.origin);
}

function mayCall(origins: readonly string[], origin: string): boolean {
  return origins.includes("*") || origins.includes(origin);
}

/** Why a file could not be read as JSON, without its content: V8's own words quote the text, which may hold a key. */
export function jsonComplaint(error: unknown): string {
  if (!(error instanceof SyntaxError)) return error instanceof Error ? error.message : String(error);
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0];
  return place === undefined ? "it is not JSON" : `it is not JSON ${place}`;
}

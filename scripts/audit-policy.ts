/** Judges npm's advisories by the policy. */

export interface Policy {
  /** Severities that fail, by what the package is for. */
  readonly fails: { readonly runtime: readonly string[]; readonly development: readonly string[] };
  readonly accepted: readonly Acceptance[];
}

export interface Acceptance {
  /** The advisory's address, as npm gives it. */
  readonly url: string;
  readonly reason: string;
  /** First day on which it is not accepted any more, YYYY-MM-DD. */
  readonly until: string;
}

export interface Advisory {
  readonly url: string;
  readonly name: string;
  readonly title: string;
  readonly severity: string;
}

/** Advisories in the answer of `npm audit --json`. @throws Error with npm's words when it is no report */
export function advisoriesOf(report: unknown): Advisory[] {
  const { vulnerabilities, message } = report as {
    vulnerabilities?: Record<string, { via: readonly (string | Advisory)[] }>;
    message?: string;
  };
  if (vulnerabilities === undefined) throw new Error(message ?? "npm audit gave no report");
  const found = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((cause) => typeof cause !== "string"));
  return [...new Map(found.map((advisory) => [advisory.url, advisory])).values()];
}

/**
 * @param runtime advisories on what is installed without development packages
 * @param all on everything
 * @param today YYYY-MM-DD
 */
export function judge(
  runtime: readonly Advisory[],
  all: readonly Advisory[],
  { fails, accepted }: Policy,
  today: string,
): { readonly lines: string[]; readonly failures: number } {
  const isRuntime = new Set(runtime.map(({ url }) => url));
  let failures = 0;
  const lines = all.map(({ url, name, title, severity }) => {
    const kind = isRuntime.has(url) ? "runtime" : "development";
    const acceptance = accepted.find((one) => one.url === url);
    const isAccepted = acceptance !== undefined && today < acceptance.until;
    const isFailure = fails[kind].includes(severity) && !isAccepted;
    if (isFailure) failures++;
    const word = isFailure ? "FAIL" : isAccepted ? "accepted" : "ok";
    const why = acceptance === undefined ? "" : ` (until ${acceptance.until}: ${acceptance.reason})`;
    return `  ${word}  ${severity} ${kind} ${name}: ${title} ${url}${why}`;
  });
  const stale = accepted.filter(({ url }) => !all.some((advisory) => advisory.url === url));
  return { lines: [...lines, ...stale.map(({ url }) => `  note  nothing has ${url} any more`)], failures };
}

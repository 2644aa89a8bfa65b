/** What a check of the doctor found. */

/** ok: as it should be; warn: look at it today; bad: it does not work, or soon will not. */
export type Grade = "ok" | "warn" | "bad";

export interface Finding {
  /** What to act on; stable. */
  readonly code: string;
  readonly grade: Grade;
  /** A sentence for people: what was found and, unless it is well, what to do. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function ok(code: string, text: string, data: Finding["data"] = {}): Finding {
  return { code, grade: "ok", text, data };
}

export function warn(code: string, text: string, data: Finding["data"] = {}): Finding {
  return { code, grade: "warn", text, data };
}

export function bad(code: string, text: string, data: Finding["data"] = {}): Finding {
  return { code, grade: "bad", text, data };
}

/** The worst grade of them all. */
export function worst(findings: readonly Finding[]): Grade {
  const grades = findings.map(({ grade }) => grade);
  return grades.includes("bad") ? "bad" : grades.includes("warn") ? "warn" : "ok";
}

/** One option: how it is written, what it may be, and how it is shown. */
export interface Option<T> {
  /** What a good value looks like, for errors and help: "an integer from 1 to 100". */
  readonly expects: string;
  readonly help: string;
  /** Value when nothing is given. */
  readonly fallback?: T;
  /** Without a value and a fallback, `undefined` is the value; else it must be given. */
  readonly optional?: true;
  /** A secret: no flag takes its value, no log shows it. */
  readonly secret?: true;
  /** A value that may carry a secret: no error repeats it. */
  readonly confidential?: true;
  /** A flag without a value: `--name`. */
  readonly bare?: true;
  /** The value, or undefined when the text is malformed. */
  parse(text: string): T | undefined;
  /** What the start-up log shows; the value itself when absent. */
  show?(value: T): unknown;
}

// `parse` and `show` are methods, so a table of options of many types is an OptionTable.
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

type ValueOf<O> = O extends { readonly optional: true }
  ? O extends Option<infer T>
    ? T | undefined
    : never
  : O extends Option<infer T>
    ? T
    : never;

/** The values that a table yields. */
export type Options<Table extends OptionTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** `l1Url` → `--l1-url`. */
export function flagOf(name: string): string {
  return `--${words(name).join("-")}`;
}

/** `l1Url` of role `batcher` → `LAKH_BATCHER_L1_URL`. */
export function variableOf(role: string, name: string): string {
  return `${prefixOf(role)}${words(name).join("_").toUpperCase()}`;
}

/** Environment variables that start so belong to the role; `""` is the role of people at a terminal. */
export function prefixOf(role: string): string {
  return role === "" ? "LAKH_" : `LAKH_${role.toUpperCase()}_`;
}

function words(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}

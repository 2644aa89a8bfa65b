import { formatUnits, getAddress, isAddress } from "ethers";

import type { Option } from "./option.ts";

/** What every option says besides its kind. */
export interface About<T> {
  readonly help: string;
  readonly fallback?: T;
}

/** Any text but the empty one. */
export function text(about: About<string>): Option<string> {
  return { ...about, expects: "text that is not empty", parse: (given) => (given === "" ? undefined : given) };
}

/** A file or folder. */
export function path(about: About<string>): Option<string> {
  return { ...about, expects: "a path", parse: (given) => (given === "" ? undefined : given) };
}

/** A number from `least` to `most`, decimal digits only. */
export function integer(least: number, most: number, about: About<number>): Option<number> {
  return {
    ...about,
    expects: `an integer from ${least} to ${most}`,
    parse: (given) => {
      const value = Number(given);
      return /^\d{1,16}$/.test(given) && least <= value && value <= most ? value : undefined;
    },
  };
}

/** A decimal number of gwei, up to nine places; the value is wei. */
export function gwei(about: About<bigint>): Option<bigint> {
  return {
    ...about,
    expects: "gwei, such as 50 or 0.25",
    parse: (given) => {
      const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(given);
      return match ? BigInt(match[1] ?? "") * 10n ** 9n + BigInt((match[2] ?? "").padEnd(9, "0")) : undefined;
    },
    show: (wei) => (wei === undefined ? undefined : formatUnits(wei, "gwei")),
  };
}

/** An L1 address; mixed case must carry the right checksum. */
export function address(about: About<string>): Option<string> {
  return {
    ...about,
    expects: "an address: 0x and 40 hex digits, mixed case only with its checksum",
    parse: (given) => (given.startsWith("0x") && isAddress(given) ? getAddress(given) : undefined),
  };
}

/**
 * An http(s) or ws(s) URL. Its path and query may hold an API key, so only the host is shown. Names and passwords are
 * refused: not every client that the URL goes to sends them.
 */
export function url(about: About<string>): Option<string> {
  return {
    ...about,
    expects: "a URL that starts with http://, https://, ws:// or wss://, without name and password",
    confidential: true,
    parse: (given) => {
      const { protocol, username, password } = URL.parse(given) ?? {};
      return /^(https?|wss?):$/.test(protocol ?? "") && username === "" && password === "" ? given : undefined;
    },
    show: (value) => (value === undefined ? undefined : new URL(value).host),
  };
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[], about: About<T>): Option<T> {
  return {
    ...about,
    expects: `one of ${words.join(", ")}`,
    parse: (given) => words.find((word) => word === given),
  };
}

/** On or off: `--name`, or `true` / `false` in the environment and in files. Off when not given. */
export function toggle(about: { readonly help: string }): Option<boolean> {
  return {
    ...about,
    fallback: false,
    bare: true,
    expects: "true or false",
    parse: (given) => (given === "true" ? true : given === "false" ? false : undefined),
  };
}

/** A secret's value: from the environment only. Give it beside a `…File` option of kind {@link path}. */
export function secret(about: { readonly help: string }): Option<string> & { readonly optional: true } {
  return { ...text(about), optional: true, secret: true };
}

/** The same option, but it need not be given. */
export function optional<T>(option: Option<T>): Option<T> & { readonly optional: true } {
  return { ...option, optional: true };
}

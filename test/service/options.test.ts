import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import {
  address,
  choice,
  CodedError,
  gwei,
  integer,
  optional,
  optionsHelp,
  readOptions,
  secret,
  shownOptions,
  toggle,
  url,
} from "@lakh/service";

const table = {
  l1Url: url({ help: "JSON-RPC of L1" }),
  pollSeconds: integer(1, 100, { help: "pause", fallback: 12 }),
  mode: choice(["fast", "safe"], { help: "how", fallback: "safe" }),
  capGwei: gwei({ help: "cap", fallback: 10n ** 9n }),
  owner: optional(address({ help: "who" })),
  loud: toggle({ help: "says more" }),
  key: secret({ help: "private key" }),
};
const L1 = ["--l1-url", "http://localhost:8545/secret"];

function read(argv: readonly string[], env: Record<string, string> = {}) {
  return readOptions(table, { role: "tester", argv, env });
}

function errorOf(argv: readonly string[], env: Record<string, string> = {}): CodedError {
  try {
    read(argv, env);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  return new CodedError("none", "fatal", "");
}

function codeOf(argv: readonly string[], env: Record<string, string> = {}): { code: string; data: unknown } {
  const { code, severity, data } = errorOf(argv, env);
  return { code: code === "none" ? code : `${severity} ${code}`, data };
}

describe("service > readOptions", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lakh-options-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const name = join(folder, `${content.length}.json`);
    writeFileSync(name, content);
    return name;
  }

  it("takes flags before the environment before the file before fallbacks", () => {
    const config = file(JSON.stringify({ pollSeconds: 3, mode: "fast", loud: true }));
    const values = read([...L1, "--config", config, "--cap-gwei=0.5"], { LAKH_TESTER_POLL_SECONDS: "4" });
    expect(values).to.deep.equal({
      l1Url: L1[1],
      pollSeconds: 4,
      mode: "fast",
      capGwei: 500_000_000n,
      owner: undefined,
      loud: true,
      key: undefined,
    });
  });

  it("refuses what it does not know, wherever it is written", () => {
    expect(codeOf([...L1, "--poll-second", "3"]).code).to.equal("fatal UnknownOption");
    expect(codeOf([...L1, "stray"]).code).to.equal("fatal UnknownOption");
    expect(codeOf(L1, { LAKH_TESTER_POLL: "3" }).code).to.equal("fatal UnknownOption");
    expect(codeOf([...L1, "--config", file('{"poll":3}')]).code).to.equal("fatal UnknownOption");
    expect(codeOf([...L1, "--config", file('{"toString":"3"}')]).code).to.equal("fatal UnknownOption");
    expect(codeOf(L1, { LAKH_OTHER_POLL: "3" }).code).to.equal("none");
  });

  it("refuses what is malformed and says what was expected", () => {
    for (const given of ["0", "101", "1.5", "-1", "ten", "", "0x10"]) {
      const { code, data } = codeOf([...L1, "--poll-seconds", given]);
      expect(code).to.equal("fatal BadOption");
      expect(data).to.deep.equal({ where: "--poll-seconds", given, expects: "an integer from 1 to 100" });
    }
    expect(codeOf([...L1, "--mode", "slow"]).code).to.equal("fatal BadOption");
    expect(codeOf([...L1, "--mode"]).code).to.equal("fatal BadOption");
    expect(codeOf([...L1, ...L1]).code).to.equal("fatal BadOption");
    expect(codeOf([...L1, "--cap-gwei", "1e9"]).code).to.equal("fatal BadOption");
    expect(codeOf([...L1, "--owner", "0x52908400098527886E0F7030069857D2E4169Ee7"]).code).to.equal("fatal BadOption");
    expect(codeOf(["--l1-url", "ftp://x"]).code).to.equal("fatal BadOption");
    expect(codeOf([...L1, "--config", file('{"pollSeconds":[1]}')]).code).to.equal("fatal BadOption");
  });

  it("refuses bad config files", () => {
    expect(codeOf([...L1, "--config", file("{")]).code).to.equal("fatal BadConfigFile");
    expect(codeOf([...L1, "--config", file("[1, 2]")]).code).to.equal("fatal BadConfigFile");
    expect(codeOf([...L1, "--config", join(folder, "none")]).code).to.equal("fatal BadConfigFile");
    const withKey = errorOf([...L1, "--config", file('{"key": abcdef1234567890}')]);
    expect(withKey.code).to.equal("BadConfigFile");
    expect(`${withKey.message} ${JSON.stringify(withKey.data)}`).not.to.include("abcd");
  });

  it("asks for what must be given", () => {
    const { code, data } = codeOf([]);
    expect(code).to.equal("fatal MissingOption");
    expect(data).to.include({ flag: "--l1-url", variable: "LAKH_TESTER_L1_URL" });
  });

  it("never takes a secret from the command line, and never shows one", () => {
    expect(codeOf([...L1, "--key", "0x1234"]).code).to.equal("fatal SecretOnCommandLine");
    const unknown = errorOf([...L1, "--private-key", "0x1234"]);
    expect(unknown.code).to.equal("UnknownOption");
    expect(unknown.data.known).to.include("--l1-url").and.not.include("--key");
    expect(`${unknown.message} ${JSON.stringify(unknown.data)}`).not.to.include("1234");
    const shown = shownOptions(table, read(L1, { LAKH_TESTER_KEY: "0x1234" }));
    expect(shown).to.include({ key: "(secret)", owner: "(not given)", l1Url: "localhost:8545", capGwei: "1.0" });
    expect(optionsHelp("tester", table)).to.not.contain("--key");
    for (const given of ["http://user:hush@localhost:8545", "htp://localhost/hush", "hush"]) {
      const { code, message, data } = errorOf(["--l1-url", given]);
      expect(code).to.equal("BadOption");
      expect(`${message} ${JSON.stringify(data)}`).not.to.include("hush");
    }
  });
});

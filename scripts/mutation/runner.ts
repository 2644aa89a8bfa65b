/** Runs test files with Hardhat in this process, again and again: each run loads the files anew and deploys other code. */
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { artifacts, hooks } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import Mocha from "mocha";

/** Creation code to deploy instead of what the build made of the contract `name` of `file`; undefined: that. */
export type CodeOf = (file: string, name: string) => string | undefined;

export interface Failure {
  readonly file: string;
  readonly title: string;
}

class Silent extends Mocha.reporters.Base {}

export function createRunner(root: string) {
  const tests = pathToFileURL(join(root, "test/")).href;
  const connections: NetworkConnection[] = [];
  let run = 0;
  let codeOf: CodeOf = () => undefined;

  // What lies under test/ is loaded once a run; the packages it tests with only once.
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url.startsWith(tests) ? { ...found, url: `${found.url}?run=${run}` } : found;
    },
  });
  hooks.registerHandlers("network", {
    async newConnection(context, next) {
      const connection = await next(context);
      connections.push(connection as unknown as NetworkConnection);
      return connection;
    },
  });
  const built = artifacts.readArtifact.bind(artifacts);
  artifacts.readArtifact = async (name) => {
    const artifact = await built(name);
    return { ...artifact, bytecode: codeOf(artifact.sourceName, artifact.contractName) ?? artifact.bytecode };
  };
  // Stack traces are for readers.
  artifacts.getAllBuildInfoIds = () => Promise.resolve(new Set());

  /** The first test that fails with this code, or undefined when all pass. */
  return async function runTests(files: readonly string[], code: CodeOf): Promise<Failure | undefined> {
    run++;
    codeOf = code;
    try {
      // Compiling takes part of a test's time: who plays the mutant bounds the whole.
      const mocha = new Mocha({ timeout: 0, bail: true, reporter: Silent });
      for (const file of files) {
        const path = join(root, file);
        mocha.suite.emit("pre-require", globalThis, path, mocha);
        await import(pathToFileURL(path).href);
        mocha.suite.emit("post-require", globalThis, path, mocha);
      }
      const failure = await firstFailure(mocha);
      mocha.dispose();
      return failure;
    } finally {
      for (const connection of connections.splice(0)) await connection.close();
    }
  };
}

function firstFailure(mocha: Mocha): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    let failure: Failure | undefined;
    const runner = mocha.run(() => resolve(failure));
    runner.on("fail", (test, { code }: { code?: string }) => {
      const title = (code === "ERR_MOCHA_TIMEOUT" ? "out of time: " : "") + test.fullTitle();
      failure ??= { file: test.file ?? "", title };
    });
  });
}

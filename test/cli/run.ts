/** Runs command lines in this process. */
import { main } from "@lakh/cli";

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function lakh(argv: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const status = await main(argv, {
    env,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { status, stdout, stderr };
}

/** Exit status and error code of a command line that fails. */
export async function failure(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<[number, string, Record<string, unknown>]> {
  const { status, stderr } = await lakh([...argv, "--json"], env);
  const { error } = JSON.parse(stderr) as { error: Record<string, unknown> & { code: string } };
  return [status, error.code, error];
}

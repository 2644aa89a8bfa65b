import { devnetOptions, runDevnet } from "@lakh/devnet";

import { command } from "../command.ts";
import { jsonTable } from "../tables.ts";

const devnet = command({
  words: "devnet",
  about: "Runs L1, contracts and all services, tells a story from real events, and stays up",
  role: "devnet",
  table: { ...devnetOptions, ...jsonTable },
  stopsItself: true,
  async run({ options, out, signal }) {
    await runDevnet(options, {
      print: (text) => out.tell(text),
      report: (ledger) => out.result(ledger.rows, `\n${ledger.table()}`),
      signal,
    });
  },
});

export const devnetCommands = [devnet];

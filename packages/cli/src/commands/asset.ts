import type { Address } from "@lakh/protocol";
import { integer } from "@lakh/service";

import { command } from "../command.ts";
import { readingClient, signingClient } from "../context.ts";
import { columns } from "../output.ts";
import { nodeTable, signerTable } from "../tables.ts";

const show = command({
  words: "asset",
  about: "Lists the assets",
  table: nodeTable,
  async run({ options, out }) {
    const assets = await readingClient(options).listAssets({ limit: 1_000 });
    out.result(assets, columns(assets.map(({ index, token, shift }) => [String(index), token, `shift ${shift}`])));
  },
});

const list = command({
  words: "asset list",
  about: "Lists an ERC-20 on the Bridge, so that it can be deposited",
  arguments: [{ name: "TOKEN" }],
  table: {
    ...signerTable,
    shift: integer(0, 36, { help: "one L2 unit is 10^shift of the token's smallest units", fallback: 0 }),
  },
  async run({ options, args, out }) {
    const { client } = await signingClient(options);
    const asset = await client.listToken({ token: args[0] as Address, shift: options.shift });
    out.result(asset, `listed: asset ${asset.index}`);
  },
});

export const assetCommands = [show, list];

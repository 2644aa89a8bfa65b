import { integer } from "@lakh/service";

import { amountOption, assetOption, findAsset, parseAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients, signingClient, submit } from "../context.ts";
import { envelopeTable } from "../tables.ts";

const transfer = command({
  words: "transfer",
  about: "Sends an amount of an asset to another account",
  table: {
    ...envelopeTable,
    to: integer(1, 2 ** 28 - 1, { help: "index of the account that gets it" }),
    asset: assetOption("what to send"),
    amount: amountOption("how much"),
  },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    const asset = await findAsset(client, l1Clients(options.l1Url).public, options.asset);
    const amount = parseAmount(options.amount, asset, options.units);
    const op = { verb: "transfer", object: asset.index, object2: options.to, amount } as const;
    await submit(client, [op], options.forced, out);
  },
});

export const transferCommands = [transfer];

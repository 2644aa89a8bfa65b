import type { Address } from "@lakh/protocol";
import { address, optional } from "@lakh/service";

import { amountOption, assetOption, findAsset, parseAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients, signingClient, submit } from "../context.ts";
import { envelopeTable } from "../tables.ts";

const withdraw = command({
  words: "withdraw",
  about: "Burns an amount and makes an exit of it: lakh exit follows it to L1",
  table: {
    ...envelopeTable,
    asset: assetOption("what to withdraw"),
    amount: amountOption("how much"),
    to: optional(address({ help: "who is paid on L1; not given: the key's address" })),
  },
  async run({ options, out }) {
    const { client, signer } = await signingClient(options);
    const asset = await findAsset(client, l1Clients(options.l1Url).public, options.asset);
    const amount = parseAmount(options.amount, asset, options.units);
    const party = (options.to ?? signer.address) as Address;
    await submit(client, [{ verb: "withdraw", object: asset.index, party, amount }], options.forced, out);
  },
});

export const withdrawCommands = [withdraw];

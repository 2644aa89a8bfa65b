import { type Address, ETH_ASSET } from "@lakh/protocol";
import { address, integer, optional } from "@lakh/service";

import { amountOption, assetOption, findAsset, parseAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { l1Clients, signingClient } from "../context.ts";
import { signerTable, unitsTable } from "../tables.ts";

const deposit = command({
  words: "deposit",
  about: "Deposits ETH or a listed token from L1 and waits until it is there",
  table: {
    ...signerTable,
    ...unitsTable,
    asset: assetOption("what to deposit"),
    amount: amountOption("how much"),
    to: optional(integer(1, 2 ** 28 - 1, { help: "account to credit; not given: a new one" })),
    owner: optional(address({ help: "owner of that account; not given: the key's address" })),
  },
  async run({ options, out }) {
    const { client, signer } = await signingClient(options);
    const asset = await findAsset(client, l1Clients(options.l1Url).public, options.asset);
    const amount = parseAmount(options.amount, asset, options.units);
    const owner = (options.owner ?? signer.address) as Address;
    const account = options.to ?? 0;
    const known = await client.accountsOf(owner);
    const { hash, queueIndex } =
      asset.index === ETH_ASSET
        ? await client.depositEth({ amount, account, owner })
        : await client.depositErc20({ asset: asset.index, amount, account, owner });
    out.note(`in the L1 queue as item ${queueIndex} (transaction ${hash})`);
    const credited = account === 0 ? await client.waitForAccount({ owner, known }) : account;
    out.result({ transaction: hash, queueIndex, account: credited }, `deposited to account ${credited}`);
  },
});

export const depositCommands = [deposit];

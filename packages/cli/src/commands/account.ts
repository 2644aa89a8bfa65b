import { type Address, VERBS, Verb, type VerbName } from "@lakh/protocol";
import type { Account, LakhClient } from "@lakh/sdk";
import { address, fatal, integer, optional, text } from "@lakh/service";

import { amountOption, assetOption, findAsset, parseAmount, showAmount } from "../amounts.ts";
import { command } from "../command.ts";
import { type SignerOptions, l1Clients, readingClient, signingClient, submit } from "../context.ts";
import { columns } from "../output.ts";
import { envelopeTable, signerTable } from "../tables.ts";

const show = command({
  words: "account",
  about: "Shows an account, or all accounts of an owner (without one, of the key)",
  arguments: [{ name: "INDEX", optional: true }],
  table: { ...signerTable, owner: optional(address({ help: "show the accounts of this address" })) },
  async run({ options, args, out }) {
    const client = readingClient(options);
    const indices = await wanted(client, options, args[0]);
    const accounts = await Promise.all(indices.map((index) => client.getAccount(index)));
    const texts = await Promise.all(accounts.map((account) => accountText(client, options.l1Url, account)));
    out.result(args[0] === undefined ? accounts : accounts[0], texts.join("\n\n") || "no account");
  },
});

async function wanted(
  client: LakhClient,
  options: SignerOptions & { owner?: string | undefined },
  given: string | undefined,
): Promise<number[]> {
  if (given !== undefined) {
    if (!/^\d{1,9}$/.test(given)) throw fatal("BadOption", `${given} is no account index`, { given });
    return [Number(given)];
  }
  if (options.owner !== undefined) return client.accountsOf(options.owner as Address);
  return client.accountsOf((await signingClient(options)).signer.address);
}

async function accountText(client: LakhClient, l1Url: string, account: Account): Promise<string> {
  const l1 = l1Clients(l1Url).public;
  const holdings = await Promise.all(
    account.holdings.map(async ({ facet, object, amount }) =>
      facet === 0
        ? ["  balance", showAmount(amount, await findAsset(client, l1, String(object)))]
        : ["  shares", `${amount} of pool ${object}`],
    ),
  );
  const { index, owner, nextNonce, session } = account;
  const scope =
    session && `  session key ${session.key} until ${session.expiry}: ${verbNames(session.mask).join(", ")}`;
  const head = `account ${index} of ${owner}, next nonce ${nextNonce}`;
  return [head, columns(holdings), scope].filter((line) => line !== undefined && line !== "").join("\n");
}

function verbNames(mask: number): string[] {
  return VERBS.flatMap((verb, id) => (verb && (mask >>> id) & 1 ? [verb.name] : []));
}

const open = command({
  words: "account open",
  about: "Opens an account for an owner, with an amount of an asset",
  table: {
    ...envelopeTable,
    owner: address({ help: "owner of the new account" }),
    asset: assetOption("what the account starts with"),
    amount: amountOption("how much of it"),
  },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    const asset = await findAsset(client, l1Clients(options.l1Url).public, options.asset);
    const amount = parseAmount(options.amount, asset, options.units);
    const party = options.owner as Address;
    await submit(client, [{ verb: "openAccount", object: asset.index, party, amount }], options.forced, out);
  },
});

const setSession = command({
  words: "account session set",
  about: "Lets a session key sign some verbs on some objects",
  table: {
    ...signerTable,
    sessionKey: address({ help: "address of the session key" }),
    expiry: integer(1, 2 ** 40, { help: "second (since 1970) from which the key is dead" }),
    verbs: text({ help: "verbs it may sign, comma-separated, such as swapExactIn0,swapExactIn1" }),
    budgetGwei: integer(0, Number.MAX_SAFE_INTEGER, { help: "fees that it may spend in all, gwei" }),
    objects: optional(text({ help: "objects that it may use, comma-separated, at most eight" })),
  },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    const receipt = await client.setSessionKey({
      key: options.sessionKey as Address,
      expiry: BigInt(options.expiry),
      verbs: options.verbs.split(",").map(verbOf),
      budget: BigInt(options.budgetGwei),
      objects: (options.objects?.split(",") ?? []).map(indexOf),
    });
    out.result(receipt, `session key ${options.sessionKey} set`);
  },
});

function verbOf(name: string): VerbName {
  if (!Object.hasOwn(Verb, name)) throw fatal("BadOption", `--verbs: no verb ${JSON.stringify(name)}`, { given: name });
  return name as VerbName;
}

function indexOf(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw fatal("BadOption", `--objects: ${JSON.stringify(given)} is no index`, { given });
  return Number(given);
}

const clearSession = command({
  words: "account session clear",
  about: "Takes the session key's rights",
  table: signerTable,
  async run({ options, out }) {
    const { client } = await signingClient(options);
    out.result(await client.clearSessionKey(), "session key cleared");
  },
});

const cancel = command({
  words: "account cancel",
  about: "Makes every envelope with a nonce below NONCE worthless",
  arguments: [{ name: "NONCE" }],
  table: signerTable,
  async run({ options, args, out }) {
    const given = args[0] ?? "";
    if (!/^\d{1,19}$/.test(given)) throw fatal("BadOption", `${given} is no nonce`, { given });
    const { client } = await signingClient(options);
    out.result(await client.cancelNonces({ below: BigInt(given) }), `nonces below ${given} cancelled`);
  },
});

const collect = command({
  words: "account collect",
  about: "Collects the sequencer's fees into an account of the fee recipient",
  table: { ...signerTable, amountGwei: integer(1, Number.MAX_SAFE_INTEGER, { help: "how much, gwei" }) },
  async run({ options, out }) {
    const { client } = await signingClient(options);
    out.result(await client.collectFees({ amount: BigInt(options.amountGwei) }), "fees collected");
  },
});

export const accountCommands = [show, open, setSession, clearSession, cancel, collect];

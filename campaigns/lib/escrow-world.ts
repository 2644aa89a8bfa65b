/** A deployment on L1 with tokens and a receiver that may misbehave, and a follower that tells what is owed. */
import { Bridge__factory, type FickleReceiver, type FickleToken, type MockToken } from "@lakh/bindings";
import { createTruth } from "@lakh/node";
import { type Address, ZERO_ADDRESS } from "@lakh/protocol";

import { openRollup } from "../../test/agents/rollup.ts";
import { person } from "../../test/engine/world.ts";

/** People with keys, as in test/engine/random-items.ts. */
export const PEOPLE = 6;
const PLENTY = 10n ** 30n;
const FIRST_DEPOSIT_WEI = 10n ** 21n;

/** An asset as the Bridge knows it. */
export interface Asset {
  readonly token: Address;
  /** One unit is 10^shift of the token's smallest units. */
  readonly shift: number;
}

export const ETH: Asset = { token: ZERO_ADDRESS, shift: 9 };

export type EscrowWorld = Awaited<ReturnType<typeof openEscrowWorld>>;

export async function openEscrowWorld() {
  const rollup = await openRollup(4);
  const { deployment, ethers, networkHelpers } = rollup;
  const [stranger] = await ethers.getSigners();
  if (stranger === undefined) throw new Error("a signer is needed");
  const bridge = Bridge__factory.connect(deployment.bridge, stranger);
  const plain = (await ethers.deployContract("MockToken", ["Plain", "PLN", 18])) as unknown as MockToken;
  const fickle = (await ethers.deployContract("FickleToken")) as unknown as FickleToken;
  const receiver = (await ethers.deployContract("FickleReceiver")) as unknown as FickleReceiver;
  for (const token of [plain, fickle]) {
    await token.mint(stranger.address, PLENTY);
    await token.approve(deployment.bridge, PLENTY);
  }
  const at = {
    stranger: lower(stranger.address),
    plain: lower(await plain.getAddress()),
    fickle: lower(await fickle.getAddress()),
    receiver: lower(await receiver.getAddress()),
  };
  const tokens: readonly Asset[] = [
    { token: at.plain, shift: 12 },
    { token: at.plain, shift: 6 },
    { token: at.fickle, shift: 12 },
  ];
  for (const { token, shift } of tokens) await bridge.listToken(token, shift);
  for (let i = 0; i < PEOPLE; i++) await bridge.depositETH(0, person(i).address, { value: FIRST_DEPOSIT_WEI });
  await rollup.postQueue();
  const node = await rollup.follower();
  /** Speaks for any address. */
  const as = async (address: string) => {
    await networkHelpers.impersonateAccount(address);
    await networkHelpers.setBalance(address, 10n ** 21n);
    return ethers.getSigner(address);
  };
  return {
    ...rollup,
    bridge,
    stranger,
    plain,
    fickle,
    receiver,
    at,
    tokens,
    node,
    truth: createTruth(node),
    agent: await rollup.proposer("proposer"),
    as,
    /** Who may have a credit. */
    creditors: new Set<Address>([at.stranger]),
  };
}

export function lower(address: string): Address {
  return address.toLowerCase() as Address;
}

/** The services as the campaigns run them: over any provider, in this process. */
import { createBatcher, type DataMode, type SealedSource } from "@lakh/batcher";
import { adviseData, type LakhNode, sealedEntries } from "@lakh/node";
import type { Hex } from "@lakh/protocol";
import {
  createRegistry,
  createSender,
  memoryJournal,
  type Sender,
  silentLog,
  type Stepper,
  systemClock,
} from "@lakh/service";
import { type BaseWallet, type Provider, Wallet } from "ethers";

import { developmentKey } from "../../test/agents/wire.ts";
import { kzg } from "../../test/node/world.ts";

const CHAIN_ID = 31337n;

export function l1Of(provider: Provider) {
  return { provider, chainId: CHAIN_ID };
}

/** A sender that looks again soon. */
export function openSender(provider: Provider, wallet: BaseWallet): Sender {
  return createSender(
    { pollMilliseconds: 10 },
    { l1: l1Of(provider), wallet, journal: memoryJournal(), clock: systemClock, log: silentLog() },
  );
}

/** A node in this process as where sealed entries come from. */
export function sealedOf(node: () => LakhNode): SealedSource {
  return {
    sealedEntries: async (from, limit) =>
      (await sealedEntries(node(), Number(from), limit)).map(({ entry, accBefore, kind, time, data, to }) => {
        const head = { entry: BigInt(entry), accBefore, time };
        return kind === "queue" ? { ...head, kind, to: to ?? 0n } : { ...head, kind, data: data ?? "0x" };
      }),
    advise: async (mode, entry, signature) => {
      await adviseData(node(), mode, Number(entry), signature as Hex);
    },
  };
}

/**
 * A batcher with the key of Hardhat's first account. A step that is aborted is as a stop: the next one waits for what was
 * under way, as a restart does.
 */
export function openBatcher(
  inbox: string,
  node: () => LakhNode,
  provider: Provider,
  more: { readonly da?: DataMode; readonly inFlight?: number } = {},
): Stepper {
  const sender = openSender(provider, new Wallet(developmentKey(0)));
  const batcher = createBatcher(
    { inbox, lookAhead: 16, inFlight: 4, ...more },
    { ...quiet(), l1: l1Of(provider), sender, node: sealedOf(node) },
  );
  return resuming(batcher, sender);
}

function quiet() {
  return { kzg, clock: systemClock, log: silentLog(), registry: createRegistry("batcher") };
}

export function resuming(stepper: Stepper, sender: Sender): Stepper {
  return {
    step: async (signal) => {
      await sender.resume(signal);
      return stepper.step(signal);
    },
  };
}

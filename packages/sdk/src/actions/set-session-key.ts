import { type Address, MAX_SESSION_OBJECTS, type Op, Verb, type VerbName } from "@lakh/protocol";

import type { Core } from "../core.ts";
import { BadArgumentError } from "../errors.ts";
import type { EnvelopeOptions, Receipt } from "../types.ts";
import { sendEnvelope } from "./send-envelope.ts";

export interface SetSessionKeyParameters extends EnvelopeOptions {
  readonly key: Address;
  /** Seconds since 1970 from which the key is dead. */
  readonly expiry: bigint;
  readonly verbs: readonly VerbName[];
  /** Fees that it may spend in all, gwei. */
  readonly budget: bigint;
  /** Objects that it may use, at most eight: pools. */
  readonly objects?: readonly number[];
}

/** Lets `key` sign some verbs on some objects until `expiry`, in place of any key before. @throws as {@link sendEnvelope} */
export function setSessionKey(core: Core, parameters: SetSessionKeyParameters): Promise<Receipt> {
  const { key, expiry, verbs, budget, objects = [], ...options } = parameters;
  if (objects.length > MAX_SESSION_OBJECTS)
    throw new BadArgumentError("objects", `at most ${MAX_SESSION_OBJECTS}, not ${objects.length}`);
  const mask = verbs.reduce((bits, verb) => bits | (1n << BigInt(Verb[verb])), 0n);
  const ops: Op[] = [{ verb: "setSessionKey", party: key, amount: expiry, amount2: mask, amount3: budget }];
  for (let i = 0; i < objects.length; i += 2)
    ops.push({ verb: "scopeSessionKey", object: objects[i] as number, object2: objects[i + 1] ?? 0 });
  return sendEnvelope(core, { ...options, ops });
}

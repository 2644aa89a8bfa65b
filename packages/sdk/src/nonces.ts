/** Nonces of one account for many envelopes in flight. */

/** Most envelopes of an account in flight over parallel requests: a nonce this far ahead of an older one could slide it out of the window. */
const MAX_SPAN = 255n;

export interface Nonces {
  /** The next nonce, for an envelope that is sent in order or kept. */
  next(): Promise<bigint>;
  /** The next nonce, once it is safe to send beside those taken and not released. */
  take(): Promise<bigint>;
  /** The envelope with a nonce that was taken is answered, or will not be sent. */
  release(nonce: bigint): void;
  /** Forgets what it knows: the next one is asked from the chain. */
  reset(): void;
}

/** @param load asks the chain for the lowest unused nonce above all used ones */
export function createNonces(load: () => Promise<bigint>): Nonces {
  let following: Promise<bigint> | undefined;
  const inFlight = new Set<bigint>();
  let wake: (() => void)[] = [];

  const next = async (): Promise<bigint> => {
    const mine = (following ?? load()).catch((error: unknown) => {
      following = undefined;
      throw error;
    });
    following = mine.then((nonce) => nonce + 1n);
    following.catch(() => undefined); // reported to who asked first
    return mine;
  };
  const tooFar = (nonce: bigint): boolean => {
    for (const oldest of inFlight) return nonce - oldest > MAX_SPAN; // a Set keeps its order: the first is the oldest
    return false;
  };
  return {
    next,
    async take() {
      const nonce = await next();
      while (tooFar(nonce)) await new Promise<void>((resolve) => wake.push(resolve));
      inFlight.add(nonce);
      return nonce;
    },
    release(nonce) {
      inFlight.delete(nonce);
      const waiting = wake;
      wake = [];
      for (const resolve of waiting) resolve();
    },
    reset() {
      following = undefined;
    },
  };
}

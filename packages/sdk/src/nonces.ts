/** Nonces of one account for many envelopes in flight. */

/** Most envelopes of an account in flight over parallel requests: a nonce this far ahead of an older one could slide it out of the window. */
const MAX_SPAN = 255n;

export interface Nonces {
  /** The next nonce, once it is safe to use beside those in flight. */
  take(): Promise<bigint>;
  /** The envelope with this nonce was answered. */
  release(nonce: bigint): void;
  /** Forgets what it knows: the next one is asked from the chain. */
  reset(): void;
}

/** @param load asks the chain for the lowest unused nonce above all used ones */
export function createNonces(load: () => Promise<bigint>): Nonces {
  let next: Promise<bigint> | undefined;
  const inFlight = new Set<bigint>();
  let wake: (() => void)[] = [];

  const tooFar = (nonce: bigint): boolean => {
    for (const oldest of inFlight) return nonce - oldest > MAX_SPAN; // a Set keeps its order: the first is the oldest
    return false;
  };
  return {
    async take() {
      const mine = (next ?? load()).catch((error: unknown) => {
        next = undefined;
        throw error;
      });
      next = mine.then((nonce) => nonce + 1n);
      next.catch(() => undefined); // reported to who takes it
      const nonce = await mine;
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
      next = undefined;
    },
  };
}

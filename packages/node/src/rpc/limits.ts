/** What one address may ask for. */

export interface RpcLimits {
  /** Longest request, bytes. */
  readonly maxRequestBytes: number;
  /** Most calls of one array. */
  readonly maxBatch: number;
  /** Calls a second of one address, on average. */
  readonly callsPerSecond: number;
  /** WebSocket connections in all; of all kinds, twice as many. */
  readonly maxConnections: number;
  /** Connections of one address, of all kinds: so that nobody can take all of them. */
  readonly maxAddressConnections: number;
  /** Subscriptions of one connection. */
  readonly maxSubscriptions: number;
  /** Unsent bytes at which a slow reader is cut off; the answers of an array have about as many at most. */
  readonly maxBacklogBytes: number;
  /** Time within which a request must have come in whole, and after which a silent HTTP connection is closed. */
  readonly requestMilliseconds: number;
  /** Origins whose web pages may call (CORS); `*`: all of them. */
  readonly corsOrigins: readonly string[];
}

interface Bucket {
  tokens: number;
  filledAtMilliseconds: number;
}

/** Seconds' worth of calls that may come at once. */
const BURST_SECONDS = 2;
/** Addresses remembered; the oldest is forgotten, which only ever favours it. */
const MAX_ADDRESSES = 10_000;

/** Token buckets by address. */
export class RateLimiter {
  private readonly callsPerSecond: number;
  private readonly nowMilliseconds: () => number;
  private readonly buckets = new Map<string, Bucket>();

  constructor(callsPerSecond: number, nowMilliseconds: () => number) {
    this.callsPerSecond = callsPerSecond;
    this.nowMilliseconds = nowMilliseconds;
  }

  /** Takes calls off the address's allowance; false, and none taken, when it has fewer. */
  admit(address: string, calls = 1): boolean {
    const now = this.nowMilliseconds();
    const most = this.callsPerSecond * BURST_SECONDS;
    const bucket = this.buckets.get(address) ?? this.add(address, most, now);
    const earned = ((now - bucket.filledAtMilliseconds) / 1000) * this.callsPerSecond;
    bucket.tokens = Math.min(most, bucket.tokens + earned);
    bucket.filledAtMilliseconds = now;
    if (bucket.tokens < Math.min(calls, most)) return false;
    bucket.tokens -= calls;
    return true;
  }

  private add(address: string, tokens: number, now: number): Bucket {
    const oldest = this.buckets.keys().next().value;
    if (this.buckets.size >= MAX_ADDRESSES && oldest !== undefined) this.buckets.delete(oldest);
    const bucket = { tokens, filledAtMilliseconds: now };
    this.buckets.set(address, bucket);
    return bucket;
  }
}

/** Connections that are open, by address. */
export class ConnectionCounter {
  private readonly most: number;
  private readonly open = new Map<string, number>();

  constructor(most: number) {
    this.most = most;
  }

  /** Counts a connection until it closes; false, and not counted, when the address has its share. */
  admit(address: string, onceClosed: (gone: () => void) => void): boolean {
    const count = this.open.get(address) ?? 0;
    if (count >= this.most) return false;
    this.open.set(address, count + 1);
    onceClosed(() => {
      const left = (this.open.get(address) ?? 1) - 1;
      if (left === 0) this.open.delete(address);
      else this.open.set(address, left);
    });
    return true;
  }
}

/** A random mixture of envelopes as a stream of clients would send it: valid, invalid in every way, and sent before. */
import type { LakhNode } from "@lakh/node";
import type { Op } from "@lakh/protocol";

import { person, signed, transfer } from "../node/world.ts";
import type { Random } from "../support/random.ts";

/** Account of person `n` (from 1) on a stage. */
export function accountOf(n: number): number {
  return n + 1;
}

export class Mixture {
  private readonly node: LakhNode;
  private readonly random: Random;
  private readonly people: number;
  private readonly nonces: bigint[];
  private readonly sent: Uint8Array[] = [];

  constructor(node: LakhNode, random: Random, people: number) {
    this.node = node;
    this.random = random;
    this.people = people;
    this.nonces = Array.from({ length: people + 1 }, () => 0n);
  }

  take(count: number): Uint8Array[] {
    return Array.from({ length: count }, () => {
      const item = this.next();
      this.sent.push(item);
      return item;
    });
  }

  private next(): Uint8Array {
    const { random } = this;
    const from = 1 + random.below(this.people);
    const to = 1 + ((from + random.below(this.people - 1)) % this.people);
    switch (random.below(10)) {
      case 0:
        return this.sent.length > 0 ? (this.sent[random.below(this.sent.length)] as Uint8Array) : random.bytes(80);
      case 1:
        return random.bytes(1 + random.below(200));
      case 2: // signed by another
        return signed(this.node, person(to).key, accountOf(from), this.nonces[from] as bigint, [
          transfer(accountOf(to), 1n),
        ]);
      case 3: // bits turned over, anywhere
        return this.spoilt(this.good(from, [transfer(accountOf(to), 1n)]));
      case 4: // more than there is; the nonce stays free
        return signed(this.node, person(from).key, accountOf(from), this.nonces[from] as bigint, [
          transfer(accountOf(to), 10n ** 12n),
        ]);
      case 5:
        return this.good(from, [
          { verb: "openAccount", object: 1, party: person(100 + random.below(50)).address, amount: 3n },
        ]);
      default:
        return this.good(from, [transfer(accountOf(to), BigInt(1 + random.below(100)))]);
    }
  }

  private good(from: number, ops: Op[]): Uint8Array {
    const nonce = this.nonces[from] as bigint;
    this.nonces[from] = nonce + 1n;
    return signed(this.node, person(from).key, accountOf(from), nonce, ops);
  }

  private spoilt(item: Uint8Array): Uint8Array {
    const at = this.random.below(item.length);
    item[at] = (item[at] as number) ^ (1 + this.random.below(255));
    return item;
  }
}

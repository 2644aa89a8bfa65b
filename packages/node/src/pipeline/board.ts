/**
 * What the main thread and the verifiers tell each other about blocks: words of shared memory, no message a block.
 *
 * A block is the main thread's, queued, taken by a thread, or done by it. Threads take the oldest queued block by one
 * compare-and-swap, so none is verified by two at once, and whose it is stays known when a thread dies. Whoever has nothing
 * to do sleeps on a counter that changes with whatever he waits for, and says so before he looks at it for the last time:
 * no wake-up is lost, and nobody who is awake is woken.
 */

/** State of a block: `TAKEN + 2t` and `DONE + 2t` say by which thread. */
const MAIN = 0;
const QUEUED = 1;
const TAKEN = 2;
const DONE = 3;

/** Words: blocks given so far, on which threads sleep; blocks finished so far, on which the main thread does. */
const GIVEN = 0;
const FINISHED = 1;
/** 1 while the main thread sleeps. */
const MAIN_SLEEPS = 2;
const HEAD = 3;

export interface BoardMemory {
  readonly words: SharedArrayBuffer;
  readonly blocks: number;
}

export class Board {
  readonly memory: BoardMemory;
  private readonly words: Int32Array;
  private readonly blocks: number;
  /** Where the states, the order and the sleepers stand: a word a block, a word a block, a word a thread. */
  private readonly order: number;
  private readonly sleepers: number;

  static memory(blocks: number, threads: number): BoardMemory {
    return { words: new SharedArrayBuffer(4 * (HEAD + 2 * blocks + threads)), blocks };
  }

  constructor(memory: BoardMemory) {
    this.memory = memory;
    this.blocks = memory.blocks;
    this.words = new Int32Array(memory.words);
    this.order = HEAD + this.blocks;
    this.sleepers = HEAD + 2 * this.blocks;
  }

  // ── The main thread's ──

  /** Queues a block behind those given before. */
  give(block: number): void {
    Atomics.store(this.words, this.order + block, Atomics.load(this.words, GIVEN));
    Atomics.store(this.words, HEAD + block, QUEUED);
    this.wakeThread();
  }

  /** Takes a block back that a thread is done with. @returns the thread, or undefined when it is not done */
  collect(block: number): number | undefined {
    const state = Atomics.load(this.words, HEAD + block);
    if (state < DONE || state % 2 === 0) return undefined;
    Atomics.store(this.words, HEAD + block, MAIN);
    return (state - DONE) / 2;
  }

  /** Takes back a block that nobody verifies, whatever its state. */
  withdraw(block: number): void {
    Atomics.store(this.words, HEAD + block, MAIN);
  }

  /** Queues what a thread that has ended had taken, in its old place; wakes others for what it was woken for and never took. */
  takeBack(thread: number): void {
    const taken = TAKEN + 2 * thread;
    Atomics.store(this.words, this.sleepers + thread, 0);
    for (let block = 0; block < this.blocks; block++) {
      const state = Atomics.compareExchange(this.words, HEAD + block, taken, QUEUED);
      if (state === taken || state === QUEUED) this.wakeThread();
    }
  }

  /** What `whenFinished` compares with: to be read before looking at the blocks. */
  get finished(): number {
    return Atomics.load(this.words, FINISHED);
  }

  /** Resolves when more blocks are finished than `seen`; undefined when they are already. */
  whenFinished(seen: number): Promise<unknown> | undefined {
    Atomics.store(this.words, MAIN_SLEEPS, 1);
    const wait = Atomics.waitAsync(this.words, FINISHED, seen);
    return wait.async ? wait.value : undefined;
  }

  /** Wakes the main thread's own `whenFinished`. */
  wakeMain(): void {
    Atomics.add(this.words, FINISHED, 1);
    if (Atomics.exchange(this.words, MAIN_SLEEPS, 0) === 1) Atomics.notify(this.words, FINISHED);
  }

  private wakeThread(): void {
    Atomics.add(this.words, GIVEN, 1);
    for (let at = this.sleepers; at < this.words.length; at++)
      if (Atomics.load(this.words, at) === 1) {
        Atomics.notify(this.words, GIVEN, 1);
        return;
      }
  }

  // ── A thread's ──

  /** Takes the oldest queued block; sleeps until there is one. */
  take(thread: number): number {
    for (;;) {
      const given = Atomics.load(this.words, GIVEN);
      const block = this.oldest(given);
      if (block === undefined) {
        Atomics.store(this.words, this.sleepers + thread, 1);
        Atomics.wait(this.words, GIVEN, given);
        Atomics.store(this.words, this.sleepers + thread, 0);
      } else if (Atomics.compareExchange(this.words, HEAD + block, QUEUED, TAKEN + 2 * thread) === QUEUED) return block;
    }
  }

  /** Gives a block back, verified. */
  finish(thread: number, block: number): void {
    Atomics.store(this.words, HEAD + block, DONE + 2 * thread);
    this.wakeMain();
  }

  /** @param given how many were given, for orders that went round */
  private oldest(given: number): number | undefined {
    let oldest: number | undefined;
    let most = -Infinity;
    for (let block = 0; block < this.blocks; block++) {
      if (Atomics.load(this.words, HEAD + block) !== QUEUED) continue;
      const age = (given - Atomics.load(this.words, this.order + block)) | 0;
      if (age > most) [oldest, most] = [block, age];
    }
    return oldest;
  }
}

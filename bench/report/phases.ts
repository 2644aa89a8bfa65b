/** The phases of a run: said on the way, with how far a long one is, and kept with the time that each took. */

const BETWEEN_LINES_MS = 5_000;

export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

/** Told how much of a phase is done; says so now and then. */
export type Progress = (done: number, total: number) => void;

export class Phases {
  readonly done: Phase[] = [];
  private readonly say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  async run<Result>(name: string, work: (progress: Progress) => Result | Promise<Result>): Promise<Result> {
    this.say(`${name} …`);
    const begun = performance.now();
    let said = begun;
    const result = await work((done, total) => {
      const now = performance.now();
      if (now - said < BETWEEN_LINES_MS) return;
      said = now;
      const seconds = (now - begun) / 1000;
      this.say(`  ${Math.floor((100 * done) / total)} % after ${seconds.toFixed(0)} s`);
    });
    this.done.push({ name, seconds: (performance.now() - begun) / 1000 });
    return result;
  }
}

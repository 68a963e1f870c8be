import { GLUE_MS, GLUE_MS_MAX, PASS_SLICE_MS } from '../limits.ts';

export interface PassesOptions<Member> {
  /** May change at any time: a pass meets who comes during it, and not who has left. */
  readonly members: ReadonlySet<Member>;
  /** Must not throw. */
  readonly visit: (member: Member) => void;
  readonly onBegin: () => void;
  readonly onEnd: () => void;
}

/** When a channel writes to its readers. News after a quiet time go out at once; while there is more, a pass over all members begins every GLUE_MS, so that
 * each gets what has come in between in one write. A pass that takes long makes the next one wait as long again, so that writing has half of the process's time at most. A pass over many is cut into slices of PASS_SLICE_MS, between which the process does what else there is to do. */
export class Passes<Member> {
  readonly #options: PassesOptions<Member>;
  #beganAtMs = Number.NEGATIVE_INFINITY;
  /** How long the visits of the newest pass took, without what was done between its slices. */
  #workMs = 0;
  /** The members that this pass has yet to visit; null between passes. */
  #left: Iterator<Member> | null = null;
  #ended: PromiseWithResolvers<void> | null = null;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #slice: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(options: PassesOptions<Member>) {
    this.#options = options;
  }

  /** There is something new for all. */
  wake(): void {
    if (this.#left !== null) {
      this.#again = true;
      return;
    }
    if (this.#timer !== undefined || this.#stopped) return;
    const glueMs = Math.min(GLUE_MS_MAX, Math.max(GLUE_MS, 2 * this.#workMs));
    const waitMs = this.#beganAtMs + glueMs - performance.now();
    if (waitMs <= 0) this.#begin();
    else this.#timer = setTimeout(() => this.#begin(), waitMs);
  }

  /** Too much is waiting: begins a pass without waiting for its time, unless one is under way. Resolves when it is over. */
  async hurry(): Promise<void> {
    if (this.#stopped) return;
    if (this.#left === null) this.#begin();
    if (this.#left === null) return;
    this.#ended ??= Promise.withResolvers<void>();
    await this.#ended.promise;
  }

  /** No more visits. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#slice);
    this.#end();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#beganAtMs = performance.now();
    this.#workMs = 0;
    this.#again = false;
    this.#left = this.#options.members[Symbol.iterator]();
    this.#options.onBegin();
    this.#visitSome();
  }

  #visitSome(): void {
    const startMs = performance.now();
    for (let visited = 1; this.#left !== null; visited += 1) {
      const next = this.#left.next();
      if (next.done === true) break;
      this.#options.visit(next.value);
      if (visited % VISITS_PER_LOOK === 0 && performance.now() - startMs > PASS_SLICE_MS) {
        this.#workMs += performance.now() - startMs;
        this.#slice = setImmediate(() => this.#visitSome());
        return;
      }
    }
    this.#workMs += performance.now() - startMs;
    this.#end();
    this.#options.onEnd();
    if (this.#again) this.wake();
  }

  #end(): void {
    this.#left = null;
    this.#ended?.resolve();
    this.#ended = null;
  }
}

/** How often a pass looks at the clock. */
const VISITS_PER_LOOK = 16;

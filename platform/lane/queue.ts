/** One command on its way through a lane. `queued`: may still be removed. `taken`: in a batch, before its transaction has begun or between two tries. `trying`: its transaction is under way. */
export interface Entry<Command, Outcome> {
  readonly command: Command;
  readonly actor: string;
  /** Both in milliseconds of performance.now(). */
  readonly submittedMs: number;
  readonly deadlineMs: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  state: 'queued' | 'taken' | 'trying' | 'settled';
  /** A COMMIT that carried it was lost: it may have happened. */
  maybeExecuted: boolean;
  /** Stops listening for the caller's abort. */
  forgetSignal: (() => void) | null;
}

/** Commands waiting, in order of arrival, and who holds how many of the places. */
export class LaneQueue<Command, Outcome> {
  readonly #max: number;
  readonly #actorMax: number;
  // A Set keeps insertion order and removes from the middle (abort) in constant time.
  readonly #entries = new Set<Entry<Command, Outcome>>();
  readonly #heldByActor = new Map<string, number>();

  constructor(max: number, actorMax: number) {
    this.#max = max;
    this.#actorMax = actorMax;
  }

  get length(): number {
    return this.#entries.size;
  }

  /** The one that has waited longest. */
  get oldest(): Entry<Command, Outcome> | undefined {
    return this.#entries.values().next().value;
  }

  /** Why there is no room for one more command of this actor, or null. */
  refusal(actor: string): 'full' | 'actor' | null {
    if (this.#entries.size >= this.#max) return 'full';
    return (this.#heldByActor.get(actor) ?? 0) >= this.#actorMax ? 'actor' : null;
  }

  add(entry: Entry<Command, Outcome>): void {
    this.#entries.add(entry);
    this.#heldByActor.set(entry.actor, (this.#heldByActor.get(entry.actor) ?? 0) + 1);
  }

  remove(entry: Entry<Command, Outcome>): boolean {
    if (!this.#entries.delete(entry)) return false;
    const held = (this.#heldByActor.get(entry.actor) ?? 1) - 1;
    if (held === 0) this.#heldByActor.delete(entry.actor);
    else this.#heldByActor.set(entry.actor, held);
    return true;
  }

  /** Takes the oldest entries, at most `max`. */
  take(max: number): Entry<Command, Outcome>[] {
    const taken: Entry<Command, Outcome>[] = [];
    for (const entry of this.#entries) {
      if (taken.length === max) break;
      entry.state = 'taken';
      taken.push(entry);
    }
    for (const entry of taken) this.remove(entry);
    return taken;
  }

  /** Removes and answers with those whose deadline is past. All have the same time to live, so they are at the front. */
  takeExpired(nowMs: number): Entry<Command, Outcome>[] {
    const expired: Entry<Command, Outcome>[] = [];
    for (const entry of this.#entries) {
      if (entry.deadlineMs > nowMs) break;
      expired.push(entry);
    }
    for (const entry of expired) this.remove(entry);
    return expired;
  }
}

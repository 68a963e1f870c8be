import { FanfareError } from '#platform/errors.ts';
import {
  EVENTS_IN_FLIGHT_MAX,
  GLUED_BYTES_MAX,
  REPLAY_CURSORS_MAX,
  REPLAY_HOLD_MS,
  REPLAY_IDLE_MS,
  RING_BYTES_MAX,
  RING_PAYLOADS_MAX,
} from '../limits.ts';
import type { Completed } from './complete.ts';
import type { Place, UpstreamItem } from './events.ts';
import { type Batch, createBatch } from './frames.ts';
import { inOrder } from './inOrder.ts';
import type { Outlet } from './outlet.ts';
import type { Entry, Ring } from './ring.ts';
import type { Slots } from './slots.ts';

/** A subscriber on its way from its cursor to the channel's ring. */
export interface Joiner {
  readonly outlet: Outlet;
  /** Hears once where in the ring it goes on; null when its subscription is over (it was told why). */
  readonly met: (index: number | null) => void;
  /** The last cursor that it has. */
  after: string;
  /** Whether it has had its first payload, its own position. */
  positioned: boolean;
  /** What it reads now. */
  replay: Replay | null;
  left: boolean;
}

/** What a replay asks of its channel. */
export interface ReplaySource {
  readonly ring: Ring;
  readonly slots: Slots;
  /** An upstream after this cursor. */
  readonly open: (after: string, signal: AbortSignal) => AsyncIterable<UpstreamItem>;
  readonly complete: (item: UpstreamItem) => Promise<Completed>;
  readonly position: (place: Place) => Buffer;
}

/** What happens between a replay and the others of its channel. */
export interface ReplayHost {
  /** Whether somebody waits at this cursor. */
  isAwaited(cursor: string): boolean;
  /** Those who wait at this cursor; they wait no more. */
  take(cursor: string): readonly Joiner[];
  /** Another replay that stands at this cursor. */
  standingAt(cursor: string): Replay | undefined;
  /** This replay stands at this cursor, until it `moves`. */
  stands(cursor: string, replay: Replay): void;
  moves(cursor: string, replay: Replay): void;
  /** A joiner whose socket is full: it goes on from its cursor once that has drained. */
  setAside(joiner: Joiner): void;
  /** The entries from `base` to where the ring begins, for the ring. */
  read(base: Place, entries: readonly Entry[]): void;
  /** It is over; it was to begin after this cursor. */
  ended(replay: Replay, after: string): void;
}

/** One replay upstream and the joiners that read along. It begins after the cursor of one of them; another one joins when its own cursor goes by, and gets what
 * comes after it. Cursors are opaque, so the replay and the ring meet where the same cursor is in both: usually the replay comes from behind and finds in the
 * ring what it has just delivered. It may also be ahead of the ring (a cursor is newer than what the channel has got yet): then it stops and waits until the
 * ring gets there. Either way everybody goes on with the event after the meeting place: no gap, no repeat.
 *
 * While the ring has room for older entries, it holds what it reads, and puts it in front of the ring when they have met: then its joiners read from there like
 * everybody else. What gets too much, or takes too long, is sent to them as it comes. It has a slot only while it reads. */
export class Replay {
  /** Resolves when whoever it would pass has been passed: it has met the ring, has come to where nothing follows for now, or is over. */
  readonly passed: Promise<void>;
  readonly #first: string;
  readonly #source: ReplaySource;
  readonly #host: ReplayHost;
  readonly #pass: () => void;
  /** Who reads along, and where in what is held it begins. */
  readonly #reading = new Map<Joiner, number>();
  /** Cursors that were delivered, the newest last. */
  readonly #delivered = new Set<string>();
  /** What was read since `#base` and not sent yet; null once everything is sent as it comes. */
  #held: Entry[] | null;
  #heldBytes = 0;
  #heldSinceMs = 0;
  #base: Place | null = null;
  #place: Place | null = null;
  #state: 'reading' | 'ahead' | 'over' = 'reading';
  #begun = false;
  #wake = (): void => undefined;
  #stop = new AbortController();

  constructor(after: string, source: ReplaySource, host: ReplayHost) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.passed = promise;
    this.#pass = resolve;
    this.#first = after;
    this.#source = source;
    this.#host = host;
    this.#held = source.ring.growsBackwards ? [] : null;
    void this.#run();
  }

  /** Somebody who stands where this replay stands reads along from here. */
  add(joiner: Joiner, place: Place | null = this.#place): void {
    if (!joiner.positioned && place !== null) joiner.outlet.next(this.#source.position(place));
    joiner.positioned = true;
    joiner.replay = this;
    this.#reading.set(joiner, this.#held?.length ?? 0);
  }

  leave(joiner: Joiner): void {
    if (this.#reading.delete(joiner) && this.#reading.size === 0) this.#end();
  }

  /** The channel says that its ring has got this place. */
  pushed(place: Place): void {
    if (this.#state === 'over') return;
    if (!this.#delivered.has(place.cursor)) {
      // A source may end its summaries elsewhere each time it is asked: the ring has gone past the place where this replay waits for it.
      this.restarted(place);
      return;
    }
    if (place.cursor === this.#place?.cursor) {
      this.#meet(this.#source.ring.after(place.cursor)?.index ?? this.#source.ring.next);
      return;
    }
    this.#state = 'ahead';
    this.#release();
    this.#stand();
    this.#stop.abort();
    this.#pass();
  }

  /** The channel says that its log went on elsewhere, from this place: a replay that is ahead of it might wait for ever, so it reads on by itself. */
  restarted(place: Place): void {
    if (this.#state !== 'ahead' || this.#delivered.has(place.cursor)) return;
    this.#state = 'reading';
    this.#wake();
  }

  /** Ends it without a word to its joiners. */
  close(): void {
    this.#reading.clear();
    this.#end();
  }

  async #run(): Promise<void> {
    try {
      while (this.#state !== 'over') {
        if (this.#state === 'ahead') {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        const release = await this.#source.slots.acquire();
        try {
          if (this.#begun || this.#host.isAwaited(this.#first)) await this.#read();
          else this.#end();
        } finally {
          release();
        }
      }
    } catch (error) {
      this.#fail(
        error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'Catching up has failed.', { cause: error }),
      );
    }
  }

  // Reads until it has met the ring, or until it gives its slot to somebody who waits for one: nothing is new here, or nobody takes it.
  async #read(): Promise<void> {
    if (this.#state !== 'reading') return;
    const stop = new AbortController();
    this.#stop = stop;
    const idle = setInterval(() => {
      if (!this.#begun) return;
      this.#release();
      this.#stand();
      this.#pass();
      if (this.#source.slots.contended) stop.abort();
    }, REPLAY_IDLE_MS);
    const complete = (item: UpstreamItem): Promise<Completed> => {
      idle.refresh();
      return this.#source.complete(item);
    };
    try {
      const items = this.#source.open(this.#place?.cursor ?? this.#first, stop.signal);
      await inOrder(items, EVENTS_IN_FLIGHT_MAX, complete, (completed) => this.#deliver(completed, stop.signal));
    } finally {
      clearInterval(idle);
    }
    if (!stop.signal.aborted) this.#tell((outlet) => outlet.complete());
  }

  async #deliver(completed: Completed, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { item } = completed;
    if (item.type === 'refused') {
      this.#fail(refusalOf(item));
      return;
    }
    if (!this.#begun) this.#begin(item.type === 'position' ? item.place : null);
    if ('entry' in completed) {
      if (!this.#hold(completed.entry, item.type === 'reset')) {
        await this.#untilTaken(signal);
        if (signal.aborted) return;
        const batch = createBatch([completed.entry.head]);
        for (const joiner of [...this.#reading.keys()]) this.#send(joiner, batch, item.place);
      }
    }
    if (item.place !== null) this.#arrive(item.place);
    if (this.#reading.size === 0) this.#end();
  }

  #begin(place: Place | null): void {
    this.#begun = true;
    this.#base = place;
    this.#heldSinceMs = performance.now();
    if (place === null) this.#held = null;
    for (const joiner of this.#host.take(this.#first)) this.add(joiner, place);
  }

  // As long as one of them takes more it goes on, at the pace of the quickest.
  async #untilTaken(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#reading.size > 0 && ![...this.#reading.keys()].some(({ outlet }) => outlet.writable)) {
      await anyWritable(
        [...this.#reading.keys()].map(({ outlet }) => outlet),
        signal,
      );
    }
  }

  // Whether the entry is held. What lies before a reset cannot be replayed to anybody, so it is no part of the ring.
  #hold(entry: Entry, isReset: boolean): boolean {
    if (this.#held === null) return false;
    const tooLong = performance.now() - this.#heldSinceMs > REPLAY_HOLD_MS;
    if (isReset || tooLong || this.#held.length >= RING_PAYLOADS_MAX || this.#heldBytes + entry.head.length > RING_BYTES_MAX) {
      this.#release();
      return false;
    }
    this.#held.push(entry);
    this.#heldBytes += entry.head.length;
    return true;
  }

  // Sends what is held; from now on everything is sent as it comes.
  #release(): void {
    const held = this.#held;
    if (held === null) return;
    this.#held = null;
    this.#heldBytes = 0;
    const batches = batchesOf(held);
    for (const [joiner, from] of [...this.#reading]) {
      for (const { at, next, batch } of batches) {
        if (next <= from || !this.#reading.has(joiner)) continue;
        const own = at >= from ? batch : createBatch(held.slice(from, next).map(({ head }) => head));
        this.#send(joiner, own, held[next - 1]?.place ?? null);
      }
    }
  }

  // Nobody waits for a slow one: it goes on by itself, from the last event that it was given.
  #send(joiner: Joiner, batch: Batch, last: Place | null): void {
    if (joiner.outlet.writable) {
      joiner.outlet.send(batch);
      joiner.after = last?.cursor ?? joiner.after;
      return;
    }
    this.#reading.delete(joiner);
    joiner.replay = null;
    this.#host.setAside(joiner);
  }

  #arrive(place: Place): void {
    if (this.#place !== null) this.#host.moves(this.#place.cursor, this);
    this.#place = place;
    this.#delivered.add(place.cursor);
    const oldest = this.#delivered.values().next();
    if (this.#delivered.size > REPLAY_CURSORS_MAX && !oldest.done) this.#delivered.delete(oldest.value);
    for (const joiner of this.#host.take(place.cursor)) this.add(joiner, place);
    const found = this.#source.ring.after(place.cursor);
    if (found !== undefined) {
      this.#meet(found.index);
      return;
    }
    const other = this.#host.standingAt(place.cursor);
    if (other === undefined || other === this) return;
    this.#release();
    const joiners = [...this.#reading.keys()];
    this.close();
    for (const joiner of joiners) other.add(joiner, place);
  }

  #stand(): void {
    if (this.#place !== null && this.#state !== 'over') this.#host.stands(this.#place.cursor, this);
  }

  #meet(index: number): void {
    const { ring } = this.#source;
    if (this.#held !== null && this.#base !== null) this.#host.read(this.#base, this.#held);
    const places = [...this.#reading.keys()].flatMap((joiner) => {
      const found = this.#held === null ? undefined : ring.after(joiner.after);
      return found === undefined ? [] : [{ joiner, index: found.index }];
    });
    for (const { joiner } of places) this.#reading.delete(joiner);
    this.#release();
    for (const joiner of this.#reading.keys()) places.push({ joiner, index });
    this.close();
    for (const place of places) {
      place.joiner.replay = null;
      place.joiner.met(place.index);
    }
  }

  #tell(tell: (outlet: Outlet) => void): void {
    this.#release();
    const joiners = [...this.#reading.keys(), ...(this.#begun ? [] : this.#host.take(this.#first))];
    this.close();
    for (const { outlet, met } of joiners) {
      tell(outlet);
      met(null);
    }
  }

  #fail(error: FanfareError): void {
    if (this.#state !== 'over') this.#tell((outlet) => outlet.fail(error));
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    if (this.#place !== null) this.#host.moves(this.#place.cursor, this);
    this.#stop.abort();
    this.#wake();
    this.#held = null;
    this.#host.ended(this, this.#first);
    this.#pass();
  }
}

const anyWritable = (outlets: readonly Outlet[], signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // A long replay to a slow reader waits many thousand times.
    const stopWaiting = (): void => {
      signal.removeEventListener('abort', stopWaiting);
      resolve();
    };
    for (const outlet of outlets) outlet.onWritable(stopWaiting);
    signal.addEventListener('abort', stopWaiting);
  });

/** Entries in parts that each leave in one write. */
const batchesOf = (entries: readonly Entry[]): readonly { readonly at: number; readonly next: number; readonly batch: Batch }[] => {
  const batches: { at: number; next: number; batch: Batch }[] = [];
  for (let at = 0; at < entries.length; ) {
    const heads: Buffer[] = [];
    for (let bytes = 0; at + heads.length < entries.length && bytes < GLUED_BYTES_MAX; ) {
      const head = entries[at + heads.length]?.head ?? Buffer.alloc(0);
      heads.push(head);
      bytes += head.length;
    }
    batches.push({ at, next: at + heads.length, batch: createBatch(heads) });
    at += heads.length;
  }
  return batches;
};

/** What a subgraph said when it did not accept a subscription. */
export const refusalOf = ({ payload, code }: UpstreamItem & { readonly type: 'refused' }): FanfareError => {
  const [error] = payload.errors ?? [];
  return new FanfareError(
    code === null || error === undefined ? 'INTERNAL_SERVER_ERROR' : (code as FanfareError['code']),
    error?.message ?? 'The subscription was refused.',
  );
};

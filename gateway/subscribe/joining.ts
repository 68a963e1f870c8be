import { FanfareError } from '#platform/errors.ts';
import { EVENTS_IN_FLIGHT_MAX, REPLAY_CURSORS_MAX, REPLAY_IDLE_MS } from '../limits.ts';
import type { Completed } from './complete.ts';
import type { Place, UpstreamItem } from './events.ts';
import { inOrder } from './inOrder.ts';
import type { Outlet } from './outlet.ts';
import type { Ring } from './ring.ts';
import type { Slots } from './slots.ts';

export interface JoiningOptions {
  readonly ring: Ring;
  readonly outlet: Outlet;
  readonly slots: Slots;
  /** Ends it when the subscriber leaves. */
  readonly signal: AbortSignal;
  /** The joiner's own upstream, after its cursor. */
  readonly replay: (signal: AbortSignal) => AsyncIterable<UpstreamItem>;
  readonly complete: (item: UpstreamItem) => Promise<Completed>;
  readonly position: (place: Place) => Buffer;
}

/** A subscriber that reads its own way from its cursor until it meets the channel's ring. Cursors are opaque, so the two meet where the same cursor is in
 * both: usually the joiner comes from behind and finds in the ring what it has just delivered. It may also be ahead of the ring (its cursor is newer than what
 * the channel has got yet): then it stops and waits until the ring gets there. Either way the next event is the one after the meeting place: no gap, no
 * repeat. */
export class Joining {
  /** Where in the ring to go on; null when the subscription is over (it was told why, or has left). */
  readonly met: Promise<number | null>;
  readonly #options: JoiningOptions;
  readonly #meet: (index: number | null) => void;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Cursors that were delivered, the newest last. */
  readonly #delivered = new Set<string>();
  #last: string | null = null;
  #state: 'reading' | 'ahead' | 'over' = 'reading';

  constructor(options: JoiningOptions) {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.met = promise;
    this.#meet = resolve;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    options.signal.addEventListener('abort', () => this.#finish(null), { once: true });
    void this.#read();
  }

  /** The channel says that its ring has got this place. */
  pushed(place: Place): void {
    if (this.#state === 'over' || !this.#delivered.has(place.cursor)) return;
    if (place.cursor === this.#last) {
      this.#finish(this.#options.ring.after(place.cursor)?.index ?? this.#options.ring.next);
      return;
    }
    this.#state = 'ahead';
    this.#stop.abort();
  }

  /** The channel says that its log went on elsewhere, with the entry at this index: a joiner that was ahead of it would wait for ever. */
  restarted(index: number): void {
    if (this.#state === 'ahead') this.#finish(index);
  }

  async #read(): Promise<void> {
    const { outlet, signal } = this.#options;
    try {
      await this.#replay();
      if (this.#state === 'ahead') return; // until the ring gets there
      if (this.#state === 'reading' && !signal.aborted) outlet.complete();
    } catch (error) {
      if (this.#state === 'over') return;
      outlet.fail(
        error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'Catching up has failed.', { cause: error }),
      );
    }
    this.#finish(null);
  }

  async #replay(): Promise<void> {
    const { slots, replay, complete } = this.#options;
    const release = await slots.acquire();
    // A joiner without news has caught up and only waits for the next event: its slot is free for another.
    const idle = setTimeout(release, REPLAY_IDLE_MS);
    const refreshed = (item: UpstreamItem): Promise<Completed> => {
      idle.refresh();
      return complete(item);
    };
    try {
      await inOrder(replay(this.#signal), EVENTS_IN_FLIGHT_MAX, refreshed, (completed) => this.#deliver(completed));
    } finally {
      clearTimeout(idle);
      release();
    }
  }

  async #deliver(completed: Completed): Promise<void> {
    const { outlet, signal, position } = this.#options;
    if (this.#state !== 'reading') return;
    if (!outlet.writable) await writable(outlet, this.#signal);
    if (signal.aborted) return;
    if (completed.item.type === 'refused') {
      outlet.fail(refusalOf(completed.item));
      this.#finish(null);
      return;
    }
    outlet.next('entry' in completed ? completed.entry.head : position(completed.item.place));
    if (completed.item.place !== null) this.#look(completed.item.place);
  }

  #look({ cursor }: Place): void {
    this.#last = cursor;
    this.#delivered.add(cursor);
    const oldest = this.#delivered.values().next();
    if (this.#delivered.size > REPLAY_CURSORS_MAX && !oldest.done) this.#delivered.delete(oldest.value);
    const found = this.#options.ring.after(cursor);
    if (found !== undefined) this.#finish(found.index);
  }

  #finish(index: number | null): void {
    this.#state = 'over';
    this.#stop.abort();
    this.#meet(index);
  }
}

const writable = (outlet: Outlet, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    outlet.onWritable(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** What a subgraph said when it did not accept a subscription. */
export const refusalOf = ({ payload, code }: UpstreamItem & { readonly type: 'refused' }): FanfareError => {
  const [error] = payload.errors ?? [];
  return new FanfareError(
    code === null || error === undefined ? 'INTERNAL_SERVER_ERROR' : (code as FanfareError['code']),
    error?.message ?? 'The subscription was refused.',
  );
};

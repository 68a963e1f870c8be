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

/** A subscriber that reads its own way from its cursor until it meets the channel's ring. */
export interface Joining {
  /** The channel says that its ring has got this place. */
  pushed(place: Place): void;
  /** Where in the ring to go on; null when the subscription is over (it was told why, or has left). */
  readonly met: Promise<number | null>;
}

/** Begins to read. Cursors are opaque, so the two meet where the same cursor is in both: usually the joiner comes from behind and finds in the ring what it
 * has just delivered. It may also be ahead of the ring (its cursor is newer than what the channel has got yet): then it stops and waits until the ring
 * gets there. Either way the next event is the one after the meeting place: no gap, no repeat. */
export const startJoining = (options: JoiningOptions): Joining => {
  const { ring, outlet } = options;
  const met = Promise.withResolvers<number | null>();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const delivered = new Set<string>();
  let last: string | null = null;
  let state: 'reading' | 'ahead' | 'over' = 'reading';

  const finish = (index: number | null): void => {
    state = 'over';
    stop.abort();
    met.resolve(index);
  };
  const look = (place: Place): void => {
    last = place.cursor;
    delivered.add(place.cursor);
    const oldest = delivered.values().next();
    if (delivered.size > REPLAY_CURSORS_MAX && !oldest.done) delivered.delete(oldest.value);
    const found = ring.after(place.cursor);
    if (found !== undefined) finish(found.index);
  };
  const deliver = async (completed: Completed): Promise<void> => {
    if (state !== 'reading') return;
    if (!outlet.writable) await writable(outlet, signal);
    if (options.signal.aborted) return;
    if (completed.item.type === 'refused') {
      outlet.fail(refusalOf(completed.item));
      finish(null);
      return;
    }
    outlet.next('entry' in completed ? completed.entry.head : options.position(completed.item.place));
    if (completed.item.place !== null) look(completed.item.place);
  };
  const read = async (): Promise<void> => {
    const release = await options.slots.acquire();
    // A joiner without news has caught up and only waits for the next event: its slot is free for another.
    const idle = setTimeout(release, REPLAY_IDLE_MS);
    const refreshed = (item: UpstreamItem): Promise<Completed> => {
      idle.refresh();
      return options.complete(item);
    };
    try {
      await inOrder(options.replay(signal), EVENTS_IN_FLIGHT_MAX, refreshed, deliver);
    } finally {
      clearTimeout(idle);
      release();
    }
    if (state !== 'reading') return;
    if (!options.signal.aborted) outlet.complete();
    finish(null);
  };
  options.signal.addEventListener('abort', () => finish(null), { once: true });
  read().catch((error: unknown) => {
    if (state === 'over') return;
    outlet.fail(
      error instanceof FanfareError ? error : new FanfareError('INTERNAL_SERVER_ERROR', 'Catching up has failed.', { cause: error }),
    );
    finish(null);
  });

  return {
    met: met.promise,
    pushed: (place) => {
      if (state === 'over' || !delivered.has(place.cursor)) return;
      if (place.cursor === last) {
        finish(ring.after(place.cursor)?.index ?? ring.next);
        return;
      }
      state = 'ahead';
      stop.abort();
    },
  };
};

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

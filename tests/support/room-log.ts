import { EventEmitter, on } from 'node:events';
import { FanfareError } from '#platform/errors.ts';

/** One event as the test subgraph's resolvers return it. */
export interface LogEvent {
  readonly __typename: 'ChatEvent' | 'GiftEvent' | 'PositionEvent' | 'ResetEvent';
  readonly id: string;
  readonly cursor: string;
  readonly seq: number;
  readonly at: string;
  readonly text?: string;
  readonly giftId?: string;
  readonly reason?: string;
}

/** A log with the contract of the real ones: first a position (the caller's own cursor, or the head), then a reset when that cursor is not in the log, then
 * every event once and in order. */
export interface RoomLog {
  append(event?: { readonly text?: string; readonly giftId?: string }): LogEvent;
  /** From now on all that it holds says something else to whoever reads it. */
  rewrite(text: string): void;
  /** Whoever follows from now on gets what there is, and the end. */
  close(): void;
  /** Another log under the same name: every cursor so far is of no use. */
  restore(): void;
  follow(after: string | null, signal: AbortSignal, kinds?: readonly string[] | null): AsyncGenerator<LogEvent, void>;
  readonly head: string;
}

export const aRoomLog = (): RoomLog => {
  const changes = new EventEmitter().setMaxListeners(0);
  let events: LogEvent[] = [];
  let epoch = 1;
  let closed = false;
  const cursorOf = (seq: number): string => `${epoch}:${seq}`;
  const control = (__typename: 'PositionEvent' | 'ResetEvent', cursor: string, seq: number): LogEvent => ({
    __typename,
    id: `${__typename}:${cursor}`,
    cursor,
    seq,
    at: new Date(seq).toISOString(),
  });

  async function* follow(after: string | null, signal: AbortSignal, kinds?: readonly string[] | null): AsyncGenerator<LogEvent, void> {
    let [own, next] = [epoch, events.length];
    const ends = closed;
    if (after !== null) {
      const [, of, seq] = /^(\d+):(\d+)$/.exec(after) ?? [];
      if (of === undefined) throw new FanfareError('BAD_USER_INPUT', 'that is no cursor');
      yield control('PositionEvent', after, Number(seq));
      if (Number(of) !== epoch || Number(seq) > events.length)
        yield { ...control('ResetEvent', cursorOf(events.length), events.length), reason: 'EPOCH' };
      else next = Number(seq);
    } else yield control('PositionEvent', cursorOf(next), next);
    const ticks = on(changes, 'change', { signal });
    try {
      for (;;) {
        if (own !== epoch) {
          [own, next] = [epoch, events.length];
          yield { ...control('ResetEvent', cursorOf(next), next), reason: 'EPOCH' };
        }
        for (let event = events[next]; event !== undefined && own === epoch; event = events[next]) {
          next += 1;
          if (!kinds || kinds.includes(event.__typename)) yield event;
        }
        if (own === epoch && ends) return;
        if (own === epoch) await ticks.next();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await ticks.return?.();
    }
  }

  return {
    append: ({ text, giftId } = {}) => {
      const seq = events.length + 1;
      const event: LogEvent = {
        __typename: giftId === undefined ? 'ChatEvent' : 'GiftEvent',
        id: `event ${epoch}:${seq}`,
        cursor: cursorOf(seq),
        seq,
        at: new Date(seq).toISOString(),
        ...(giftId === undefined ? { text: text ?? `text ${seq}` } : { giftId }),
      };
      events.push(event);
      changes.emit('change');
      return event;
    },
    rewrite: (text) => {
      events = events.map((event) => ({ ...event, text }));
    },
    close: () => {
      closed = true;
    },
    restore: () => {
      epoch += 1;
      events = [];
      changes.emit('change');
    },
    follow,
    get head() {
      return cursorOf(events.length);
    },
  };
};

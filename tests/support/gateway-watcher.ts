import type { Client, ExecutionResult } from 'graphql-ws';
import { withDeadline } from './deadline.ts';

export interface WatchedEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly seq: number;
  readonly text?: string;
  readonly gift?: { readonly name: string } | null;
  readonly reason?: string;
}

export interface Watcher {
  readonly payloads: readonly ExecutionResult<{ e: WatchedEvent }>[];
  readonly events: readonly WatchedEvent[];
  /** Resolves when `done` says so, looked at after every payload. */
  until(what: string, done: (events: readonly WatchedEvent[]) => boolean): Promise<void>;
  /** How it ended: the errors, the close event, or null when it was completed. */
  readonly ended: Promise<unknown>;
  stop(): void;
}

export const WATCH = `subscription Watch($roomId: ID!, $after: Cursor) {
  e: roomEvents(roomId: $roomId, after: $after) { __typename cursor seq ... on ChatEvent { text } ... on GiftEvent { gift { name } } ... on ResetEvent { reason } }
}`;

/** Follows with the stock client; a log is resumed after its last cursor whenever the client reconnects. */
export const watch = (client: Client, variables: { roomId: string; after?: string | null }, query = WATCH): Watcher => {
  const payloads: ExecutionResult<{ e: WatchedEvent }>[] = [];
  const events: WatchedEvent[] = [];
  const looks = new Set<() => void>();
  const ended = Promise.withResolvers<unknown>();
  const own = { ...variables };
  const stop = client.subscribe<{ e: WatchedEvent }>(
    { query, variables: own },
    {
      next: (payload) => {
        payloads.push(payload as ExecutionResult<{ e: WatchedEvent }>);
        const event = payload.data?.e;
        if (event) {
          own.after = event.cursor;
          events.push(event);
        }
        for (const look of looks) look();
      },
      error: (error) => ended.resolve(error),
      complete: () => ended.resolve(null),
    },
  );
  return {
    payloads,
    events,
    ended: ended.promise,
    stop,
    until: (what, done) => {
      let look = (): void => undefined;
      const reached = new Promise<void>((resolve) => {
        look = () => {
          if (done(events)) resolve();
        };
        looks.add(look);
        look();
      });
      return withDeadline(reached, `${what}: not (${events.length} events, last ${JSON.stringify(events.at(-1))})`).finally(() =>
        looks.delete(look),
      );
    },
  };
};

/** The events alone: no positions. */
export const eventsOf = (watcher: Watcher): readonly WatchedEvent[] =>
  watcher.events.filter(({ __typename }) => __typename !== 'PositionEvent');

/** seq of each event, in order of arrival. */
export const seqsOf = (watcher: Watcher): readonly number[] => eventsOf(watcher).map(({ seq }) => seq);

/** Numbers from first to last. */
export const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

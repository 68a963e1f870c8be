import type { Queryable } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import type { FeedItem, Feeds } from '#platform/feed/feed.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import type { Conversation } from '../domain/conversation.ts';
import { QUEUE_RIGHT_CHECK_MS } from '../domain/queueLimits.ts';
import { mayModerate } from '../domain/queueRules.ts';
import { conversationsByIds } from './conversations.ts';
import { memberKeyOf } from './members.ts';
import { type QueueEvent, queueEventOf, queueFeedOf } from './queueEvents.ts';
import { readRights } from './rights.ts';

/** Who follows which conversation's queue. `isOperator`: may see all of them. */
export interface QueueReader {
  readonly conversationId: string;
  readonly userId: string;
  readonly isOperator: boolean;
}

/** Follows queues for those who may see them, as long as they may. */
export interface QueueWatch {
  /** The position, a reset where `after` is not in the log, then every event of the queue, each once. Ends with `signal`. Throws FanfareError FORBIDDEN when the reader may see the
   * queue no more: before each event, and within QUEUE_RIGHT_CHECK_MS where there is none. */
  follow(reader: QueueReader, options: { readonly after: string | null; readonly signal: AbortSignal }): AsyncGenerator<QueueEvent, void>;
  close(): void;
}

export interface QueueWatchParts {
  readonly database: Queryable;
  readonly feeds: Pick<Feeds, 'follow'>;
  readonly telemetry: Telemetry;
}

/** What somebody is told who follows a queue and may not. */
export const QUEUE_FORBIDDEN = 'Only who may moderate this conversation (MODERATE) and operators follow its queue.';

interface Follower {
  readonly reader: QueueReader;
  readonly dismiss: () => void;
}

/** One look per QUEUE_RIGHT_CHECK_MS and process asks about everybody who follows a queue. */
export const openQueueWatch = ({ database, feeds, telemetry }: QueueWatchParts): QueueWatch => {
  const followers = new Set<Follower>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    const asked = [...followers];
    const allowed = await readersAllowed(
      database,
      asked.map(({ reader }) => reader),
    );
    for (const { reader, dismiss } of asked) if (!allowed.has(reader)) dismiss();
  };
  const schedule = (): void => {
    if (timer !== null || followers.size === 0) return;
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) =>
          telemetry.log.warn({ err: error }, 'who may follow queues could not be read; the next look is in a second'),
        )
        .finally(() => {
          timer = null;
          schedule();
        });
    }, QUEUE_RIGHT_CHECK_MS);
    timer.unref();
  };
  const insist = async (reader: QueueReader): Promise<void> => {
    if (!(await readersAllowed(database, [reader])).has(reader)) throw new FanfareError('FORBIDDEN', QUEUE_FORBIDDEN);
  };
  return {
    async *follow(reader, { after, signal }) {
      const leaving = new AbortController();
      const ends = AbortSignal.any([signal, leaving.signal]);
      const follower: Follower = { reader, dismiss: () => leaving.abort() };
      followers.add(follower);
      schedule();
      try {
        for await (const item of feeds.follow(queueFeedOf(reader.conversationId), { after, signal: ends })) {
          // What they may not see any more is not sent, however late the next look is.
          await insist(reader);
          const event = queueEvent(item);
          if (event !== null) yield event;
        }
        if (leaving.signal.aborted && !signal.aborted) throw new FanfareError('FORBIDDEN', QUEUE_FORBIDDEN);
      } finally {
        followers.delete(follower);
      }
    },
    close: () => {
      followers.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
};

const queueEvent = (item: FeedItem): QueueEvent | null => {
  if (item.type === 'event') return queueEventOf(item.event);
  const { type, cursor, seq, at } = item;
  const base = { id: `${type}:${cursor}`, cursor, seq, at };
  return type === 'reset'
    ? { __typename: 'ModerationQueueResetEvent', ...base, reason: item.reason }
    : { __typename: 'ModerationQueuePositionEvent', ...base };
};

/** Those of these readers who may see their queues now. A fixed number of statements; none where all are operators. */
const readersAllowed = async (database: Queryable, readers: readonly QueueReader[]): Promise<ReadonlySet<QueueReader>> => {
  const others = readers.filter(({ isOperator }) => !isOperator);
  const conversations = await conversationsOf(database, others);
  const subjects = others.flatMap((reader) => {
    const conversation = conversations.get(reader.conversationId);
    return conversation === undefined ? [] : [{ reader, subject: { conversation, userId: reader.userId } }];
  });
  const unique = new Map(subjects.map(({ reader, subject }) => [memberKeyOf(reader), subject]));
  const rightsOf = unique.size === 0 ? null : await readRights(database, [...unique.values()]);
  const allowed = subjects.filter(({ subject }) => {
    const right = rightsOf?.(subject);
    return right !== undefined && mayModerate(subject.conversation, { role: right.role, isOperator: false }, right.overrides);
  });
  return new Set([...readers.filter(({ isOperator }) => isOperator), ...allowed.map(({ reader }) => reader)]);
};

const conversationsOf = async (database: Queryable, readers: readonly QueueReader[]): Promise<ReadonlyMap<string, Conversation>> =>
  readers.length === 0 ? new Map() : conversationsByIds(database, [...new Set(readers.map(({ conversationId }) => conversationId))]);

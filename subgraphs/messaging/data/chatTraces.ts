import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { type Recurring, startRecurring } from '#platform/recurring.ts';
import type { Telemetry } from '#platform/telemetry/telemetry.ts';
import { TRACES_FORGET_MS, TRACES_FORGOTTEN_MAX, UNIQUE_MINUTES_MAX } from '../domain/limits.ts';

/** What a conversation remembers of what was said: who posted, or what. `key`: who or what, as the rule calls it. */
export interface ChatTrace {
  readonly conversationId: string;
  readonly key: string;
}

/** That somebody posted. */
export const postedTraceOf = ({ conversationId, userId }: { readonly conversationId: string; readonly userId: string }): ChatTrace => ({
  conversationId,
  key: `posted:${userId}`,
});

/** A trace as a key of maps. Ids of conversations hold no white space. */
export const traceKeyOf = ({ conversationId, key }: ChatTrace): string => `${conversationId} ${key}`;

/** When these traces were left; which were not are absent. One statement. */
export const readTraces = async (database: Queryable, traces: readonly ChatTrace[]): Promise<ReadonlyMap<string, Date>> => {
  if (traces.length === 0) return new Map();
  const rows = await database.query<ChatTrace & { readonly at: Date }>({
    name: 'readTraces',
    text: `/* readTraces */
      SELECT conversation_id AS "conversationId", key, at FROM chat_trace
       WHERE (shard, conversation_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(traces),
  });
  return new Map(rows.map((row) => [traceKeyOf(row), row.at]));
};

/** Leaves traces. `traces`: each once. One statement. */
export const saveTraces = (tx: Transaction, traces: readonly (ChatTrace & { readonly at: Date })[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveTraces',
    text: `/* saveTraces */
      INSERT INTO chat_trace (shard, conversation_id, key, at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
      ON CONFLICT (shard, conversation_id, key) DO UPDATE SET at = excluded.at`,
    values: [...columnsOf(traces), times(traces.map(({ at }) => at))],
  });

/** Forgets all traces that no mode asks about any more, `limit` by one statement, until none is left or `signal` aborts; answers with how many. Those that somebody writes anew just now stay. */
export const forgetTraces = async (
  database: Queryable,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<number> => {
  let forgotten = 0;
  for (let last = limit; last === limit && !signal.aborted; forgotten += last) last = await forgetSome(database, limit);
  return forgotten;
};

const forgetSome = async (database: Queryable, limit: number): Promise<number> => {
  const gone = await database.query({
    name: 'forgetTraces',
    text: `/* forgetTraces */
      DELETE FROM chat_trace
       WHERE (shard, conversation_id, key) IN (
         SELECT shard, conversation_id, key FROM chat_trace
          WHERE at < clock_timestamp() - $1 * interval '1 minute' ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
      RETURNING 1 AS gone`,
    values: [UNIQUE_MINUTES_MAX, limit],
  });
  return gone.length;
};

/** Starts to forget old traces, in any number of processes. */
export const startForgetting = ({
  database,
  telemetry,
}: {
  readonly database: Queryable;
  readonly telemetry: Telemetry;
}): Pick<Recurring, 'close'> => {
  const closing = new AbortController();
  const job = startRecurring({
    name: 'chat traces',
    everyMs: TRACES_FORGET_MS,
    telemetry,
    run: async () => {
      await forgetTraces(database, { limit: TRACES_FORGOTTEN_MAX, signal: closing.signal });
    },
  });
  return {
    close: async () => {
      closing.abort();
      await job.close();
    },
  };
};

/** Since when these people follow those; who does not is absent. Keys: followKeyOf. One statement. */
export const followsSince = async (database: Queryable, follows: readonly Follow[]): Promise<ReadonlyMap<string, Date>> => {
  if (follows.length === 0) return new Map();
  const rows = await database.query<Follow & { readonly since: Date }>({
    name: 'followsSince',
    text: `/* followsSince */
      SELECT owner_id AS "ownerId", user_id AS "userId", since FROM follower
       WHERE (shard, owner_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: followColumns(follows),
  });
  return new Map(rows.map((row) => [followKeyOf(row), row.since]));
};

/** That `userId` follows `ownerId`. */
export interface Follow {
  readonly ownerId: string;
  readonly userId: string;
}

export const followKeyOf = ({ ownerId, userId }: Follow): string => JSON.stringify([ownerId, userId]);

/** Notes followers; who follows already keeps their time. By shard, owner and user. */
export const addFollowers = (database: Queryable, follows: readonly Follow[], since: Date): Promise<readonly object[]> =>
  database.query({
    name: 'addFollowers',
    text: `/* addFollowers */
      INSERT INTO follower (shard, owner_id, user_id, since)
      SELECT new.shard, new.owner_id, new.user_id, $4 FROM unnest($1::int[], $2::text[], $3::text[]) AS new (shard, owner_id, user_id)
       ORDER BY new.shard, new.owner_id, new.user_id
      ON CONFLICT DO NOTHING`,
    values: [...followColumns(follows), since],
  });

/** Forgets followers. */
export const removeFollowers = (database: Queryable, follows: readonly Follow[]): Promise<readonly object[]> =>
  database.query({
    name: 'removeFollowers',
    text: `/* removeFollowers */
      DELETE FROM follower WHERE (shard, owner_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: followColumns(follows),
  });

const columnsOf = (traces: readonly ChatTrace[]): readonly [string, string, string] => [
  plain(traces.map(({ conversationId }) => shardOf(conversationId))),
  texts(traces.map(({ conversationId }) => conversationId)),
  texts(traces.map(({ key }) => key)),
];

const followColumns = (follows: readonly Follow[]): readonly [string, string, string] => [
  plain(follows.map(({ ownerId }) => shardOf(ownerId))),
  texts(follows.map(({ ownerId }) => ownerId)),
  texts(follows.map(({ userId }) => userId)),
];

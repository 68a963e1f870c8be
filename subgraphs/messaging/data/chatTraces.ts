import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

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

/** Leaves traces. `traces`: each once. What is older than `keptSince` is forgotten, twice as much as is remembered at most: so no more than is needed stays. */
export const saveTraces = async (
  tx: Transaction,
  traces: readonly (ChatTrace & { readonly at: Date })[],
  keptSince: Date,
): Promise<void> => {
  await tx.query({
    name: 'saveTraces',
    text: `/* saveTraces */
      INSERT INTO chat_trace (shard, conversation_id, key, at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
      ON CONFLICT (shard, conversation_id, key) DO UPDATE SET at = excluded.at`,
    values: [...columnsOf(traces), times(traces.map(({ at }) => at))],
  });
  const ids = [...new Set(traces.map(({ conversationId }) => conversationId))];
  await tx.query({
    name: 'forgetTraces',
    text: `/* forgetTraces */
      DELETE FROM chat_trace
       WHERE (shard, conversation_id, key) IN (
         SELECT old.shard, old.conversation_id, old.key
           FROM unnest($1::int[], $2::text[]) AS asked (shard, id)
          CROSS JOIN LATERAL (
                SELECT shard, conversation_id, key FROM chat_trace
                 WHERE chat_trace.shard = asked.shard AND chat_trace.conversation_id = asked.id AND chat_trace.at < $3
                 ORDER BY at LIMIT $4) AS old)`,
    values: [plain(ids.map(shardOf)), texts(ids), keptSince, 2 * traces.length],
  });
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

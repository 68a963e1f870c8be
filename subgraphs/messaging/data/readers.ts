import { plain, texts } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { Message } from '../domain/message.ts';

/** A message, as far as it matters who has read it. */
export type ReadMessage = Pick<Message, 'id' | 'conversationId' | 'messageNumber' | 'authorId'>;

/** How many members have read each of these messages, in their order: of those who were members when it was posted and still are, without its author. Two statements; each conversation is gone through once, however
 * many of its messages are asked about. */
export const readCountsOf = async (database: Queryable, messages: readonly ReadMessage[]): Promise<readonly number[]> => {
  const conversations = [...Map.groupBy(messages, ({ conversationId }) => conversationId)].map(([id, own]) => ({
    id,
    numbers: [...new Set(own.map(({ messageNumber }) => messageNumber))].sort((one, other) => one - other),
  }));
  const [tallies, authors] = await Promise.all([readTallies(database, conversations), authorsWhoAreMembers(database, messages)]);
  const counts = new Map(conversations.map(({ id, numbers }, place) => [id, countsByNumber(numbers, tallies.get(place) ?? [])]));
  return messages.map((message, index) => {
    const all = counts.get(message.conversationId)?.get(message.messageNumber) ?? 0;
    return authors.has(index) ? all - 1 : all;
  });
};

/** So many members have read the first `read` of the numbers that were asked about, and came after the first `missed` of them. */
interface Tally {
  readonly missed: number;
  readonly read: number;
  readonly members: number;
}

const countsByNumber = (numbers: readonly number[], tallies: readonly Tally[]): ReadonlyMap<number, number> =>
  new Map(
    numbers.map((number, index) => {
      const among = tallies.filter(({ missed, read }) => missed <= index && index < read);
      return [number, among.reduce((sum, { members }) => sum + members, 0)];
    }),
  );

const readTallies = async (
  database: Queryable,
  conversations: readonly { readonly id: string; readonly numbers: readonly number[] }[],
): Promise<ReadonlyMap<number, readonly Tally[]>> => {
  const rows = await database.query<{ place: bigint; missed: number; read: number; members: bigint }>({
    name: 'readTallies',
    // PostgreSQL has no arrays of arrays of different lengths: the numbers of each conversation come as one text.
    text: `/* readTallies */
      SELECT asked.place, width_bucket(member.joined_number, asked.numbers) AS missed, width_bucket(member.read_number, asked.numbers) AS read, count(*) AS members
        FROM (SELECT shard, id, number_list::bigint[] AS numbers, place
                FROM unnest($1::int[], $2::text[], $3::text[]) WITH ORDINALITY AS given (shard, id, number_list, place)) AS asked
        JOIN member ON member.shard = asked.shard AND member.conversation_id = asked.id AND member.read_number >= asked.numbers[1]
       GROUP BY 1, 2, 3`,
    values: [
      plain(conversations.map(({ id }) => shardOf(id))),
      texts(conversations.map(({ id }) => id)),
      texts(conversations.map(({ numbers }) => plain(numbers))),
    ],
  });
  const tallies = rows.map(({ place, missed, read, members }) => ({ place: Number(place) - 1, missed, read, members: Number(members) }));
  return Map.groupBy(tallies, ({ place }) => place);
};

/** Which of these messages were posted by somebody who has been a member since. */
const authorsWhoAreMembers = async (database: Queryable, messages: readonly ReadMessage[]): Promise<ReadonlySet<number>> => {
  const rows = await database.query<{ place: bigint }>({
    name: 'authorsWhoAreMembers',
    text: `/* authorsWhoAreMembers */
      SELECT asked.place
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS asked (shard, conversation_id, user_id, number, place)
        JOIN member USING (shard, conversation_id, user_id)
       WHERE member.joined_number < asked.number`,
    values: columnsOf(messages),
  });
  return new Set(rows.map(({ place }) => Number(place) - 1));
};

/** A page of those who have read a message, by user id. */
export interface ReadersRequest {
  readonly message: ReadMessage;
  readonly limit: number;
  readonly after: string | null;
}

/** Who has read these messages: for each its request's page, and whether there are more. One statement. */
export const readersOf = async (
  database: Queryable,
  requests: readonly ReadersRequest[],
): Promise<readonly { readonly userIds: readonly string[]; readonly hasMore: boolean }[]> => {
  const rows = await database.query<{ place: bigint; userId: string }>({
    name: 'readersOf',
    text: `/* readersOf */
      SELECT asked.place, reader.user_id AS "userId"
        FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::int[])
             WITH ORDINALITY AS asked (shard, conversation_id, author_id, number, after, take, place)
       CROSS JOIN LATERAL (
             SELECT user_id FROM member
              WHERE member.shard = asked.shard AND member.conversation_id = asked.conversation_id AND member.user_id > asked.after
                AND member.read_number >= asked.number AND member.joined_number < asked.number AND member.user_id <> asked.author_id
              ORDER BY member.user_id LIMIT asked.take) AS reader
       ORDER BY asked.place, reader.user_id`,
    values: [
      ...columnsOf(requests.map(({ message }) => message)),
      // Nobody is called like an empty text, which comes before all others.
      texts(requests.map(({ after }) => after ?? '')),
      plain(requests.map(({ limit }) => limit + 1)),
    ],
  });
  const byPlace = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return requests.map(({ limit }, place) => {
    const found = byPlace.get(place) ?? [];
    return { userIds: found.slice(0, limit).map(({ userId }) => userId), hasMore: found.length > limit };
  });
};

const columnsOf = (messages: readonly ReadMessage[]): readonly string[] => [
  plain(messages.map(({ conversationId }) => shardOf(conversationId))),
  texts(messages.map(({ conversationId }) => conversationId)),
  texts(messages.map(({ authorId }) => authorId)),
  plain(messages.map(({ messageNumber }) => messageNumber)),
];

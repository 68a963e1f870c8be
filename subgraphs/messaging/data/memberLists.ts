import { plain, texts, times } from '#platform/database/arrays.ts';
import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import type { MemberSubject } from './members.ts';
import type { PlaceRequest } from './pageByPlace.ts';

/** That somebody is in a conversation, and since when. */
export interface Membership extends MemberSubject {
  readonly joinedAt: Date;
}

/** A page of a group's members, in the order in which they joined. */
export interface MemberPageRequest extends PlaceRequest {
  readonly conversationId: string;
}

/** Pages of members of any number of groups, in the order of the requests. One statement. */
export const readMemberPages = async (
  database: Queryable,
  requests: readonly MemberPageRequest[],
): Promise<readonly (readonly Membership[])[]> => {
  const rows = await database.query<Membership & { readonly place: bigint }>({
    name: 'readMemberPages',
    text: `/* readMemberPages */
      SELECT asked.place, page.conversation_id AS "conversationId", page.user_id AS "userId", page.joined_at AS "joinedAt"
        FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[], $5::int[]) WITH ORDINALITY
             AS asked (shard, conversation_id, after_at, after_id, size, place)
       CROSS JOIN LATERAL (
             SELECT conversation_id, user_id, joined_at FROM member
              WHERE member.shard = asked.shard AND member.conversation_id = asked.conversation_id
                AND (member.joined_at, member.user_id) > (asked.after_at, asked.after_id)
              ORDER BY member.joined_at, member.user_id LIMIT asked.size) AS page
       ORDER BY asked.place, page.joined_at, page.user_id`,
    values: [
      plain(requests.map(({ conversationId }) => shardOf(conversationId))),
      texts(requests.map(({ conversationId }) => conversationId)),
      times(requests.map(({ after }) => after?.at ?? BEFORE_ALL)),
      texts(requests.map(({ after }) => after?.id ?? '')),
      plain(requests.map(({ limit }) => limit)),
    ],
  });
  const pages = Map.groupBy(rows, ({ place }) => Number(place) - 1);
  return requests.map((_, index) => pages.get(index) ?? []);
};

/** A page of the conversations that somebody is in, which they came to last first. `kind`: only these; null: all. One statement. */
export const readMemberships = (
  database: Queryable,
  userId: string,
  { after, limit, kind }: PlaceRequest & { readonly kind: 'GROUP' | 'DIRECT' | null },
): Promise<readonly Membership[]> =>
  database.query({
    name: 'readMemberships',
    text: `/* readMemberships */
      SELECT user_id AS "userId", conversation_id AS "conversationId", joined_at AS "joinedAt" FROM membership
       WHERE shard = $1 AND user_id = $2 AND (joined_at, conversation_id) < ($3::timestamptz, $4) AND ($5::text IS NULL OR kind = $5)
       ORDER BY joined_at DESC, conversation_id DESC LIMIT $6`,
    values: [shardOf(userId), userId, after?.at ?? AFTER_ALL, after?.id ?? '', kind, limit],
  });

/** Since when these users are members of these conversations; who is none is absent. One statement. */
export const joinedAmong = async (database: Queryable, subjects: readonly MemberSubject[]): Promise<readonly Membership[]> =>
  database.query({
    name: 'joinedAmong',
    text: `/* joinedAmong */
      SELECT conversation_id AS "conversationId", user_id AS "userId", joined_at AS "joinedAt" FROM member
       WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: [
      plain(subjects.map(({ conversationId }) => shardOf(conversationId))),
      texts(subjects.map(({ conversationId }) => conversationId)),
      texts(subjects.map(({ userId }) => userId)),
    ],
  });

/** Bounds beyond everybody's time: a comparison with them takes the index as one with a real place does. */
const BEFORE_ALL = new Date(0);
const AFTER_ALL = new Date(Date.UTC(9999, 0));

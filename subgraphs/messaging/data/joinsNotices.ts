import { plain, texts } from '#platform/database/arrays.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Feeds } from '#platform/feed/feed.ts';
import { newId, shardOf } from '#platform/ids.ts';
import { JOINS_NOTICE_SECONDS } from '../domain/joins.ts';
import type { Joins } from '../domain/roomEvent.ts';
import { viewersJoinedEvent } from '../events.ts';
import { appendToConversations } from './conversationLog.ts';
import { lockConversations } from './conversations.ts';
import { memberKeyOf } from './members.ts';
import { announcementsOf } from './pins.ts';
import { ensureProfiles } from './profiles.ts';
import { sanctionsOn } from './sanctions.ts';

/** Tells rooms who came, those that were not told within JOINS_NOTICE_SECONDS by any process; answers with all about whom there is nothing left to tell: those that were told, and what is no open room. Who may not write
 * there does not come into everybody's sight by coming again and again either: they are left out. `joins`: each room once. Locks: conversations, then the rooms' notices, then profiles, then logs. */
export const tellJoins = (
  { database, feeds }: { readonly database: Database; readonly feeds: Pick<Feeds, 'append'> },
  joins: ReadonlyMap<string, Omit<Joins, 'welcome'>>,
): Promise<readonly string[]> =>
  database.transaction('tellJoins', async (tx) => {
    const conversations = await lockConversations(tx, [...joins.keys()]);
    const open = [...joins.keys()].filter((id) => {
      const conversation = conversations.get(id);
      return conversation?.kind === 'ROOM' && conversation.status === 'OPEN';
    });
    const shown = await withoutSilenced(tx, new Map([...joins].filter(([id]) => open.includes(id))));
    const settled = [...joins.keys()].filter((id) => !shown.has(id));
    const told = shown.size === 0 ? [] : await claimNotices(tx, [...shown.keys()]);
    if (told.length === 0) return settled;
    const announcements = await announcementsOf(tx, told);
    const notices = told.flatMap((id) => {
      const who = shown.get(id);
      return who === undefined ? [] : [{ id, joins: { ...who, welcome: announcements.get(id)?.text ?? null } }];
    });
    await ensureProfiles(
      tx,
      notices.flatMap(({ joins: { people } }) => people),
      new Date(),
    );
    await appendToConversations(
      tx,
      feeds,
      notices.map((each) => viewersJoinedEvent(each.id, newId(), each.joins)),
      conversations,
    );
    return [...settled, ...told];
  });

/** The same without those of its people who are banned, timed out or muted; nothing of a room to which nobody else came. One statement. */
const withoutSilenced = async (
  tx: Transaction,
  joins: ReadonlyMap<string, Omit<Joins, 'welcome'>>,
): Promise<ReadonlyMap<string, Omit<Joins, 'welcome'>>> => {
  const subjects = [...joins].flatMap(([conversationId, { people }]) => people.map((userId) => ({ conversationId, userId })));
  const silenced = await sanctionsOn(tx, subjects);
  const left = [...joins].map(([conversationId, who]) => {
    const people = who.people.filter((userId) => !silenced.has(memberKeyOf({ conversationId, userId })));
    return [conversationId, { people, count: who.count - (who.people.length - people.length) }] as const;
  });
  return new Map(left.filter(([, { count }]) => count > 0));
};

const claimNotices = async (tx: Transaction, roomIds: readonly string[]): Promise<readonly string[]> => {
  const rows = await tx.query<{ readonly id: string }>({
    name: 'claimJoinsNotices',
    text: `/* claimJoinsNotices */
      INSERT INTO joins_notice (shard, room_id, told_at)
      SELECT new.shard, new.room_id, clock_timestamp() FROM unnest($1::int[], $2::text[]) AS new (shard, room_id) ORDER BY new.shard, new.room_id
      ON CONFLICT (shard, room_id) DO UPDATE SET told_at = clock_timestamp()
        WHERE joins_notice.told_at <= clock_timestamp() - $3 * interval '1 second'
      RETURNING room_id AS id`,
    values: [plain(roomIds.map(shardOf)), texts(roomIds), JOINS_NOTICE_SECONDS],
  });
  return rows.map(({ id }) => id);
};

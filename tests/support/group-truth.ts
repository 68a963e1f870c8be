import type { Database } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { directIdOf } from '../../subgraphs/messaging/domain/group.ts';

interface ConversationTruth {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly ownerId: string | null;
  readonly memberCount: number;
  readonly messageCount: number;
}

/** Everything that the database says about some people, and the groups and direct conversations that they have ever been in. */
export interface GroupTruth {
  readonly people: readonly string[];
  readonly conversations: ReadonlyMap<string, ConversationTruth>;
  /** Ids of users, ascending. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly memberships: ReadonlyMap<string, readonly string[]>;
  readonly logs: ReadonlyMap<string, readonly FeedEvent[]>;
  readonly inboxes: ReadonlyMap<string, readonly FeedEvent[]>;
  /** Rows of blocks, and what the list says of them, by user. */
  readonly blocks: ReadonlyMap<string, { readonly blocked: readonly string[]; readonly count: number; readonly version: number }>;
}

export const groupTruth = async (database: Database, people: readonly string[]): Promise<GroupTruth> => {
  const inboxes = byFeed(
    await eventsOf(
      database,
      people.map((id) => `inbox/${id}`),
    ),
    'inbox/',
  );
  const joined = [...inboxes.values()]
    .flat()
    .flatMap(({ payload }) => (typeof payload['conversationId'] === 'string' ? [payload['conversationId']] : []));
  const directs = people.flatMap((one) => people.map((other) => directIdOf(one, other)));
  const ids = [...new Set([...joined, ...directs])];
  const conversations = await database.query<ConversationTruth>({
    text: `SELECT id, kind, status, owner_id AS "ownerId", member_count AS "memberCount", message_count::int AS "messageCount"
             FROM conversation WHERE id = ANY ($1)`,
    values: [ids],
  });
  const rows = (table: string) =>
    database.query<{ id: string; userIds: string[] }>({
      text: `SELECT conversation_id AS id, array_agg(user_id ORDER BY user_id) AS "userIds" FROM ${table} WHERE conversation_id = ANY ($1) GROUP BY 1`,
      values: [ids],
    });
  const blocks = await database.query<{ id: string; blocked: string[]; count: number; version: number }>({
    text: `SELECT user_id AS id, block_count AS count, version::int,
                  ARRAY(SELECT blocked_id FROM user_block WHERE user_block.user_id = block_list.user_id ORDER BY 1) AS blocked
             FROM block_list WHERE user_id = ANY ($1)`,
    values: [people],
  });
  return {
    people,
    conversations: new Map(conversations.map((row) => [row.id, row])),
    members: new Map((await rows('member')).map(({ id, userIds }) => [id, userIds])),
    memberships: new Map((await rows('membership')).map(({ id, userIds }) => [id, userIds])),
    logs: byFeed(
      await eventsOf(
        database,
        ids.map((id) => `conversation/${id}`),
      ),
      'conversation/',
    ),
    inboxes,
    blocks: new Map(blocks.map(({ id, ...list }) => [id, list])),
  };
};

const eventsOf = (database: Database, feeds: readonly string[]): Promise<readonly FeedEvent[]> =>
  database.query({
    text: 'SELECT feed_id AS feed, seq::int, id, at, kind, payload FROM feed_event WHERE feed_id = ANY ($1) ORDER BY feed_id, seq',
    values: [feeds],
  });

const byFeed = (events: readonly FeedEvent[], prefix: string): ReadonlyMap<string, readonly FeedEvent[]> =>
  Map.groupBy(events, ({ feed }) => feed.slice(prefix.length));

/** In what logs, rows and inboxes contradict each other; empty when in nothing. */
export const wrongWith = (truth: GroupTruth): readonly string[] => [
  ...[...truth.conversations.values()].flatMap((each) => (each.kind === 'GROUP' ? wrongGroup(truth, each) : wrongDirect(truth, each))),
  ...truth.people.flatMap((id) => wrongBlocks(truth, id)),
];

const named = ({ payload }: FeedEvent, list: 'joined' | 'left'): readonly string[] => {
  const value = payload[list];
  return Array.isArray(value) ? value.map(String) : [];
};

const same = (what: string, one: unknown, other: unknown): readonly string[] =>
  JSON.stringify(one) === JSON.stringify(other) ? [] : [`${what}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`];

/** Messages are numbered without gaps, in the order of the log. */
const wrongNumbers = ({ logs }: GroupTruth, { id, messageCount }: ConversationTruth): readonly string[] => {
  const chats = (logs.get(id) ?? []).filter(({ kind }) => kind === 'chat.posted').map(({ payload }) => payload['number']);
  return same(
    `messages of ${id}`,
    chats,
    Array.from({ length: messageCount }, (_, index) => index + 1),
  );
};

// The log is told again from its beginning: who was in the group when, and whether everything in it was said by them, before it was closed.
const wrongGroup = (truth: GroupTruth, group: ConversationTruth): readonly string[] => {
  const { id } = group;
  const [wrong, inside, moves] = [[...wrongNumbers(truth, group)], new Set<string>(), new Map<string, string[]>()];
  let isClosed = false;
  for (const event of truth.logs.get(id) ?? []) {
    if (isClosed) wrong.push(`${event.kind} after the end of ${id}`);
    const authorId = String(event.payload['authorId']);
    if (event.kind === 'chat.posted' && !inside.has(authorId)) wrong.push(`${authorId} wrote in ${id} from outside`);
    for (const [list, kind] of [['joined', 'inbox.joined'] as const, ['left', 'inbox.left'] as const]) {
      for (const userId of named(event, list)) {
        moves.set(userId, [...(moves.get(userId) ?? []), kind]);
        if (list === 'joined') inside.add(userId);
        else inside.delete(userId);
      }
    }
    isClosed = event.payload['status'] === 'CLOSED';
  }
  const members = [...inside].toSorted();
  return [
    ...wrong,
    ...same(`members of ${id}`, truth.members.get(id) ?? [], members),
    ...same(`memberships of ${id}`, truth.memberships.get(id) ?? [], members),
    ...same(`count of ${id}`, group.memberCount, members.length),
    ...truth.people.flatMap((userId) => same(`moves of ${userId} in ${id}`, movesIn(truth, userId, id), moves.get(userId) ?? [])),
  ];
};

const movesIn = ({ inboxes }: GroupTruth, userId: string, id: string): readonly string[] =>
  (inboxes.get(userId) ?? []).filter(({ payload }) => payload['conversationId'] === id).map(({ kind }) => kind);

// Both inboxes have what the log has, and the conversation is in its people's lists once something was said.
const wrongDirect = (truth: GroupTruth, direct: ConversationTruth): readonly string[] => {
  const { id, messageCount, memberCount } = direct;
  const members = truth.members.get(id) ?? [];
  const log = (truth.logs.get(id) ?? []).map((event) => event.id);
  return [
    ...wrongNumbers(truth, direct),
    ...same(`count of ${id}`, memberCount, members.length),
    ...same(`memberships of ${id}`, truth.memberships.get(id) ?? [], messageCount === 0 ? [] : members),
    ...(messageCount > 0 && members.length !== 2 ? [`${members.length} people in ${id}`] : []),
    ...members.flatMap((userId) => {
      const news = (truth.inboxes.get(userId) ?? []).filter(({ payload }) => payload['conversationId'] === id);
      const copies = news.filter(({ kind }) => kind === 'inbox.event').map(({ payload }) => payload['id']);
      const kinds = news.slice(0, 1).map(({ kind }) => kind);
      return [
        ...same(`copies of ${id} for ${userId}`, copies, log),
        ...same(`first news of ${id}`, kinds, log.length === 0 ? [] : ['inbox.joined']),
      ];
    }),
  ];
};

// While somebody blocks another, nothing comes from their conversation: a block and a message wait for the same lock, and the inbox has both in their order.
const wrongBlocks = ({ inboxes, blocks }: GroupTruth, id: string): readonly string[] => {
  const [wrong, blocked]: [string[], Map<string, string>] = [[], new Map()];
  let changes = 0;
  for (const { kind, payload } of inboxes.get(id) ?? []) {
    const userId = String(payload['userId']);
    if (kind === 'inbox.blocks') {
      changes += 1;
      if (payload['isBlocked'] === true) blocked.set(directIdOf(id, userId), userId);
      else blocked.delete(directIdOf(id, userId));
    }
    if (kind === 'inbox.event' && blocked.has(String(payload['conversationId']))) wrong.push(`a message between ${id} and whom they block`);
  }
  const { blocked: rows, count, version } = blocks.get(id) ?? { blocked: [], count: 0, version: 0 };
  return [...wrong, ...same(`blocks of ${id}`, [rows, count, version], [[...blocked.values()].toSorted(), blocked.size, changes])];
};

import type { Queryable } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';
import { EXPORT_SECTIONS, type ExportSection } from '../domain/dataExport.ts';
import { FEED_KINDS } from '../events.ts';

/** A place in somebody's export: the section, and the last row of it that was read. */
export interface ExportPlace {
  readonly section: ExportSection;
  readonly key: readonly string[];
}

/** A row of a section. `record`: what it holds itself; more may be kept elsewhere. */
export interface ExportRow extends ExportPlace {
  readonly record: Readonly<Record<string, unknown>>;
}

type KeyType = 'text' | 'int' | 'bigint' | 'uuid';

/** How a section is read. `keys`: its rows in order, by an index that begins with the user. $1: the user, $2: their shard. */
interface SectionQuery {
  readonly from: string;
  readonly where: string;
  readonly keys: readonly (readonly [column: string, type: KeyType])[];
  readonly record: Readonly<Record<string, string>>;
}

const BY_CONVERSATION = [
  ['conversation_id', 'text'],
  ['seq', 'bigint'],
] as const;
const MESSAGE_ID = "conversation_id || ':' || seq";
const OF_SHARD = 'shard = $2 AND user_id = $1';

// Who did something to the user, and why, is others' data: it is left out.
const QUERIES: Readonly<Record<ExportSection, SectionQuery>> = {
  PROFILE: {
    from: 'user_profile',
    where: 'shard = $2 AND id = $1',
    keys: [['id', 'text']],
    record: { id: 'id', handle: 'handle', displayName: 'display_name', avatarUrl: 'avatar_url', createdAt: 'created_at' },
  },
  MESSAGES: {
    from: 'posting',
    where: "shard = $2 AND author_id = $1 AND refusal IS DISTINCT FROM 'ERASED'",
    keys: [['key', 'text']],
    record: {
      idempotencyKey: 'key',
      conversationId: 'conversation_id',
      at: 'at',
      refusal: 'refusal',
      refusalMessage: 'refusal_message',
      eventId: 'event_id',
      floorSeq: 'floor_seq',
    },
  },
  UPLOADS: {
    from: 'upload',
    where: 'author_id = $1',
    keys: [
      ['conversation_id', 'text'],
      ['id', 'uuid'],
    ],
    record: {
      conversationId: 'conversation_id',
      id: 'id',
      kind: 'kind',
      name: 'name',
      contentType: 'content_type',
      bytes: 'bytes',
      width: 'width',
      height: 'height',
      at: 'created_at',
    },
  },
  ANNOUNCEMENTS: {
    from: 'feed_event',
    where: `kind = '${FEED_KINDS.ANNOUNCEMENT}' AND payload ->> 'byId' = $1 AND starts_with(feed_id, 'conversation/')`,
    keys: [
      ['shard', 'int'],
      ['feed_id', 'text'],
      ['seq', 'bigint'],
    ],
    record: { conversationId: "substr(feed_id, length('conversation/') + 1)", text: "payload ->> 'text'", at: 'at' },
  },
  REACTIONS: {
    from: 'message_reaction',
    where: 'user_id = $1',
    keys: [...BY_CONVERSATION, ['emoji', 'text']],
    record: { messageId: MESSAGE_ID, emoji: 'emoji', at: 'at' },
  },
  PINS: { from: 'conversation_pin', where: 'by_id = $1', keys: BY_CONVERSATION, record: { messageId: MESSAGE_ID, at: 'at' } },
  MEMBERSHIPS: {
    from: 'membership',
    where: OF_SHARD,
    keys: [['conversation_id', 'text']],
    record: { conversationId: 'conversation_id', kind: 'kind', joinedAt: 'joined_at' },
  },
  STAYS: {
    from: 'group_stay',
    where: OF_SHARD,
    keys: [['inbox_seq', 'bigint']],
    record: { conversationId: 'conversation_id', joinedSeq: 'joined_seq', leftSeq: 'left_seq' },
  },
  OWNED: {
    from: 'conversation',
    where: 'owner_id = $1',
    keys: [['id', 'text']],
    record: { conversationId: 'id', kind: 'kind', title: 'title', status: 'status', openedAt: 'opened_at', closedAt: 'closed_at' },
  },
  ROLES: {
    from: 'granted_role',
    where: 'user_id = $1',
    keys: [['conversation_id', 'text']],
    record: { conversationId: 'conversation_id', role: 'role', at: 'at' },
  },
  SANCTIONS: {
    from: 'sanction',
    where: 'user_id = $1',
    keys: [['conversation_id', 'text']],
    record: { conversationId: 'conversation_id', type: 'type', at: 'at', expiresAt: 'expires_at' },
  },
  BLOCKS: {
    from: 'user_block',
    where: OF_SHARD,
    keys: [['blocked_id', 'text']],
    record: { userId: 'blocked_id', at: 'blocked_at' },
  },
  FOLLOWS: { from: 'follower', where: 'user_id = $1', keys: [['owner_id', 'text']], record: { userId: 'owner_id', since: 'since' } },
  PRESENCE: {
    from: 'presence_privacy',
    where: OF_SHARD,
    keys: [['user_id', 'text']],
    record: { online: 'online', lastSeen: 'last_seen' },
  },
  SEEN: { from: 'user_seen', where: OF_SHARD, keys: [['user_id', 'text']], record: { at: 'seen_at' } },
  COMMANDS: {
    from: 'command',
    where: "shard = $2 AND actor_id = $1 AND fingerprint <> ''",
    keys: [['key', 'text']],
    record: { idempotencyKey: 'key', at: 'at' },
  },
  ERASURE: {
    from: 'erasure',
    where: OF_SHARD,
    keys: [['user_id', 'text']],
    record: { requestedAt: 'requested_at', erasedCount: 'erased_count', completedAt: 'completed_at' },
  },
  REPORTS: {
    from: 'report',
    where: 'reporter_id = $1',
    keys: [
      ['conversation_id', 'text'],
      ['case_id', 'uuid'],
    ],
    record: { conversationId: 'conversation_id', caseId: 'case_id', reason: 'reason', comment: 'comment', at: 'at' },
  },
};

/** Whether a place may have come from an export: it is handed to clients, who may hand back anything. */
export const isExportPlace = ({ section, key }: ExportPlace): boolean => {
  const { keys } = QUERIES[section];
  return key.length === keys.length && keys.every(([, type], index) => FORMS[type].test(key[index] ?? ''));
};

const FORMS: Readonly<Record<KeyType, RegExp>> = {
  text: /^/,
  int: /^(0|[1-9]\d{0,8})$/,
  bigint: /^(0|[1-9]\d{0,14})$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
};

/** The rows after a place (null: the first), at most `limit`, in the order of the sections. One statement. */
export const exportRows = async (
  database: Queryable,
  userId: string,
  { after, limit }: { readonly after: ExportPlace | null; readonly limit: number },
): Promise<readonly ExportRow[]> => {
  const rows = await database.query<Omit<ExportRow, 'section'> & { readonly section: number }>({
    name: 'exportRows',
    text: EXPORT_ROWS,
    values: [userId, shardOf(userId), after === null ? -1 : EXPORT_SECTIONS.indexOf(after.section), after?.key ?? [], limit],
  });
  return rows.flatMap(({ section, ...row }) => {
    const name = EXPORT_SECTIONS[section];
    return name === undefined ? [] : [{ section: name, ...row }];
  });
};

// Before its own rows a section begins below all of them: so that a place is a condition of the index, whichever section it is in.
const LOWEST: Readonly<Record<KeyType, string>> = {
  text: "''",
  int: '-1',
  bigint: '-1',
  uuid: "'00000000-0000-0000-0000-000000000000'::uuid",
};

const sectionSql = ({ from, where, keys, record }: SectionQuery, index: number): string => {
  const columns = keys.map(([column]) => column).join(', ');
  const after = keys.map(([, type], at) => `CASE WHEN $3 = ${index} THEN ($4::text[])[${at + 1}]::${type} ELSE ${LOWEST[type]} END`);
  const fields = Object.entries(record).map(([name, value]) => `'${name}', ${value}`);
  return `(SELECT ${index} AS section, row_number() OVER (ORDER BY ${columns}) AS place, ARRAY[${keys.map(([column]) => `${column}::text`).join(', ')}] AS key,
         jsonb_build_object(${fields.join(', ')}) AS record
    FROM ${from} WHERE $3::int <= ${index} AND ${where} AND (${columns}) > (${after.join(', ')}) ORDER BY ${columns} LIMIT $5)`;
};

const EXPORT_ROWS = `/* exportRows */
  SELECT section, key, record FROM (
    ${EXPORT_SECTIONS.map((section, index) => sectionSql(QUERIES[section], index)).join('\n    UNION ALL ')}
  ) AS page ORDER BY section, place LIMIT $5`;

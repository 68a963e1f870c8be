import { plain, texts, times, uuids } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { JsonObject } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';
import { type MessageBody, textBody } from '../domain/message.ts';
import {
  HELD_REASONS,
  HELD_STATES,
  type HeldMessage,
  type HeldReason,
  type HeldState,
  type ItemPlace,
  itemIdOf,
  type Settlement,
} from '../domain/queueItem.ts';
import { HELD_OPEN_MAX, HELD_PER_AUTHOR_MAX } from '../domain/queueLimits.ts';
import { chatPostedEvent, conversationFeedOf, FEED_KINDS, loggedEventOf } from '../events.ts';
import { memberKeyOf } from './members.ts';

/** A message that is held from now on. */
export type NewHeld = Pick<HeldMessage, 'conversationId' | 'id' | 'authorId' | 'reason' | 'detail' | 'body' | 'at' | 'expiresAt'>;

/** Keeps messages that wait for a moderator. Their conversations are locked. */
export const insertHeld = (tx: Transaction, held: readonly NewHeld[]): Promise<readonly object[]> =>
  tx.query({
    name: 'insertHeld',
    text: `/* insertHeld */
      INSERT INTO held_message (shard, conversation_id, id, author_id, reason, detail, payload, at, expires_at, state)
      SELECT new.*, 'OPEN'
        FROM ROWS FROM (unnest($1::int[]), unnest($2::text[]), unnest($3::uuid[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
                        jsonb_array_elements($7::jsonb), unnest($8::timestamptz[]), unnest($9::timestamptz[])) AS new`,
    values: [
      ...itemColumns(held),
      texts(held.map(({ authorId }) => authorId)),
      plain(held.map(({ reason }) => reason)),
      texts(held.map(({ detail }) => detail)),
      JSON.stringify(held.map(payloadOf)),
      times(held.map(({ at }) => at)),
      times(held.map(({ expiresAt }) => expiresAt)),
    ],
  });

// In the form of a log: so whatever messages are made of is kept without another word here.
const payloadOf = ({ conversationId, id, authorId, body }: NewHeld): JsonObject =>
  chatPostedEvent(conversationId, { id }, { authorId, number: 0, body }).payload;

/** Which of these may be kept, in their order: there are limits to what waits in a conversation, and to what of it is one author's. One statement. Their conversations are locked. */
export const thoseWithRoom = async <Held extends Pick<NewHeld, 'conversationId' | 'authorId'>>(
  tx: Transaction,
  held: readonly Held[],
): Promise<ReadonlySet<Held>> => {
  if (held.length === 0) return new Set();
  const waiting = await waitingIn(tx, [...new Set(held.map(({ conversationId }) => conversationId))]);
  const add = (key: string, more: number): number => {
    const count = (waiting.get(key) ?? 0) + more;
    waiting.set(key, count);
    return count;
  };
  const kept = new Set<Held>();
  for (const each of held) {
    const author = memberKeyOf({ conversationId: each.conversationId, userId: each.authorId });
    if (add(author, 0) >= HELD_PER_AUTHOR_MAX || add(each.conversationId, 0) >= HELD_OPEN_MAX) continue;
    add(author, 1);
    add(each.conversationId, 1);
    kept.add(each);
  }
  return kept;
};

/** How many messages wait, by conversation and by author in it. */
const waitingIn = async (tx: Transaction, ids: readonly string[]): Promise<Map<string, number>> => {
  const rows = await tx.query<{ readonly conversationId: string; readonly userId: string; readonly count: bigint }>({
    name: 'waitingIn',
    text: `/* waitingIn */
      SELECT conversation_id AS "conversationId", author_id AS "userId", count(*) AS count FROM held_message
       WHERE (shard, conversation_id) IN (SELECT * FROM unnest($1::int[], $2::text[])) AND state = 'OPEN' AND expires_at > clock_timestamp()
       GROUP BY conversation_id, author_id`,
    values: [plain(ids.map(shardOf)), texts(ids)],
  });
  const waiting = new Map<string, number>();
  for (const row of rows) {
    waiting.set(memberKeyOf(row), Number(row.count));
    waiting.set(row.conversationId, (waiting.get(row.conversationId) ?? 0) + Number(row.count));
  }
  return waiting;
};

/** A row of the table. */
export interface HeldRow extends ItemPlace, Settlement {
  readonly authorId: string;
  readonly reason: string;
  readonly detail: string;
  readonly payload: JsonObject;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly state: string;
  readonly seq: bigint | null;
}

/** What SQL selects for a HeldRow. What has expired counts as such from that moment on, whenever it is swept. */
export const HELD_COLUMNS = `held.conversation_id AS "conversationId", held.id, held.author_id AS "authorId", held.reason, held.detail, held.payload, held.at, held.expires_at AS "expiresAt",
  CASE WHEN held.state = 'OPEN' AND held.expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE held.state END AS state,
  held.settled_by_id AS "settledById", held.settled_at AS "settledAt", held.settled_reason AS "settledReason", held.seq`;

/** Held messages at these places, by id (itemIdOf); what is not there is absent. One statement. */
export const heldAt = async (database: Queryable, places: readonly ItemPlace[]): Promise<ReadonlyMap<string, HeldMessage>> => {
  if (places.length === 0) return new Map();
  const rows = await database.query<HeldRow>({
    name: 'heldAt',
    text: `/* heldAt */
      SELECT ${HELD_COLUMNS} FROM held_message AS held
       WHERE (held.shard, held.conversation_id, held.id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::uuid[]))`,
    values: itemColumns(places),
  });
  return new Map(rows.map((row) => [itemIdOf(row), heldOf(row)]));
};

/** A row as the domain knows it. */
export const heldOf = ({ payload, reason, state, seq, ...row }: HeldRow): HeldMessage => ({
  ...row,
  kind: 'HELD',
  reason: reasonOf(reason),
  body: bodyOf(row, payload),
  state: stateOf(state),
  seq: seq === null ? null : Number(seq),
});

// Nothing is left of what was erased.
const bodyOf = ({ conversationId, id, at }: Pick<HeldRow, 'conversationId' | 'id' | 'at'>, payload: JsonObject): MessageBody => {
  const event = { feed: conversationFeedOf(conversationId), seq: 0, id, at, kind: FEED_KINDS.CHAT, v: 1, payload, cursor: '' };
  const shown = loggedEventOf(event);
  return shown?.__typename === 'ChatEvent' ? shown.message : textBody('');
};

const reasonOf = (text: string): HeldReason => known(HELD_REASONS, text);
const stateOf = (text: string): HeldState => known(HELD_STATES, text);

/** A value that this version knows. Throws for any other. */
export const known = <Value extends string>(values: readonly Value[], text: string): Value => {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`"${text}" is not known to this version: this process is older than its database`);
  return found;
};

/** Writes what has become of held messages; each once. Their conversations are locked. */
export const settleHeld = (tx: Transaction, settled: readonly HeldMessage[]): Promise<readonly object[]> =>
  tx.query({
    name: 'settleHeld',
    text: `/* settleHeld */
      UPDATE held_message SET state = new.state, settled_by_id = new.by_id, settled_at = new.at, settled_reason = new.reason, seq = new.seq
        FROM unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bigint[])
             AS new (shard, conversation_id, id, state, by_id, at, reason, seq)
       WHERE held_message.shard = new.shard AND held_message.conversation_id = new.conversation_id AND held_message.id = new.id`,
    values: [
      ...itemColumns(settled),
      plain(settled.map(({ state }) => state)),
      ...settlementColumns(settled),
      plain(settled.map(({ seq }) => seq)),
    ],
  });

/** Places as columns: shard, conversation, id. */
export const itemColumns = (places: readonly ItemPlace[]): readonly [string, string, Buffer] => [
  plain(places.map(({ conversationId }) => shardOf(conversationId))),
  texts(places.map(({ conversationId }) => conversationId)),
  uuids(places.map(({ id }) => id)),
];

/** Settlements as columns: by whom, when, why. */
export const settlementColumns = (settled: readonly Settlement[]): readonly [string, Buffer, string] => [
  texts(settled.map(({ settledById }) => settledById)),
  times(settled.map(({ settledAt }) => settledAt)),
  texts(settled.map(({ settledReason }) => settledReason)),
];

import { plain, texts } from '#platform/database/arrays.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { FanfareError } from '#platform/errors.ts';
import { shardOf } from '#platform/ids.ts';
import { type Connection, checkPageSize, connectionOf } from '#platform/subgraph/connection.ts';
import { shares } from '../domain/inbox.ts';
import { PAGE_SIZE_MAX } from '../domain/limits.ts';
import type { Message } from '../domain/message.ts';
import { type MessagePlace, messageIdOf } from '../domain/messageId.ts';
import { queryTermsOf, SEARCH_EVENTS_MAX, searchTermsOf } from '../domain/searchTerms.ts';
import { loggedEventOf, messageSeqsOf } from '../events.ts';
import { type ClaimedLog, type FinishedLog, holdClaims, type LogEvent, readPieces } from './logFollowers.ts';
import { messagesAt } from './messages.ts';

/** Under which it is stored how far the index of words is. */
export const SEARCH_FOLLOWER = 'search';

/** One page of a conversation's messages with all words of the query, the newest first. Two statements. What is shown is read from the log: what was recalled or edited a moment ago is not found by what it said.
 * Such messages are left out, and those sent after `until` (null: none), so a page may be shorter than asked for. Throws FanfareError BAD_USER_INPUT for a query or a page that is none. */
export const searchMessages = async (
  database: Queryable,
  conversationId: string,
  { query, first, after = null }: { readonly query: string; readonly first: number; readonly after?: string | null | undefined },
  until: Date | null = null,
): Promise<Connection<Message>> => {
  checkPageSize(first, PAGE_SIZE_MAX);
  const terms = queryTermsOf(query);
  if (typeof terms === 'string') throw new FanfareError('BAD_USER_INPUT', terms);
  const beforeSeq = after === null ? null : seqOf(after);
  const rows = await database.query<{ readonly seq: bigint }>({
    name: 'searchMessages',
    text: `/* searchMessages */
      SELECT seq FROM message_search
       WHERE shard = $1 AND conversation_id = $2 AND terms @@ $3::tsquery AND ($4::bigint IS NULL OR seq < $4)
       ORDER BY seq DESC LIMIT $5`,
    values: [shardOf(conversationId), conversationId, tsqueryOf([conversationTermOf(conversationId), ...terms]), beforeSeq, first + 1],
  });
  const places = rows.slice(0, first).map(({ seq }) => ({ conversationId, seq: Number(seq) }));
  const found = await messagesAt(database, places);
  const messages = places.flatMap((place) => {
    const message = found.get(messageIdOf(place))?.message;
    if (message !== undefined && until !== null && message.sentAt > until) return [];
    return message !== undefined && hasAll(message, terms) ? [message] : [];
  });
  const page = connectionOf(messages, cursorOf, { hasNextPage: rows.length > first, hasPreviousPage: beforeSeq !== null });
  // The page ends where the index was read to, also where its last message is left out.
  const last = places.at(-1);
  return last === undefined ? page : { ...page, pageInfo: { ...page.pageInfo, endCursor: cursorOf(last) } };
};

const hasAll = (message: Message, terms: readonly string[]): boolean => {
  const said = new Set(termsOf(message));
  return terms.every((term) => said.has(term));
};

/** The words by which a message is found; none, where it was recalled. */
const termsOf = ({ isRecalled, text, attachments }: Message): readonly string[] =>
  isRecalled ? [] : searchTermsOf([text, ...attachments.map(({ name }) => name)].join('\n'));

// No word begins like this.
const conversationTermOf = (conversationId: string): string => `:${conversationId}`;

const tsqueryOf = (terms: readonly string[]): string => terms.map(quotedTerm).join(' & ');

/** A word as tsquery and tsvector take it, whatever is in it. */
const quotedTerm = (term: string): string => `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

const cursorOf = ({ seq }: Pick<MessagePlace, 'seq'>): string => Buffer.from(`found:${seq}`).toString('base64url');

const seqOf = (cursor: string): number => {
  const [, seq] = /^found:([1-9]\d{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (seq === undefined) throw new FanfareError('BAD_USER_INPUT', '`after` is not a cursor of this list. Use one as it came, or none.');
  return Number(seq);
};

/** Makes findable what the logs of these conversations say next, and what they say anew: a message that was edited by its new words, one that was recalled no more. A fixed number of statements.
 * What is recalled or erased after it was read here, and before it is written, is told by an event that comes later: until the next turn the index has a few words of what is found no more. */
export const indexMessages = async (database: Database, claimed: readonly ClaimedLog[]): Promise<readonly FinishedLog[]> => {
  const takes = shares(
    claimed.map(({ doneSeq, headSeq }) => Math.max(0, headSeq - doneSeq)),
    SEARCH_EVENTS_MAX,
  );
  const pieces = claimed.map(({ conversationId, doneSeq }, index) => ({
    conversationId,
    fromSeq: doneSeq + 1,
    toSeq: doneSeq + (takes[index] ?? 0),
  }));
  const events = await readPieces(database, pieces, SEARCH_EVENTS_MAX);
  await writeTerms(database, claimed, await termsIn(database, events));
  return claimed.map((log) => {
    const newDoneSeq = events.get(log.conversationId)?.at(-1)?.seq ?? log.doneSeq;
    return { ...log, newDoneSeq, dueInMs: newDoneSeq < log.headSeq ? 0 : null };
  });
};

/** A message with the words by which it is found. */
interface Findable extends MessagePlace {
  readonly terms: readonly string[];
}

/** The messages that these pieces of logs post or change, each once, as they are now. What was posted is in its own event as it is now; what becomes of it after this is told by an event that comes later.
 * Only messages of before are looked up. */
const termsIn = async (database: Database, pieces: ReadonlyMap<string, readonly LogEvent[]>): Promise<readonly Findable[]> => {
  const posted = new Map<string, Findable>();
  const earlier = new Map<string, MessagePlace>();
  for (const [conversationId, piece] of pieces)
    for (const event of piece)
      for (const seq of messageSeqsOf(event)) {
        const place = { conversationId, seq };
        if (seq === event.seq) posted.set(messageIdOf(place), { ...place, terms: termsPostedBy(event) });
        else earlier.set(messageIdOf(place), place);
      }
  const missing = [...earlier].flatMap(([id, place]) => (posted.has(id) ? [] : [place]));
  const found = await messagesAt(database, missing);
  return [
    ...posted.values(),
    ...missing.map((place) => {
      const message = found.get(messageIdOf(place))?.message;
      return { ...place, terms: message === undefined ? [] : termsOf(message) };
    }),
  ];
};

const termsPostedBy = (event: LogEvent): readonly string[] => {
  const shown = loggedEventOf({ ...event, cursor: '' });
  return shown?.__typename === 'ChatEvent' ? termsOf(shown.message) : [];
};

/** Of conversations that somebody else has taken over since they were read nothing is written: what was erased meanwhile would be findable again, and nobody would take it away. */
const writeTerms = async (database: Database, claimed: readonly ClaimedLog[], read: readonly Findable[]): Promise<void> => {
  if (read.length === 0) return;
  await database.transaction('indexMessages', async (tx) => {
    const held = await holdClaims(tx, SEARCH_FOLLOWER, claimed);
    const rows = read.filter(({ conversationId }) => held.has(conversationId));
    const [said, silent] = [rows.filter(({ terms }) => terms.length > 0), rows.filter(({ terms }) => terms.length === 0)];
    if (said.length > 0)
      await tx.query({
        name: 'writeTerms',
        text: `/* writeTerms */
          INSERT INTO message_search (shard, conversation_id, seq, terms)
          SELECT new.shard, new.conversation_id, new.seq, new.terms::tsvector
            FROM unnest($1::int[], $2::text[], $3::bigint[], $4::text[]) AS new (shard, conversation_id, seq, terms)
           ORDER BY new.shard, new.conversation_id, new.seq
          ON CONFLICT (shard, conversation_id, seq) DO UPDATE SET terms = excluded.terms`,
        values: [
          ...columnsOf(said),
          texts(said.map(({ conversationId, terms }) => [conversationTermOf(conversationId), ...terms].map(quotedTerm).join(' '))),
        ],
      });
    if (silent.length > 0) await forgetTerms(tx, silent);
  });
};

/** Makes messages unfindable. */
export const forgetTerms = (tx: Transaction, places: readonly MessagePlace[]): Promise<readonly object[]> =>
  tx.query({
    name: 'forgetTerms',
    text: `/* forgetTerms */
      DELETE FROM message_search WHERE (shard, conversation_id, seq) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[]))`,
    values: columnsOf(places),
  });

const columnsOf = (places: readonly MessagePlace[]): readonly string[] => [
  plain(places.map(({ conversationId }) => shardOf(conversationId))),
  texts(places.map(({ conversationId }) => conversationId)),
  plain(places.map(({ seq }) => seq)),
];

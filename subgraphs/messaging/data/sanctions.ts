import { texts, times } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Sanction, SanctionSubject, SanctionType } from '../domain/sanction.ts';
import { memberColumns, memberKeyOf } from './members.ts';

/** What holds about these users in these conversations now, by the clock of PostgreSQL; by key (memberKeyOf). Who is free is absent. One statement. */
export const sanctionsOn = async (
  database: Queryable,
  subjects: readonly SanctionSubject[],
): Promise<ReadonlyMap<string, Pick<Sanction, 'type' | 'expiresAt'>>> => {
  if (subjects.length === 0) return new Map();
  const rows = await database.query<SanctionSubject & Pick<Sanction, 'expiresAt'> & { readonly type: string }>({
    name: 'sanctionsOn',
    text: `/* sanctionsOn */
      SELECT conversation_id AS "conversationId", user_id AS "userId", type, expires_at AS "expiresAt" FROM sanction
       WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))
         AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
    values: memberColumns(subjects),
  });
  return new Map(rows.map((row) => [memberKeyOf(row), { type: sanctionTypeOf(row.type), expiresAt: row.expiresAt }]));
};

/** Which of these users are kept out of which of these conversations now, as keys. One statement. */
export const bannedOf = async (database: Queryable, subjects: readonly SanctionSubject[]): Promise<ReadonlySet<string>> => {
  const sanctions = await sanctionsOn(database, subjects);
  return new Set([...sanctions].flatMap(([key, { type }]) => (type === 'BAN' ? [key] : [])));
};

/** The stored sanctions of these users, ended or not, by key. Whoever holds the conversations' locks knows that nothing changes meanwhile. */
export const readSanctions = async (tx: Transaction, subjects: readonly SanctionSubject[]): Promise<ReadonlyMap<string, Sanction>> => {
  const rows = await tx.query<Omit<Sanction, 'type'> & { readonly type: string }>({
    name: 'readSanctions',
    text: `/* readSanctions */
      SELECT conversation_id AS "conversationId", user_id AS "userId", type, by_id AS "byId", reason, at, expires_at AS "expiresAt" FROM sanction
       WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: memberColumns(subjects),
  });
  return new Map(rows.map((row) => [memberKeyOf(row), { ...row, type: sanctionTypeOf(row.type) }]));
};

/** Writes sanctions as they are now, new and old ones alike. `sanctions`: each user of a conversation once. */
export const saveSanctions = (tx: Transaction, sanctions: readonly Sanction[]): Promise<readonly object[]> =>
  tx.query({
    name: 'saveSanctions',
    text: `/* saveSanctions */
      INSERT INTO sanction (shard, conversation_id, user_id, type, by_id, reason, at, expires_at)
      SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
      ON CONFLICT (shard, conversation_id, user_id) DO UPDATE
         SET type = excluded.type, by_id = excluded.by_id, reason = excluded.reason, at = excluded.at, expires_at = excluded.expires_at`,
    values: [
      ...memberColumns(sanctions),
      texts(sanctions.map(({ type }) => type)),
      texts(sanctions.map(({ byId }) => byId)),
      texts(sanctions.map(({ reason }) => reason)),
      times(sanctions.map(({ at }) => at)),
      times(sanctions.map(({ expiresAt }) => expiresAt)),
    ],
  });

/** Takes sanctions away. */
export const deleteSanctions = (tx: Transaction, subjects: readonly SanctionSubject[]): Promise<readonly object[]> =>
  tx.query({
    name: 'deleteSanctions',
    text: `/* deleteSanctions */
      DELETE FROM sanction WHERE (shard, conversation_id, user_id) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: memberColumns(subjects),
  });

const TYPES: ReadonlySet<string> = new Set<SanctionType>(['BAN', 'TIMEOUT', 'MUTE']);

const isSanctionType = (text: string): text is SanctionType => TYPES.has(text);

const sanctionTypeOf = (text: string): SanctionType => {
  if (!isSanctionType(text)) throw new Error(`"${text}" is no sanction that this version knows: this process is older than its database`);
  return text;
};

import { texts } from '#platform/database/arrays.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { CatalogueError, CatalogueItem } from '../domain/catalogueEdit.ts';
import { catalogueItemJson, parseCatalogueItem } from '../events.ts';
import { type AnswerKey, answerName } from './answers.ts';
import { CATALOGUE_SHARD } from './catalogueRows.ts';

// Operators' keys have a book of their own, which is the audit at the same time: whoever locks the catalogue sees all answers that were given under that lock.

/** One wish of an operator and what became of it. */
export interface StoredEdit extends AnswerKey {
  readonly fingerprint: string;
  /** The mutation. */
  readonly operation: string;
  /** The gift or product, or POLICY_ITEM_ID. */
  readonly itemId: string;
  readonly outcome: EditResult;
  readonly at: Date;
}

/** `version`: the catalogue's with this edit. `before` null: the edit made it. */
export type EditResult =
  | { readonly ok: true; readonly version: number; readonly before: CatalogueItem | null; readonly after: CatalogueItem }
  | { readonly ok: false; readonly error: CatalogueError };

/** An edit that changed something. */
export type AuditedEdit = StoredEdit & { readonly outcome: EditResult & { readonly ok: true } };

/** What was answered to these keys, by answerName. Call it after lockCatalogue: that makes "not there" final. One statement. */
export const findEdits = async (tx: Transaction, keys: readonly AnswerKey[]): Promise<ReadonlyMap<string, StoredEdit>> => {
  const rows = await tx.query<EditRow>({
    name: 'findEdits',
    text: FIND_EDITS,
    values: [CATALOGUE_SHARD, texts(keys.map(({ actorId }) => actorId)), texts(keys.map(({ key }) => key))],
  });
  return new Map(rows.map((row) => [answerName(row.actor_id, row.key), toEdit(row)]));
};

/** Stores what became of a batch of wishes. One statement. */
export const insertEdits = async (tx: Transaction, edits: readonly StoredEdit[]): Promise<void> => {
  await tx.query({ name: 'insertEdits', text: INSERT_EDITS, values: [JSON.stringify(edits.map(toColumns))] });
};

/** What was changed, the newest first: at most `limit`, older than `before` (a version of the catalogue; null: from the newest). One statement. */
export const listEdits = async (db: Queryable, limit: number, before: number | null): Promise<readonly AuditedEdit[]> => {
  const rows = await db.query<EditRow>({ name: 'listEdits', text: LIST_EDITS, values: [CATALOGUE_SHARD, before, limit] });
  return rows.map(toEdit).filter(isAudited);
};

const isAudited = (edit: StoredEdit): edit is AuditedEdit => edit.outcome.ok;

interface EditRow {
  readonly actor_id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly operation: string;
  readonly item_id: string;
  readonly refusal: CatalogueError | null;
  readonly version: bigint | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly at: Date;
}

const toEdit = ({ actor_id, item_id, refusal, version, before, after, ...row }: EditRow): StoredEdit => ({
  ...row,
  actorId: actor_id,
  itemId: item_id,
  outcome:
    refusal === null
      ? {
          ok: true,
          version: Number(version),
          before: before === null ? null : parseCatalogueItem(before),
          after: parseCatalogueItem(after),
        }
      : { ok: false, error: refusal },
});

const toColumns = ({ actorId, key, fingerprint, operation, itemId, outcome, at }: StoredEdit) => ({
  shard: CATALOGUE_SHARD,
  actor_id: actorId,
  key,
  fingerprint,
  operation,
  item_id: itemId,
  refusal: outcome.ok ? null : outcome.error,
  version: outcome.ok ? outcome.version : null,
  before: outcome.ok && outcome.before !== null ? catalogueItemJson(outcome.before) : null,
  after: outcome.ok ? catalogueItemJson(outcome.after) : null,
  at,
});

const EDIT_COLUMNS = 'e.actor_id, e.key, e.fingerprint, e.operation, e.item_id, e.refusal, e.version, e.before, e.after, e.at';

const FIND_EDITS = `/* findEdits */
  SELECT ${EDIT_COLUMNS}
  FROM unnest($2::text[], $3::text[]) AS k (actor_id, key)
  JOIN catalogue_edit e ON e.shard = $1 AND e.actor_id = k.actor_id COLLATE "C" AND e.key = k.key COLLATE "C"`;

const LIST_EDITS = `/* listEdits */
  SELECT ${EDIT_COLUMNS}
  FROM catalogue_edit e
  WHERE e.shard = $1 AND e.version IS NOT NULL AND ($2::bigint IS NULL OR e.version < $2)
  ORDER BY e.version DESC
  LIMIT $3`;

const INSERT_EDITS = `/* insertEdits */
  INSERT INTO catalogue_edit (shard, actor_id, key, fingerprint, operation, item_id, refusal, version, before, after, at)
  SELECT n.shard, n.actor_id, n.key, n.fingerprint, n.operation, n.item_id, nullif(n.refusal, 'null'), n.version, nullif(n.before, 'null'),
    nullif(n.after, 'null'), n.at
  FROM jsonb_to_recordset($1::jsonb) AS n (shard int, actor_id text, key text, fingerprint text, operation text, item_id text, refusal jsonb,
    version bigint, before jsonb, after jsonb, at timestamptz)`;

import { plain, rowsOf, texts, uuids } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { JsonObject } from '#platform/feed/feed.ts';
import { shardOf } from '#platform/ids.ts';

/** What was answered to a key, as it is stored: a refusal's code or the id of what came out. */
export interface StoredAnswer {
  readonly actorId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly refusal: string | null;
  readonly resultId: string | null;
  /** What a code or an id alone does not say; whoever stores it parses it. */
  readonly detail?: JsonObject | null;
}

/** What identifies a wish: whose it is and under which key. Neither may hold NUL (PostgreSQL refuses it). */
export const answerName = (actorId: string, key: string): string => `${actorId}\0${key}`;

export interface AnswerKey {
  readonly actorId: string;
  readonly key: string;
}

/** Stored answers by answerName. Call it after the actors' wallets are locked: that makes "not there" final. One statement. */
export const findAnswers = async (tx: Transaction, keys: readonly AnswerKey[]): Promise<ReadonlyMap<string, StoredAnswer>> => {
  const rows = await tx.query<AnswerRow>({
    name: 'findAnswers',
    text: FIND_ANSWERS,
    values: [
      plain(keys.map(({ actorId }) => shardOf(actorId))),
      texts(keys.map(({ actorId }) => actorId)),
      texts(keys.map(({ key }) => key)),
    ],
  });
  return new Map(rows.map((row) => [answerName(row.actor_id, row.key), toAnswer(row)]));
};

/** Stores the answers of a batch. One statement. */
export const insertAnswers = async (tx: Transaction, answers: readonly StoredAnswer[], at: Date): Promise<void> => {
  await tx.query({
    name: 'insertAnswers',
    text: INSERT_ANSWERS,
    values: [
      plain(answers.map(({ actorId }) => shardOf(actorId))),
      texts(answers.map(({ actorId }) => actorId)),
      texts(answers.map(({ key }) => key)),
      texts(answers.map(({ fingerprint }) => fingerprint)),
      texts(answers.map(({ refusal }) => refusal)),
      uuids(answers.map(({ resultId }) => resultId)),
      texts(answers.map(({ detail }) => (detail === undefined || detail === null ? null : JSON.stringify(detail)))),
      at,
    ],
  });
};

interface AnswerRow {
  readonly actor_id: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly refusal: string | null;
  readonly result_id: string | null;
  readonly detail: JsonObject | null;
}

const toAnswer = ({ actor_id, key, fingerprint, refusal, result_id, detail }: AnswerRow): StoredAnswer => ({
  actorId: actor_id,
  key,
  fingerprint,
  refusal,
  resultId: result_id,
  detail,
});

const FIND_ANSWERS = `/* findAnswers */
  SELECT a.actor_id, a.key, a.fingerprint, a.refusal, a.result_id, a.detail
  FROM unnest($1::int[], $2::text[], $3::text[]) AS k (shard, actor_id, key)
  JOIN answer a ON a.shard = k.shard AND a.actor_id = k.actor_id COLLATE "C" AND a.key = k.key COLLATE "C"`;

const INSERT_ANSWERS = `/* insertAnswers */
  INSERT INTO answer (shard, actor_id, key, fingerprint, refusal, result_id, detail, at)
  SELECT n.shard, n.actor_id, n.key, n.fingerprint, n.refusal, n.result_id, n.detail, $8::timestamptz
  FROM ${rowsOf('n', { shard: 'int', actor_id: 'text', key: 'text', fingerprint: 'text', refusal: 'text', result_id: 'uuid', detail: 'jsonb' })}`;

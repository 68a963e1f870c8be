import { plain, texts } from '#platform/database/arrays.ts';
import type { Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

/** What was answered to a key, as it is stored: a refusal's code or the id of what came out. */
export interface StoredAnswer {
  readonly actorId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly refusal: string | null;
  readonly resultId: string | null;
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
      plain(answers.map(({ resultId }) => resultId)),
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
}

const toAnswer = ({ actor_id, key, fingerprint, refusal, result_id }: AnswerRow): StoredAnswer => ({
  actorId: actor_id,
  key,
  fingerprint,
  refusal,
  resultId: result_id,
});

const FIND_ANSWERS = `/* findAnswers */
  SELECT a.actor_id, a.key, a.fingerprint, a.refusal, a.result_id
  FROM unnest($1::int[], $2::text[], $3::text[]) AS k (shard, actor_id, key)
  JOIN answer a ON a.shard = k.shard AND a.actor_id = k.actor_id COLLATE "C" AND a.key = k.key COLLATE "C"`;

const INSERT_ANSWERS = `/* insertAnswers */
  INSERT INTO answer (shard, actor_id, key, fingerprint, refusal, result_id, at)
  SELECT n.shard, n.actor_id, n.key, n.fingerprint, n.refusal, n.result_id, $7::timestamptz
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[]) AS n (shard, actor_id, key, fingerprint, refusal, result_id)`;

import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

/** One idempotency key of one moderator, as the lane looks it up. */
export interface ModerationKey {
  readonly actorId: string;
  readonly key: string;
}

/** A key that was used before. `answer`: as storedAnswer.ts wrote it. */
export interface UsedModerationKey extends ModerationKey {
  readonly fingerprint: string;
  readonly answer: unknown;
}

/** Inserts the keys that are new and answers which those are. A key that another transaction is inserting is waited for: the insert is the lock. `keys`: each once. */
export const claimModerations = (
  tx: Transaction,
  keys: readonly (ModerationKey & { readonly fingerprint: string })[],
): Promise<readonly ModerationKey[]> =>
  tx.query({
    name: 'claimModerations',
    text: `/* claimModerations */
      INSERT INTO moderation_command (shard, actor_id, key, fingerprint, at)
      SELECT new.shard, new.actor_id, new.key, new.fingerprint, now()
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, fingerprint)
       ORDER BY new.shard, new.actor_id, new.key
      ON CONFLICT DO NOTHING
      RETURNING actor_id AS "actorId", key`,
    values: [...columnsOf(keys), keys.map(({ fingerprint }) => fingerprint)],
  });

/** The keys that were used before, with their answers. */
export const readModerations = (database: Queryable, keys: readonly ModerationKey[]): Promise<readonly UsedModerationKey[]> =>
  database.query({
    name: 'readModerations',
    text: `/* readModerations */
      SELECT actor_id AS "actorId", key, fingerprint, answer
        FROM moderation_command
       WHERE (shard, actor_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(keys),
  });

/** Gives each claimed key its answer. */
export const saveModerations = (
  tx: Transaction,
  answered: readonly (ModerationKey & { readonly answer: string })[],
): Promise<readonly object[]> =>
  tx.query({
    name: 'saveModerations',
    text: `/* saveModerations */
      UPDATE moderation_command
         SET answer = new.answer::jsonb
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, answer)
       WHERE moderation_command.shard = new.shard AND moderation_command.actor_id = new.actor_id AND moderation_command.key = new.key`,
    values: [...columnsOf(answered), answered.map(({ answer }) => answer)],
  });

const columnsOf = (keys: readonly ModerationKey[]): readonly [number[], string[], string[]] => [
  keys.map(({ actorId }) => shardOf(actorId)),
  keys.map(({ actorId }) => actorId),
  keys.map(({ key }) => key),
];

import type { Queryable, Transaction } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

/** One idempotency key of one actor, as a lane looks it up. */
export interface CommandKey {
  readonly actorId: string;
  readonly key: string;
}

/** A key that was used before. `answer`: as its lane wrote it. */
export interface UsedCommand extends CommandKey {
  readonly fingerprint: string;
  readonly answer: unknown;
}

/** Inserts the keys that are new and answers which those are. A key that another transaction is inserting is waited for: the insert is the lock. `keys`: each once. */
export const claimCommands = (
  tx: Transaction,
  keys: readonly (CommandKey & { readonly fingerprint: string })[],
): Promise<readonly CommandKey[]> =>
  tx.query({
    name: 'claimCommands',
    text: `/* claimCommands */
      INSERT INTO command (shard, actor_id, key, fingerprint, at)
      SELECT new.shard, new.actor_id, new.key, new.fingerprint, now()
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, fingerprint)
       ORDER BY new.shard, new.actor_id, new.key
      ON CONFLICT DO NOTHING
      RETURNING actor_id AS "actorId", key`,
    values: [...columnsOf(keys), keys.map(({ fingerprint }) => fingerprint)],
  });

/** The keys that were used before, with their answers. */
export const readCommands = (database: Queryable, keys: readonly CommandKey[]): Promise<readonly UsedCommand[]> =>
  database.query({
    name: 'readCommands',
    text: `/* readCommands */
      SELECT actor_id AS "actorId", key, fingerprint, answer
        FROM command
       WHERE (shard, actor_id, key) IN (SELECT * FROM unnest($1::int[], $2::text[], $3::text[]))`,
    values: columnsOf(keys),
  });

/** Gives each claimed key its answer. */
export const saveCommands = (
  tx: Transaction,
  answered: readonly (CommandKey & { readonly answer: string })[],
): Promise<readonly object[]> =>
  tx.query({
    name: 'saveCommands',
    text: `/* saveCommands */
      UPDATE command
         SET answer = new.answer::jsonb
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS new (shard, actor_id, key, answer)
       WHERE command.shard = new.shard AND command.actor_id = new.actor_id AND command.key = new.key`,
    values: [...columnsOf(answered), answered.map(({ answer }) => answer)],
  });

const columnsOf = (keys: readonly CommandKey[]): readonly [number[], string[], string[]] => [
  keys.map(({ actorId }) => shardOf(actorId)),
  keys.map(({ actorId }) => actorId),
  keys.map(({ key }) => key),
];

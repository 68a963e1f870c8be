import type { Database } from '#platform/database/database.ts';
import { shardOf } from '#platform/ids.ts';

/** Takes or keeps a lease on a recurring job for `ttlMs`, by the database's clock. Answers whether `holder` has it now. Several processes then don't do the
 * same work; that two of them may for a moment (a pause longer than the lease) must be harmless to the job. */
export async function holdLease(database: Database, name: string, holder: string, ttlMs: number): Promise<boolean> {
  const rows = await database.query({
    name: 'holdLease',
    text: `/* holdLease */
      INSERT INTO lease (shard, name, holder, expires_at) VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
      ON CONFLICT (shard, name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
      WHERE lease.holder = excluded.holder OR lease.expires_at < now()
      RETURNING name`,
    values: [shardOf(name), name, holder, ttlMs],
  });
  return rows.length === 1;
}

/** Gives a lease back, so that another process goes on at once. */
export async function releaseLease(database: Database, name: string, holder: string): Promise<void> {
  await database.query({
    name: 'releaseLease',
    text: '/* releaseLease */ DELETE FROM lease WHERE shard = $1 AND name = $2 AND holder = $3',
    values: [shardOf(name), name, holder],
  });
}

import { randomBytes } from 'node:crypto';
import type { Queryable } from '#platform/database/database.ts';
import { sqlStateOf } from '#platform/database/sqlstate.ts';
import type { Logger } from '#platform/log/log.ts';
import { EPOCH_SHARD } from './shard.ts';

/** Which server, and which line of its history, the logs live on. */
interface ServerIdentity {
  readonly systemIdentifier: string;
  readonly timeline: number;
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** What is stored where the server doesn't let us ask: then only `turnEpoch` turns the epoch. */
const UNREADABLE: ServerIdentity = { systemIdentifier: 'unreadable', timeline: 0 };

/** The epoch of this database's logs: made when there is none, turned when the database has moved to another server or timeline since. Safe to run in
 * several processes at once: all get the same answer. */
export const ensureEpoch = async (database: Queryable, log: Logger | null): Promise<string> => {
  const server = await readServerIdentity(database, log);
  await database.query({
    text: `/* ensureEpoch */ INSERT INTO feed_epoch (shard, epoch, system_identifier, timeline, turned_at)
      VALUES ($1, $2, $3, $4, now()) ON CONFLICT (shard) DO NOTHING`,
    values: [EPOCH_SHARD, newEpoch(), (server ?? UNREADABLE).systemIdentifier, (server ?? UNREADABLE).timeline],
  });
  if (server !== null) await turnIfMoved(database, log, server);
  const [row] = await database.query<{ epoch: string }>({
    text: '/* ensureEpoch */ SELECT epoch FROM feed_epoch WHERE shard = $1',
    values: [EPOCH_SHARD],
  });
  if (row === undefined) throw new Error('the table feed_epoch lost its row while it was being read: start again');
  return row.epoch;
};

/** Turns the epoch: every cursor given out before is answered with RESET. For `db:restored`, after a backup has been put back. Answers with the new epoch. */
export const turnEpoch = async (database: Queryable): Promise<string> => {
  const epoch = newEpoch();
  const server = await readServerIdentity(database, null);
  await database.query({
    text: `/* turnEpoch */ INSERT INTO feed_epoch AS stored (shard, epoch, system_identifier, timeline, turned_at) VALUES ($1, $2, $3, $4, now())
      ON CONFLICT (shard) DO UPDATE SET epoch = excluded.epoch, turned_at = excluded.turned_at,
        system_identifier = CASE WHEN $5 THEN excluded.system_identifier ELSE stored.system_identifier END,
        timeline = CASE WHEN $5 THEN excluded.timeline ELSE stored.timeline END`,
    values: [EPOCH_SHARD, epoch, (server ?? UNREADABLE).systemIdentifier, (server ?? UNREADABLE).timeline, server !== null],
  });
  return epoch;
};

const turnIfMoved = async (database: Queryable, log: Logger | null, server: ServerIdentity): Promise<void> => {
  // Of several processes that notice at once, the first one's epoch stays: for the others the condition is false by then.
  const turned = await database.query<{ epoch: string }>({
    text: `/* turnIfMoved */ UPDATE feed_epoch SET epoch = $2, system_identifier = $3, timeline = $4, turned_at = now()
      WHERE shard = $1 AND (system_identifier, timeline) IS DISTINCT FROM ($3, $4::int) RETURNING epoch`,
    values: [EPOCH_SHARD, newEpoch(), server.systemIdentifier, server.timeline],
  });
  if (turned.length > 0)
    log?.warn({ ...server }, 'the database runs on another server or timeline than before: the epoch of its feeds was turned');
};

/** null where this role may not ask. The timeline is that of the log being written, which a promotion turns at once (a checkpoint's comes later). */
const readServerIdentity = async (database: Queryable, log: Logger | null): Promise<ServerIdentity | null> => {
  try {
    const [row] = await database.query<ServerIdentity>({
      text: `/* readServerIdentity */ SELECT (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
        ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline`,
    });
    return row ?? null;
  } catch (error) {
    if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    log?.warn({ err: error }, 'this database role may not read the system identifier: after a restore, run `npm run db:restored`');
    return null;
  }
};

/** 48 random bits, as the cursor's form wants them. */
const newEpoch = (): string => randomBytes(6).toString('hex');

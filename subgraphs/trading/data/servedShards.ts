import { toRanges } from '#platform/config/shardMap.ts';
import type { Queryable } from '#platform/database/database.ts';
import { SHARDS, shardAt } from '#platform/ids.ts';

/** Notes in a new database which shards it has; refuses one that has others. Moving a shard's rows moves its row in `served_shard` along, so a map that was changed without moving anything is
 * noticed before anybody is served from the wrong database. Two statements. */
export const claimShards = async (database: Queryable, shards: readonly number[]): Promise<void> => {
  await database.query({ text: CLAIM_SHARDS, values: [shards.map(shardAt)] });
  const rows = await database.query<{ readonly shard: number }>({ text: '/* servedShards */ SELECT shard FROM served_shard' });
  const served = new Set(rows.map(({ shard }) => shard));
  const given = new Set(shards.map(shardAt));
  if (served.size === given.size && [...given].every((shard) => served.has(shard))) return;
  throw new Error(
    `this database of trading has the shards ${rangesOf(served)}, and the configuration gives it ${rangesOf(given)}: correct TRADING_DATABASES, or move the rows first (ARCHITECTURE.md, "Moving shards")`,
  );
};

const rangesOf = (values: ReadonlySet<number>): string =>
  toRanges([...SHARDS.entries()].flatMap(([index, value]) => (values.has(value) ? [index] : [])));

const CLAIM_SHARDS = `/* claimShards */
  INSERT INTO served_shard (shard, served_since)
  SELECT shard, now() FROM unnest($1::int[]) AS claimed (shard) WHERE NOT EXISTS (SELECT FROM served_shard)
  ON CONFLICT DO NOTHING`;

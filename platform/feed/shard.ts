import { SHARD_COUNT, SHARDS, shardAt, shardIndexOf } from '#platform/ids.ts';

/** The shard value under which feed_epoch's one row lies. */
export const EPOCH_SHARD: number = SHARDS[0] ?? 0;

/** The feeds `<prefix>/0` to `<prefix>/63`, one per logical shard: what a consumer of all of them follows. */
export const feedsOfShards = (prefix: string): readonly string[] => SHARDS.map((_, index) => `${prefix}/${index}`);

const SHARD_INDEX = /^(0|[1-9]\d?)$/;

/** The shard value of a feed's rows, see shardIndexOfFeed. */
export const shardOfFeed = (feed: string): number => shardAt(shardIndexOfFeed(feed));

/** The shard index (0 to 63) of a feed's rows, from its id alone, so that readers need no table to find it. The natural key is what stands after the first slash (the
 * whole id where there is none): a shard index (`gifts/17`) is that shard, anything else (`room/<roomId>`, `alerts`) is hashed. Writers must use the same. */
export const shardIndexOfFeed = (feed: string): number => {
  const key = feed.slice(feed.indexOf('/') + 1);
  return SHARD_INDEX.test(key) && Number(key) < SHARD_COUNT ? Number(key) : shardIndexOf(key);
};

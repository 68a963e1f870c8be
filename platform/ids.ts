/** Logical shards: 64, never renumbered. A shard's INDEX is 0 to 63; its VALUE (what `shard` columns hold) comes from a fixed table chosen so that
 * each falls in its own one of Citus' 64 equal hash ranges. */
export const SHARD_COUNT = 64;

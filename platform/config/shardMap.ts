import { z } from 'zod';
import { SHARD_COUNT, SHARDS } from '#platform/ids.ts';

/** One database and the indexes (0 to 63) of the logical shards whose rows are in it. */
export interface ShardDatabase {
  readonly url: string;
  /** Ascending. */
  readonly shards: readonly number[];
}

/** Every logical shard's index. */
export const ALL_SHARDS: readonly number[] = SHARDS.map((_, shardIndex) => shardIndex);

// A comma may stand in a URL too: only one in front of a range parts two entries.
const BETWEEN_ENTRIES = /,(?=\s*\d+(?:-\d+)?=)/;
const ENTRY = /^(\d{1,2})(?:-(\d{1,2}))?=(\S+)$/;

/** `0-15=postgres://…,16-63=postgres://…`: which logical shards are in which database. Each shard stands in one range; a database may have several. */
export const shardMap = (isDatabase: (url: string) => boolean): z.ZodType<readonly ShardDatabase[], string> =>
  z.string().transform((value, context) => {
    const refuse = (message: string): typeof z.NEVER => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const databases = new Map<string, number[]>();
    const owners = ALL_SHARDS.map((): number => 0);
    for (const entry of value.split(BETWEEN_ENTRIES).map((part) => part.trim())) {
      const [, first, last = first, url] = ENTRY.exec(entry) ?? [];
      const range = rangeOf(Number(first), Number(last));
      if (url === undefined || range === null || !isDatabase(url)) return refuse(FORM);
      for (const shardIndex of range) owners[shardIndex] = (owners[shardIndex] ?? 0) + 1;
      databases.set(url, [...(databases.get(url) ?? []), ...range]);
    }
    const missing = ALL_SHARDS.filter((shardIndex) => owners[shardIndex] === 0);
    const repeated = ALL_SHARDS.filter((shardIndex) => (owners[shardIndex] ?? 0) > 1);
    if (missing.length > 0) return refuse(`each of the shards 0-63 needs a database, and ${toRanges(missing)} have none`);
    if (repeated.length > 0)
      return refuse(`each of the shards 0-63 is in one database, and ${toRanges(repeated)} stand there more than once`);
    return [...databases].map(([url, shards]) => ({ url, shards: shards.toSorted((a, b) => a - b) }));
  });

const FORM = 'it must be a comma-separated list of ranges and databases such as 0-15=postgres://host/a,16-63=postgres://host/b';

const rangeOf = (first: number, last: number): readonly number[] | null =>
  first <= last && last < SHARD_COUNT ? ALL_SHARDS.slice(first, last + 1) : null;

/** Shard indexes for people: `0-15, 40`. Ascending. */
export const toRanges = (shards: readonly number[]): string => {
  const ranges: { first: number; last: number }[] = [];
  for (const shardIndex of shards) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last === shardIndex - 1) range.last = shardIndex;
    else ranges.push({ first: shardIndex, last: shardIndex });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(', ');
};

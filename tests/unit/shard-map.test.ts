import { expect, test } from 'vitest';
import { ConfigError, loadConfig, tradingDatabasesOf } from '#platform/config/config.ts';
import { ALL_SHARDS } from '#platform/config/shardMap.ts';

const A = 'postgres://u:hunter2@a/x';
const B = 'postgres://u:p@b/y';

const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

test('without TRADING_DATABASES all shards are in the one database', () => {
  expect(tradingDatabasesOf(loadConfig({ TRADING_DATABASE_URL: A }))).toEqual([{ url: A, shards: ALL_SHARDS }]);
});

test('a database may have several ranges, and a URL may have a comma', () => {
  const url = `${B}?options=-c%20x,y`;
  const databases = tradingDatabasesOf(loadConfig({ TRADING_DATABASES: ` 0-15=${A}, 16=${url},17-31=${A},32-63=${url}` }));
  expect(databases).toEqual([
    { url: A, shards: ALL_SHARDS.filter((shard) => shard < 32 && shard !== 16) },
    { url, shards: ALL_SHARDS.filter((shard) => shard > 31 || shard === 16) },
  ]);
});

test.each([
  [`0-31=${A},33-63=${B}`, 'each of the shards 0-63 needs a database, and 32 have none'],
  [`0-40=${A},32-63=${B}`, 'each of the shards 0-63 is in one database, and 32-40 stand there more than once'],
  [`0-64=${A}`, 'ranges and databases such as'],
  [`31-0=${A},32-63=${B}`, 'ranges and databases such as'],
  ['0-63=http://a/x', 'ranges and databases such as'],
  [A, 'ranges and databases such as'],
])('a map that does not have each shard once is refused, without showing its URLs: %s', (map, why) => {
  const problems = problemsOf({ TRADING_DATABASES: map });
  expect(problems).toEqual([expect.stringContaining(why)]);
  expect(problems.join()).not.toContain('hunter2');
});

test('one database and several exclude each other', () => {
  expect(problemsOf({ TRADING_DATABASES: `0-63=${A}`, TRADING_DATABASE_URL: B })).toEqual([
    'TRADING_DATABASES and TRADING_DATABASE_URL exclude each other: set one of them.',
  ]);
});

import { expect, test } from 'vitest';
import { loaderOf, loadersOnDemand } from '#platform/subgraph/loader.ts';

test('a loader is made when it is first asked for, once per set, and each set has its own', async () => {
  const asked: string[] = [];
  const loadersOfRequest = loadersOnDemand({
    users: () => loaderOf(async (ids) => new Map(ids.map((id) => [id, asked.push(`user ${id}`)]))),
    gifts: () => loaderOf(async (ids) => new Map(ids.map((id) => [id, asked.push(`gift ${id}`)]))),
  });
  const [first, second] = [loadersOfRequest(), loadersOfRequest()];
  expect(Object.values(first)).toEqual([]);
  await Promise.all([first.users.load('a'), first.users.load('a'), second.users.load('a')]);
  expect(asked).toEqual(['user a', 'user a']);
  // What is forgotten between two mutations is found so.
  expect(Object.values(first)).toEqual([first.users]);
  expect(first.users).not.toBe(second.users);
});

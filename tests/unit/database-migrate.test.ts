import { expect, test } from 'vitest';
import { migrate } from '#platform/database/migrate.ts';
import { aMissingDatabaseUrl } from '../support/postgres.ts';

test('migrating a database that does not exist creates it and applies everything; a second time does nothing', async () => {
  const url = aMissingDatabaseUrl();
  const first = await migrate('streaming', url);
  expect(first.created).toBe(true);
  expect(first.applied.length).toBeGreaterThan(0);
  expect(await migrate('streaming', url)).toEqual({ created: false, applied: [] });
});

import { expect, test } from 'vitest';
import type { Queryable } from '#platform/database/database.ts';
import { createMemoryStore } from '#platform/store/memory.ts';
import { openOnlineLeases } from '../../subgraphs/messaging/data/onlineLeases.ts';
import { aTelemetry } from '../support/telemetry.ts';

test('a database that is away keeps nobody who was online from closing', async () => {
  let asked = 0;
  const database: Queryable = {
    query: () => {
      asked += 1;
      return Promise.reject(new Error('connect ECONNREFUSED'));
    },
  };
  const online = openOnlineLeases({ database, store: createMemoryStore(), telemetry: aTelemetry('messaging') });
  online.hold('alice');
  await online.close();
  expect(asked).toBe(1);
});

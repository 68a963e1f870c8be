import pg from 'pg';
import { expect, test } from 'vitest';
import { aDatabaseUrl } from '../support/postgres.ts';
import { startProcess } from '../support/processes.ts';

test('npm run db:seed fills migrated databases once, however often it runs', async () => {
  const urls = {
    STREAMING_DATABASE_URL: await aDatabaseUrl('streaming'),
    TRADING_DATABASE_URL: await aDatabaseUrl('trading'),
    MESSAGING_DATABASE_URL: await aDatabaseUrl('messaging'),
    MONITORING_DATABASE_URL: await aDatabaseUrl('monitoring'),
  };
  const counts = async (): Promise<unknown> => [
    await rows(urls.STREAMING_DATABASE_URL, `SELECT status, count(*)::int FROM stream GROUP BY status ORDER BY status`),
    await rows(urls.STREAMING_DATABASE_URL, `SELECT sum(head_seq)::int AS events FROM feed WHERE id LIKE 'streams/%'`),
    await rows(urls.TRADING_DATABASE_URL, `SELECT count(*)::int AS gifts FROM gift`),
    await rows(
      urls.TRADING_DATABASE_URL,
      `SELECT (SELECT version::int FROM catalogue_state) AS edits, count(*)::int AS audited FROM catalogue_edit`,
    ),
    await rows(urls.TRADING_DATABASE_URL, `SELECT gift_id, total FROM gift_stock`),
    await rows(urls.TRADING_DATABASE_URL, `SELECT id FROM top_up_product ORDER BY id`),
  ];
  const seed = async (): Promise<void> => {
    const command = startProcess('prisma/seed.ts', [], urls);
    expect([await command.ended, command.output()]).toEqual([0, expect.stringContaining("The demo's data is in")]);
  };

  await seed();
  const first = await counts();
  expect(first).toEqual([
    [{ status: 'LIVE', count: 3 }],
    [{ events: 6 }],
    [{ gifts: 13 }],
    [{ edits: 16, audited: 16 }],
    [{ gift_id: 'comet', total: '10000' }],
    ['coins-100', 'coins-1000', 'coins-10000'].map((id) => ({ id })),
  ]);
  await seed();
  expect(await counts()).toEqual(first);
});

async function rows(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noticeWithoutRedis } from '../../scripts/test.ts';

test('without redis-server on PATH, one line names the suites that run on memory only', () => {
  const notice = noticeWithoutRedis({ PATH: '/nowhere' });
  expect(notice).toMatch(/^redis-server is not on PATH: without Redis, on memory only, run tests\/.*\.test\.ts.*\.$/);
  expect(notice).not.toContain('\n');
});

test('under CI=true a missing redis-server is an error', () => {
  expect(() => noticeWithoutRedis({ PATH: '/nowhere', CI: 'true' })).toThrow(/Install Debian's redis-server/);
});

test('with redis-server anywhere on PATH nothing is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-path-'));
  writeFileSync(join(folder, 'redis-server'), '');
  expect(noticeWithoutRedis({ PATH: `/nowhere:${folder}`, CI: 'true' })).toBeNull();
  rmSync(folder, { recursive: true });
});

// npm test: runs the tests with vitest. Arguments go to vitest: `npm test -- tests/unit`.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT_FOLDER } from './contract/schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Test files that use one of these helpers run against Redis too. */
const REDIS_HELPERS = /support\/(redis|forms)\.ts'/;

/** What is to be said where redis-server is not on PATH: one line that names the suites which then run on memory only. Null where it is. Throws an Error
 * under CI=true, where nothing that needs Redis may be skipped. */
export function noticeWithoutRedis(env: Environment): string | null {
  if ((env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'redis-server')))) return null;
  if (env['CI'] === 'true') {
    throw new Error(
      "redis-server is not on PATH, and under CI=true nothing that needs Redis may be skipped. Install Debian's redis-server.",
    );
  }
  return `redis-server is not on PATH: without Redis, on memory only, run ${redisSuites().join(', ')}.`;
}

const redisSuites = (): readonly string[] =>
  globSync('tests/**/*.test.ts', { cwd: ROOT_FOLDER })
    .filter((path) => REDIS_HELPERS.test(readFileSync(join(ROOT_FOLDER, path), 'utf8')))
    .toSorted();

function main(): number {
  try {
    const notice = noticeWithoutRedis(process.env);
    if (notice !== null) process.stdout.write(`${notice}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const vitest = join(ROOT_FOLDER, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: ROOT_FOLDER, stdio: 'inherit' });
  return status ?? 1;
}

if (import.meta.main) process.exitCode = main();

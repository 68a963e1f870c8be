// npm test: runs the tests with vitest. Arguments go to vitest: `npm test -- tests/unit`.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT_FOLDER } from './contract/schema.ts';

/** Test files that use this helper run against Redis too. */
const REDIS_HELPER = 'support/redis.ts';

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const redisSuites = (): readonly string[] =>
  globSync('tests/**/*.test.ts', { cwd: ROOT_FOLDER })
    .filter((path) => readFileSync(join(ROOT_FOLDER, path), 'utf8').includes(REDIS_HELPER))
    .toSorted();

function main(): number {
  if (!onPath('redis-server')) {
    if (process.env['CI'] === 'true') {
      process.stderr.write(
        "redis-server is not on PATH, and under CI=true nothing that needs Redis may be skipped. Install Debian's redis-server.\n",
      );
      return 1;
    }
    process.stdout.write(`redis-server is not on PATH: without Redis, on memory only, run ${redisSuites().join(', ') || 'no suites'}.\n`);
  }
  const vitest = join(ROOT_FOLDER, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { cwd: ROOT_FOLDER, stdio: 'inherit' });
  return status ?? 1;
}

process.exitCode = main();

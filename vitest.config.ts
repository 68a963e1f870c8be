import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start the whole platform come first: one of them alone at the end would keep one worker waiting for a minute. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => /\/tests\/(chaos|e2e)\//.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // Node gives everybody graphql's index.js; Vite would give the tests its index.mjs, and two copies of graphql refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) }] },
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['tests/support/global-setup.ts'],
    // Processes: tests kill, listen and count what their own process does.
    pool: 'forks',
    // Two cores are kept busy by three: tests that start processes wait for them a third of the time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A test that starts the whole platform and kills it needs this long on a slow machine; every wait inside a test has its own, shorter deadline.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A stuck server must not keep the run open for ever.
    teardownTimeout: 20_000,
    restoreMocks: true,
  },
});

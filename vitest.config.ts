import { statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type ProjectConfig, type TestSpecification } from 'vitest/node';
import { ALONE } from './tests/support/alone.ts';

/** What starts when: a file goes with the first pattern that fits. */
const FIRST: readonly RegExp[] = [
  /\/tests\/chaos\/(trading-economy|bursts|chat)\./,
  /\/tests\/(e2e|chaos|browser)\//,
  /\/tests\/subgraph\/gateway-(?!federation-)|\/tests\/unit\/gateway-(planner|process)\./,
  /./,
];

/** The longest first of all, then files that start the whole platform: one of them alone at the end would keep the other workers waiting for minutes. Files that share a process come last, without others between them: it ends with the first that wants its own. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => FIRST.findIndex((pattern) => pattern.test(moduleId));
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** What all PostgreSQL servers of a run together never need, and what must be left for everybody else. */
const SCRATCH_BYTES_MIN = 4 * 2 ** 30;

/** Where a run's throw-away data goes: into memory, where there is enough of it. Making and copying a database means hundreds of files, ten times slower on a disk. TMPDIR says otherwise. */
const scratchFolder = (): string | undefined => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return Math.min(bavail * bsize, process.availableMemory() / 2) >= SCRATCH_BYTES_MIN ? '/dev/shm' : undefined;
  } catch {
    // No Linux, or none with such a folder: the system's own temporary folder will do.
    return undefined;
  }
};

// The workers and whatever they start inherit it.
const scratch = process.env['TMPDIR'] ?? scratchFolder();
if (scratch !== undefined) process.env['TMPDIR'] = scratch;
// A run starts some hundred Node processes, and each would compile the same modules and strip their types: a third to a half of what starting one costs.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));

// Node gives everybody graphql's index.js; Vite would give the tests its index.mjs, and two copies of graphql refuse each other's schemas.
const resolve = { alias: [{ find: /^graphql$/, replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) }] };

/** What holds for each test, wherever it runs. */
const EACH = {
  environment: 'node',
  // Processes: tests kill, listen and count what their own process does.
  pool: 'forks',
  // Two cores are kept busy by three: tests that start processes wait for them a third of the time.
  maxWorkers: 3,
  setupFiles: ['tests/support/each-file.ts'],
  // A test that starts the whole platform and kills it needs this long on a slow machine; every wait inside a test has its own, shorter deadline.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Guards against hanging, nothing else: what is to come within a certain time is measured. Vitest's own second is less than a busy machine may take for one statement.
  expect: { poll: { timeout: 30_000 } },
  restoreMocks: true,
} satisfies ProjectConfig;

export default defineConfig({
  test: {
    globalSetup: ['tests/support/global-setup.ts'],
    maxWorkers: EACH.maxWorkers,
    sequence: { sequencer: LongestFirst },
    // A stuck server must not keep the run open for ever.
    teardownTimeout: 20_000,
    projects: [
      { resolve, test: { ...EACH, name: 'alone', include: ALONE, isolate: true } },
      // Two hundred small files one after the other in three processes: each process loads the product once, which takes longer than most of the files.
      { resolve, test: { ...EACH, name: 'together', include: ['tests/**/*.test.ts'], exclude: ALONE, isolate: false } },
    ],
  },
});

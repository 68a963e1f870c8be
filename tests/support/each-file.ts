// Runs before each test file, also where files share a process: hooks that a support file registers when it is imported would be those of the first file alone.
import { afterAll, vi } from 'vitest';
import { cleanUp } from './cleanups.ts';

afterAll(async () => {
  vi.useRealTimers();
  await cleanUp();
});

import { describe, expect, test } from 'vitest';
import { redisServerOnPath } from '../support/forms.ts';
import { runStorm } from '../support/storm/storm.ts';

/** The short form of `npm run soak`, with a seed of its own; the same one here, so that a failure can be seen again. */
const STORM = {
  seed: 2018,
  durationMs: 7_000,
  disturbancesMin: 2,
  viewers: 15,
  watchers: 12,
  pauseMs: 300,
  calmMs: { min: 200, max: 1_000 },
  disturbances: ['kill', 'terminate', 'freeze', 'flush', 'dropPubSub', 'killBackend'],
} as const;
/** The parts are ready again within a few seconds each; a slow machine takes longer. */
const DEADLINE_MS = 120_000;

// Only the split form has parts that can die alone; without redis-server on PATH `npm test` has said that this suite does not run.
describe.runIf(redisServerOnPath)('a storm over the whole platform (split)', () => {
  test(
    'while parts of it are killed, stopped, hung and emptied, nobody is told anything that is not so afterwards, and everybody gets everything once',
    async () => {
      const progress: string[] = [];
      const { faults, counts } = await runStorm({ ...STORM, say: (line) => progress.push(line) });
      expect(faults, progress.join('\n')).toEqual([]);
      expect(counts['disturbances'], progress.join('\n')).toBeGreaterThanOrEqual(STORM.disturbancesMin);
      expect(counts['gifts']).toBeGreaterThan(0);
    },
    DEADLINE_MS,
  );
});

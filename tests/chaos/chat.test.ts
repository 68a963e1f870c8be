import { describe, expect, test } from 'vitest';
import { runChatStorm } from '../support/chat-storm/chatStorm.ts';
import { redisServerOnPath } from '../support/forms.ts';

/** The short form of `npm run soak -- --chat`, with a seed of its own. */
const STORM = {
  seed: 1966,
  people: 20,
  messages: 1_000,
  disturbancesMin: 3,
  pauseMs: 100,
  calmMs: { min: 500, max: 1_500 },
  disturbances: ['killMessaging', 'killGateway', 'flush', 'killRedis', 'killBackend'],
} as const;
/** The parts are ready again within a few seconds each; a slow machine takes longer. */
const DEADLINE_MS = 240_000;

// Only the split form has parts that can die alone; without redis-server on PATH `npm test` has said that this suite does not run.
describe.runIf(redisServerOnPath)('a storm over conversations (split, two gateways, two messaging processes)', () => {
  test(
    'while sockets and processes die, every device gets every event of its conversations once and in order, and unread counts are exact',
    async () => {
      const progress: string[] = [];
      const { faults, counts } = await runChatStorm({ ...STORM, say: (line) => progress.push(line) });
      expect(faults, progress.join('\n')).toEqual([]);
      expect(counts['messages']).toBeGreaterThanOrEqual(STORM.messages);
      expect(counts['disturbances'], progress.join('\n')).toBeGreaterThanOrEqual(STORM.disturbancesMin);
    },
    DEADLINE_MS,
  );
});

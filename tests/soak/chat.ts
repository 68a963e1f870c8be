import { runChatStorm } from '../support/chat-storm/chatStorm.ts';
import type { StormReport } from '../support/storm/storm.ts';

const PEOPLE = 200;
const MESSAGES = 20_000;

/** 200 people say 20,000 things in rooms, groups and direct conversations within so many minutes, while every part that they go through dies again and again. */
export const runChatSoak = ({
  seed,
  minutes,
  say,
}: {
  readonly seed: number;
  readonly minutes: number;
  readonly say: (line: string) => void;
}): Promise<StormReport> =>
  runChatStorm({
    seed,
    people: PEOPLE,
    messages: MESSAGES,
    pauseMs: (minutes * 60_000) / (MESSAGES / PEOPLE),
    disturbancesMin: 1,
    calmMs: { min: 1_500, max: 8_000 },
    disturbances: [
      'killMessaging',
      'killGateway',
      'killRedis',
      'terminate',
      'freeze',
      'flush',
      'dropPubSub',
      'killBackend',
      'killPostgres',
    ],
    say,
  });

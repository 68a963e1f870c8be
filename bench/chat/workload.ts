import { randomUUID } from 'node:crypto';
import { fingerprintOf } from '#platform/idempotency.ts';
import type { PostCommand } from '../../subgraphs/messaging/data/postingLane.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { createRandom } from '../../tests/support/random.ts';
import { AUTHORS, authorId, ROOMS, roomId } from './world.ts';

/** Half of all messages are said in one room. */
const HOT_SHARE = 0.5;
/** Clients that retry. */
const REPEATED_SHARE = 0.01;
const REMEMBERED = 2_000;
const TEXTS = [
  'hello',
  'what a goal!!!',
  'GG 🎉',
  'where are you all from? I am watching from the train today',
  'this is the best stream of the week, and I have seen "all" of them so far, believe me',
] as const;

/** An endless, seeded stream of messages as a large platform sees them: one hot room, a thousand others, ten thousand authors. */
export const createWorkload = (seed: number): (() => PostCommand) => {
  const random = createRandom(seed);
  const remembered: PostCommand[] = [];
  const next = (): PostCommand => {
    const conversationId = roomId(random.next() < HOT_SHARE ? 0 : 1 + random.below(ROOMS));
    const text = TEXTS[random.below(TEXTS.length)] ?? TEXTS[0];
    const fingerprint = fingerprintOf('postMessage', conversationId, text);
    return {
      authorId: authorId(random.below(AUTHORS)),
      key: randomUUID(),
      fingerprint,
      isOperator: false,
      conversationId,
      body: textBody(text),
    };
  };
  return () => {
    if (remembered.length === REMEMBERED && random.next() < REPEATED_SHARE) return remembered[random.below(REMEMBERED)] ?? next();
    const command = next();
    if (remembered.length < REMEMBERED) remembered.push(command);
    else remembered[random.below(REMEMBERED)] = command;
    return command;
  };
};

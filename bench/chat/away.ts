import { randomUUID } from 'node:crypto';
import { newId } from '#platform/ids.ts';
import type { Lane } from '#platform/lane/lane.ts';
import { openCommandLane } from '../../subgraphs/messaging/data/commandLane.ts';
import { groupCommands } from '../../subgraphs/messaging/data/groupCommands.ts';
import { inboxPage } from '../../subgraphs/messaging/data/inboxConnection.ts';
import type { PostCommand, PostOutcome } from '../../subgraphs/messaging/data/postingLane.ts';
import { directIdOf, type GroupAction } from '../../subgraphs/messaging/domain/group.ts';
import { INBOX_PAGE_SIZE_MAX } from '../../subgraphs/messaging/domain/limits.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';
import { postingParts } from '../../tests/support/posting.ts';
import { percentile } from '../support/bench.ts';
import type { World } from './world.ts';

const AWAY = 'away';
const GROUPS = 50;
const DIRECTS = 50;
/** Messages that are posted at the same time. */
const AT_ONCE = 500;
const RUNS = 5;

/** Somebody in so many groups and direct conversations misses so many messages, half in each kind, and then reads the inbox by pages as the graph gives them. Answers with the median
 * of several readings, in milliseconds. Throws when a reading has more or less, or the messages of a conversation in another order. */
export const catchUp = async (world: World, lane: Lane<PostCommand, PostOutcome>, missed: number): Promise<number> => {
  const conversations = await makeConversations(world);
  const after = (await read(world, undefined)).cursor;
  for (let from = 0; from < missed; from += AT_ONCE) {
    const some = Array.from(
      { length: Math.min(AT_ONCE, missed - from) },
      (_, index) => conversations[(from + index) % conversations.length],
    );
    const posted = await Promise.all(some.map((place) => lane.submit(messageTo(place ?? missing()))));
    if (posted.some(({ ok }) => !ok)) throw new Error('a message to somebody who is away was refused');
  }
  const latenciesMs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const startMs = performance.now();
    const { messages } = await read(world, after);
    latenciesMs.push(performance.now() - startMs);
    if (messages !== missed) throw new Error(`${messages} of ${missed} messages were caught up`);
  }
  return percentile(latenciesMs, 0.5);
};

/** Where somebody writes to who is away. */
interface Place {
  readonly conversationId: string;
  readonly authorId: string;
}

const makeConversations = async ({ database, feeds, telemetry }: World): Promise<readonly Place[]> => {
  const groups = openCommandLane({ database, telemetry }, groupCommands(postingParts(feeds)));
  const make = async (authorId: string, action: GroupAction): Promise<Place> => {
    const command = { actorId: authorId, key: randomUUID(), fingerprint: 'bench', isOperator: false, action };
    const answer = await groups.submit(command);
    if (!answer.ok) throw new Error(`a conversation was refused: ${answer.code}`);
    return { conversationId: answer.id, authorId };
  };
  try {
    return await Promise.all([
      ...Array.from({ length: GROUPS }, (_, index) =>
        make(`owner-${index}`, { type: 'create', id: newId(), title: `Group ${index}`, isPublic: false, userIds: [AWAY] }),
      ),
      ...Array.from({ length: DIRECTS }, (_, index) =>
        make(`friend-${index}`, { type: 'openDirect', id: directIdOf(`friend-${index}`, AWAY), userId: AWAY }),
      ),
    ]);
  } finally {
    await groups.close();
  }
};

const messageTo = ({ conversationId, authorId }: Place): PostCommand => ({
  authorId,
  key: randomUUID(),
  fingerprint: 'bench',
  isOperator: false,
  conversationId,
  body: textBody('where are you? we have so much to tell you'),
});

const read = async ({ database }: World, from: string | undefined): Promise<{ readonly messages: number; readonly cursor: string }> => {
  const identity = { kind: 'user', id: AWAY, scopes: [], roles: [], clientId: 'bench' } as const;
  const newest = new Map<string, number>();
  let [messages, after] = [0, from];
  for (;;) {
    const page = await inboxPage(AWAY, { first: INBOX_PAGE_SIZE_MAX, after }, { identity, database });
    if (page === null || page.pageInfo.endCursor === null) return missing();
    for (const event of page.nodes) {
      if (event.__typename !== 'InboxConversationEvent' || event.event.__typename !== 'ChatEvent') continue;
      const { messageNumber } = event.event.message;
      if (messageNumber !== (newest.get(event.conversationId) ?? messageNumber - 1) + 1)
        throw new Error(`message ${messageNumber} of ${event.conversationId} follows ${newest.get(event.conversationId)}`);
      newest.set(event.conversationId, messageNumber);
      messages += 1;
    }
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return { messages, cursor: after };
  }
};

const missing = (): never => {
  throw new Error('an inbox has no page');
};

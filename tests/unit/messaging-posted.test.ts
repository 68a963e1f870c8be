import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Transaction } from '#platform/database/database.ts';
import type { FeedEvent } from '#platform/feed/feed.ts';
import { newId } from '#platform/ids.ts';
import { ensureNewProfiles } from '../../subgraphs/messaging/data/profiles.ts';
import type { MessageBody } from '../../subgraphs/messaging/domain/message.ts';
import { chatEventOf, chatPostedEvent, loggedEventOf } from '../../subgraphs/messaging/events.ts';

const attachment = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('IMAGE' as const, 'FILE' as const),
  name: fc.string(),
  contentType: fc.string(),
  bytes: fc.nat(),
  width: fc.option(fc.nat()),
  height: fc.option(fc.nat()),
});
const body: fc.Arbitrary<MessageBody> = fc.record({
  type: fc.constantFrom('TEXT', 'IMAGE', 'FILE', 'CUSTOM', 'SYSTEM'),
  text: fc.string(),
  attachments: fc.array(attachment, { maxLength: 3 }),
  custom: fc.option(fc.record({ schema: fc.string(), data: fc.string() })),
  system: fc.option(fc.record({ key: fc.string(), parameters: fc.array(fc.record({ name: fc.string(), value: fc.string() })) })),
  replyToSeq: fc.option(fc.nat()),
  mentionedUserIds: fc.array(fc.string(), { maxLength: 3 }),
  mentionsAll: fc.boolean(),
});

test('what the author is answered is what everybody reads in the log', () => {
  const place = { conversationId: newId(), id: newId() };
  fc.assert(
    fc.property(body, fc.nat(), (said, number) => {
      const message = { authorId: 'alice', number, body: said };
      const appended = chatPostedEvent(place.conversationId, place, message);
      const payload = JSON.parse(JSON.stringify(appended.payload)) as FeedEvent['payload'];
      const event: FeedEvent = { ...appended, payload, seq: number + 1, at: new Date(), cursor: 'here' };
      expect(chatEventOf(event, message)).toEqual(loggedEventOf(event));
    }),
  );
});

test('profiles are made for people who have not been seen for a while, and remembered once that is committed', async () => {
  let [nowMs, statements] = [0, 0];
  const ensure = ensureNewProfiles(() => nowMs);
  const transaction = async (ids: readonly string[], commits: boolean): Promise<number> => {
    const before = statements;
    const effects: (() => void)[] = [];
    const tx: Transaction = {
      query: async () => {
        statements += 1;
        return [];
      },
      afterCommit: (effect) => void effects.push(effect),
    };
    await ensure(tx, ids, new Date());
    if (commits) for (const effect of effects) effect();
    return statements - before;
  };
  expect(await transaction(['alice', 'bob'], false)).toBe(1);
  expect(await transaction(['alice', 'bob'], true)).toBe(1);
  expect(await transaction(['alice', 'bob', 'alice'], true)).toBe(0);
  expect(await transaction(['alice', 'carol'], true)).toBe(1);
  nowMs += 600_000;
  expect(await transaction(['alice'], true)).toBe(1);
});

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryStore } from '#platform/store/memory.ts';
import type { TokenBucket } from '#platform/store/store.ts';
import { type SendParts, sendFrom } from '../../subgraphs/messaging/data/send.ts';
import { ADDRESS_POST_BUCKET, CONVERSATION_POST_BUCKET, POST_BUCKET } from '../../subgraphs/messaging/domain/limits.ts';
import { textBody } from '../../subgraphs/messaging/domain/message.ts';

const room = randomUUID();

/** Sends to a lane that takes nothing, by a store whose clock stands: what is used up stays used up. */
const aSender = () => {
  const store = createMemoryStore(() => 0);
  const reached: string[] = [];
  const send = async (userId: string, address: string | null, conversationId = room): Promise<string | undefined> => {
    const parts: SendParts = {
      database: { query: async () => [] },
      store,
      lanes: {
        postings: {
          submit: async ({ authorId }) => {
            reached.push(authorId);
            return { ok: false, code: 'ROOM_CLOSED', message: null };
          },
          queued: 0,
          close: async () => undefined,
        },
      },
      files: { isOpen: false, thereAmong: async () => [] },
      modules: { asks: false, beforeSend: async ({ body }) => ({ type: 'pass', body }) },
      loaders: { conversations: { load: async () => null } } as unknown as SendParts['loaders'],
      identity: { kind: 'user', id: userId, scopes: [], roles: [], clientId: null, ...(address === null ? {} : { address }) },
      signal: new AbortController().signal,
    };
    const viewer = { id: userId, scopes: [], roles: [], clientId: null, minor: false, region: null };
    const wish = { key: randomUUID(), fingerprint: 'f', conversationId, body: textBody('hi'), idField: 'conversationId' } as const;
    return (await sendFrom(viewer, wish, parts)).userErrors[0]?.code;
  };
  const useUp = (key: string, bucket: TokenBucket) => store.takeTokens(key, bucket, bucket.capacity);
  return { send, useUp, reached };
};

test('a user who posts too fast is refused before the lane, and uses up nothing of what others share', async () => {
  const { send, useUp, reached } = aSender();
  await useUp('posts:alice', POST_BUCKET);
  for (let index = 0; index < ADDRESS_POST_BUCKET.capacity + 1; index += 1) await send('alice', 'one');
  expect([await send('alice', 'one'), await send('bob', 'one')]).toEqual(['RATE_LIMITED', 'ROOM_CLOSED']);
  expect(reached).toEqual(['bob']);
});

test('everybody in a network, and everybody in a conversation, shares a limit; others do not feel it', async () => {
  const { send, useUp } = aSender();
  await useUp('posts-from:one', ADDRESS_POST_BUCKET);
  expect([await send('alice', 'one'), await send('alice', 'two'), await send('alice', null)]).toEqual([
    'RATE_LIMITED',
    'ROOM_CLOSED',
    'ROOM_CLOSED',
  ]);
  const crowded = randomUUID();
  await useUp(`posts-in:${crowded}`, CONVERSATION_POST_BUCKET);
  expect([await send('bob', 'two', crowded), await send('bob', 'two', randomUUID())]).toEqual(['RATE_LIMITED', 'ROOM_CLOSED']);
});

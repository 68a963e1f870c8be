import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ask, postMessage, ROOM_EVENTS, resumingClient } from './clients.ts';
import { withDeadline } from './deadline.ts';
import type { Platform } from './platform.ts';
import { DEMO_STREAM } from './room-truth.ts';

/** Bans somebody from the demo stream's room, or lets them in again; answers with the codes of what was refused. */
export const decide = async (platform: Platform, verb: 'ban' | 'unban', userId: string, by: string): Promise<readonly string[]> => {
  const type = verb === 'ban' ? 'BanUserInput' : 'UnbanUserInput';
  const query = `mutation Decide($input: ${type}!) { answer: ${verb}User(input: $input) { ban { user { id } } userErrors { code } } }`;
  const variables = { input: { roomId: DEMO_STREAM, userId, idempotencyKey: randomUUID() } };
  const token = await platform.token(by);
  const { answer } = await ask<{ answer: { userErrors: readonly { code: string }[] } }>(platform.url, query, variables, token);
  return answer.userErrors.map(({ code }) => code);
};

/** The codes with which a message was refused; none when it was posted. */
export const refusalsOf = async (platform: Platform, token: string): Promise<unknown> => {
  const { data, errors } = await postMessage(platform.url, token, { roomId: DEMO_STREAM, text: 'hello', idempotencyKey: randomUUID() });
  return data?.postMessage.userErrors.map(({ code }) => code) ?? errors;
};

export const canPost = async (platform: Platform, token: string): Promise<boolean> => {
  const query = 'query CanPost($id: ID!) { room(id: $id) { canPost } }';
  return (await ask<{ room: { canPost: boolean } }>(platform.url, query, { id: DEMO_STREAM }, token)).room.canPost;
};

/** Somebody who follows the room and their wallet over one socket. */
export interface Viewer {
  readonly user: string;
  readonly token: string;
  /** Resolves with what ended the operation in the room. */
  readonly ended: Promise<unknown>;
  /** Whether the first socket is still open and the wallet still followed. */
  isWhole(): boolean;
  leave(): Promise<void>;
}

export const aViewer = async (platform: Platform, user: string): Promise<Viewer> => {
  const token = await platform.token(user);
  let closings = 0;
  const client = resumingClient(platform.url, token, (socket) => {
    if (socket === null) closings += 1;
  });
  const [inRoom, ended, wallet] = [Promise.withResolvers<void>(), Promise.withResolvers<unknown>(), Promise.withResolvers<void>()];
  let walletEnded = false;
  client.subscribe(
    { query: ROOM_EVENTS, variables: { roomId: DEMO_STREAM } },
    { next: () => inRoom.resolve(), error: ended.resolve, complete: () => ended.resolve('completed') },
  );
  const walletOver = (): void => {
    walletEnded = true;
  };
  client.subscribe(
    { query: 'subscription { walletChanged { version } }' },
    { next: () => wallet.resolve(), error: walletOver, complete: walletOver },
  );
  await withDeadline(Promise.all([inRoom.promise, wallet.promise]), `${user} is not there`);
  return {
    user,
    token,
    ended: ended.promise,
    isWhole: () => !walletEnded && closings === 0,
    leave: async () => client.dispose(),
  };
};

/** Has luna, whose room it is, ban a viewer. Answers with how long it took from her answer to the end of the operation, in milliseconds. */
export const banned = async (platform: Platform, { user, ended }: Viewer): Promise<number> => {
  expect(await decide(platform, 'ban', user, 'luna')).toEqual([]);
  const startMs = performance.now();
  expect(await withDeadline(ended, 'the operation did not end')).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  return performance.now() - startMs;
};

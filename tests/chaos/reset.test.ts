import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postMessage, watchRoom } from '../support/clients.ts';
import { aPlatform, type Platform } from '../support/platform.ts';
import { DEMO_STREAM } from '../support/room-truth.ts';

const DEADLINE_MS = 30_000;

describe('positions and resets', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await aPlatform('embedded');
  });
  afterAll(() => platform?.close());

  const say = async (text: string): Promise<number> => {
    const alice = await platform.token('alice');
    const { data, errors } = await postMessage(platform.url, alice, { roomId: DEMO_STREAM, text, idempotencyKey: randomUUID() });
    const seq = data?.postMessage.event?.seq;
    if (seq === undefined) throw new Error(`not posted: ${JSON.stringify(errors ?? data)}`);
    return seq;
  };

  test('a client cut off before its first event resumes from its position and misses nothing', async () => {
    const watcher = watchRoom(platform.url, DEMO_STREAM);
    await watcher.ready;
    expect(watcher.events).toEqual([]);
    const position = watcher.payloads[0];
    await watcher.close();

    const [first, second] = [await say('said while it was away'), await say('and this too')];
    const resumed = watchRoom(platform.url, DEMO_STREAM, { after: position?.cursor ?? 'none' });
    await resumed.until('both messages', (events) => events.length >= 2, DEADLINE_MS);
    expect(resumed.payloads[0]).toMatchObject({ __typename: 'PositionEvent', seq: position?.seq });
    expect(resumed.events.map((event) => [event.seq, event.message?.text])).toEqual([
      [first, 'said while it was away'],
      [second, 'and this too'],
    ]);
    await resumed.close();
  });

  test('a database restored from a copy and written past its old head answers old cursors with RESET, not silence', async () => {
    await say('in the copy');
    await platform.stop();
    execFileSync('cp', ['-a', platform.dataFolder, `${platform.dataFolder}-copy`]); // with owners, which PostgreSQL insists on
    await platform.start();
    const watcher = watchRoom(platform.url, DEMO_STREAM);
    await watcher.ready;
    const lost = await say('this life will be lost');
    await watcher.until('the message', (events) => events.at(-1)?.seq === lost, DEADLINE_MS);
    const cursor = watcher.events.at(-1)?.cursor ?? '';
    await watcher.close();

    await platform.stop();
    await rm(platform.dataFolder, { recursive: true });
    await rename(`${platform.dataFolder}-copy`, platform.dataFolder);
    await platform.start();
    expect(await say('another life')).toBe(lost); // the same seq, another event
    const head = await say('past the old head');

    const resumed = watchRoom(platform.url, DEMO_STREAM, { after: cursor });
    await resumed.ready;
    const next = await say('live after the reset');
    await resumed.until('the live message', (events) => events.at(-1)?.seq === next, DEADLINE_MS);
    const reset = resumed.payloads.find((payload) => payload.__typename === 'ResetEvent');
    expect(reset).toMatchObject({ reason: 'EPOCH', seq: head });
    expect(resumed.events.map((event) => event.seq)).toEqual([next]);
    await resumed.close();
  });

  test('a cursor that is none is refused with a sentence, not ignored', async () => {
    const watcher = watchRoom(platform.url, DEMO_STREAM, { after: 'no cursor at all' });
    await expect.poll(() => watcher.errors.length, { timeout: DEADLINE_MS }).toBeGreaterThan(0);
    expect(watcher.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(watcher.payloads).toEqual([]);
    await watcher.close();
  });
});

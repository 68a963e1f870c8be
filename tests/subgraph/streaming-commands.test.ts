import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '#platform/identity/identity.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { startStreaming } from '../../subgraphs/streaming/server.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, ask, askData, aUser } from '../support/runtime.ts';

let runtime: ProcessRuntime;
let streaming: RunningSubgraph;
let twin: RunningSubgraph;

beforeAll(async () => {
  const databaseUrls = { streaming: await aDatabaseUrl('streaming') };
  runtime = await aRuntime({ databaseUrls });
  streaming = await startStreaming(runtime);
  // A second process on the same database.
  twin = await startStreaming(await aRuntime({ databaseUrls }));
});

afterAll(async () => {
  await streaming.close();
  await twin.close();
  await runtime.close();
});

interface StreamPayload {
  readonly stream: { readonly id: string; readonly status: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

const FIELDS = '{ stream { id status version title startedAt endedAt } userErrors { code message field } }';

const create = async (as: Identity, input: object, on = streaming): Promise<StreamPayload> =>
  (
    await askData<{ createStream: StreamPayload }>(on, {
      as,
      query: `mutation ($input: CreateStreamInput!) { createStream(input: $input) ${FIELDS} }`,
      variables: { input },
    })
  ).createStream;

const change = async (as: Identity, verb: 'startStream' | 'endStream', input: object, on = streaming): Promise<StreamPayload> => {
  const data = await askData<Record<string, StreamPayload>>(on, {
    as,
    query: `mutation ($input: StreamInput!) { ${verb}(input: $input) ${FIELDS} }`,
    variables: { input },
  });
  const payload = data[verb];
  if (payload === undefined) throw new Error(`no answer to ${verb}`);
  return payload;
};

/** A streamer with a channel. */
const aStreamer = async (): Promise<{ readonly as: Identity; readonly channelId: string }> => {
  const id = `streamer-${randomUUID()}`;
  const as = aUser(id, 'streams:manage');
  const data = await askData<{ _entities: { channel: { id: string } }[] }>(streaming, {
    as,
    query: 'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { channel { id } } } }',
    variables: { id },
  });
  const channelId = data._entities[0]?.channel.id;
  if (channelId === undefined) throw new Error(`${id} got no channel`);
  return { as, channelId };
};

const aStream = async () => {
  const streamer = await aStreamer();
  const { stream } = await create(streamer.as, { channelId: streamer.channelId, title: 'Piano', idempotencyKey: randomUUID() });
  if (stream === null) throw new Error('no stream was created');
  return { ...streamer, streamId: stream.id };
};

const codesOf = ({ userErrors }: StreamPayload): readonly string[] => userErrors.map(({ code }) => code);

describe('the life of a stream', () => {
  test('created SCHEDULED, started LIVE, ended ENDED; the version counts up', async () => {
    const { as, streamId } = await aStream();
    const started = await change(as, 'startStream', { streamId, idempotencyKey: randomUUID() });
    expect(started).toMatchObject({
      stream: { id: streamId, status: 'LIVE', version: 2, startedAt: expect.any(String), endedAt: null },
      userErrors: [],
    });
    const ended = await change(as, 'endStream', { streamId, idempotencyKey: randomUUID() });
    expect(ended).toMatchObject({ stream: { status: 'ENDED', version: 3, endedAt: expect.any(String) }, userErrors: [] });
    const again = await change(as, 'startStream', { streamId, idempotencyKey: randomUUID() });
    expect(again).toMatchObject({ stream: null, userErrors: [{ code: 'WRONG_STATUS', field: ['input', 'streamId'] }] });
  });

  test('a channel has one live stream: the second cannot start before the first has ended', async () => {
    const { as, channelId, streamId: first } = await aStream();
    const second = (await create(as, { channelId, title: 'Encore', idempotencyKey: randomUUID() })).stream?.id;
    await change(as, 'startStream', { streamId: first, idempotencyKey: randomUUID() });
    expect(codesOf(await change(as, 'startStream', { streamId: second, idempotencyKey: randomUUID() }))).toEqual(['WRONG_STATUS']);
    await change(as, 'endStream', { streamId: first, idempotencyKey: randomUUID() });
    expect(codesOf(await change(as, 'startStream', { streamId: second, idempotencyKey: randomUUID() }))).toEqual([]);
  });

  test('of two streams of one channel that start at the same time in two processes, one goes live', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { as, channelId, streamId: first } = await aStream();
      const second = (await create(as, { channelId, title: 'Encore', idempotencyKey: randomUUID() })).stream?.id;
      const answers = await Promise.all([
        change(as, 'startStream', { streamId: first, idempotencyKey: randomUUID() }, streaming),
        change(as, 'startStream', { streamId: second, idempotencyKey: randomUUID() }, twin),
      ]);
      expect(answers.flatMap(codesOf)).toEqual(['WRONG_STATUS']);
    }
  });

  test("each change stands once in the shard's feed and once in the stream's own", async () => {
    const { as, streamId, channelId } = await aStream();
    await change(as, 'startStream', { streamId, idempotencyKey: randomUUID() });
    await change(as, 'endStream', { streamId, idempotencyKey: randomUUID() });
    const own = await streaming.feeds.page({ feed: `stream/${streamId}`, limit: 10, direction: 'forward' });
    expect(own.events.map(({ kind, seq }) => [seq, kind])).toEqual([
      [1, 'stream.created'],
      [2, 'stream.started'],
      [3, 'stream.ended'],
    ]);
    const pulled = await streaming.feeds.pull(
      { feeds: Array.from({ length: 64 }, (_, index) => ({ feed: `streams/${index}`, after: null })), limit: 1_000, waitMs: 0 },
      AbortSignal.timeout(5_000),
    );
    const shared = pulled.feeds.flatMap(({ events }) => events).filter(({ payload }) => payload['streamId'] === streamId);
    expect(shared.map(({ kind }) => kind)).toEqual(['stream.created', 'stream.started', 'stream.ended']);
    expect(shared[2]?.payload).toEqual({
      streamId,
      channelId,
      streamerId: as.kind === 'user' ? as.id : '',
      title: 'Piano',
      status: 'ENDED',
      version: 3,
      startedAt: expect.stringMatching(/Z$/),
      endedAt: expect.stringMatching(/Z$/),
    });
    expect(own.events.map(({ payload }) => payload)).toEqual(shared.map(({ payload }) => payload));
  });
});

describe('one key, one answer', () => {
  test('the same command twice is done once and answered alike', async () => {
    const { as, channelId } = await aStreamer();
    const input = { channelId, title: 'Piano', idempotencyKey: randomUUID() };
    const first = await create(as, input);
    expect(await create(as, input, twin)).toEqual(first);
    await change(as, 'startStream', { streamId: first.stream?.id, idempotencyKey: randomUUID() });
    // The stored answer, although the stream has changed since.
    expect(await create(as, input)).toEqual(first);
    const { events } = await streaming.feeds.page({ feed: `stream/${first.stream?.id}`, limit: 10, direction: 'forward' });
    expect(events).toHaveLength(2);
  });

  test('a refusal is stored: the key gets it again even when the command could be done by then', async () => {
    const { as, streamId } = await aStream();
    const input = { streamId, idempotencyKey: randomUUID() };
    const refused = await change(as, 'endStream', input);
    expect(codesOf(refused)).toEqual(['WRONG_STATUS']);
    await change(as, 'startStream', { streamId, idempotencyKey: randomUUID() });
    expect(await change(as, 'endStream', input)).toEqual(refused);
  });

  test('the same key with other input, or for another mutation, is a conflict and changes nothing', async () => {
    const { as, streamId, channelId } = await aStream();
    const idempotencyKey = randomUUID();
    await change(as, 'startStream', { streamId, idempotencyKey });
    expect(codesOf(await change(as, 'endStream', { streamId, idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(codesOf(await create(as, { channelId, title: 'Other', idempotencyKey }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    const { stream } = await askData<{ stream: { status: string } }>(streaming, {
      query: 'query ($id: ID!) { stream(id: $id) { status } }',
      variables: { id: streamId },
    });
    expect(stream.status).toBe('LIVE');
  });

  test('keys belong to their user', async () => {
    const [one, other] = [await aStream(), await aStream()];
    const idempotencyKey = randomUUID();
    const answers = [
      await change(one.as, 'startStream', { streamId: one.streamId, idempotencyKey }),
      await change(other.as, 'startStream', { streamId: other.streamId, idempotencyKey }),
    ];
    expect(answers.map(({ stream }) => stream?.id)).toEqual([one.streamId, other.streamId]);
  });

  test('twenty copies at once, in two processes and in one batch, create one stream', async () => {
    const { as, channelId } = await aStreamer();
    const input = { channelId, title: 'Piano', idempotencyKey: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => create(as, input, index % 2 === 0 ? streaming : twin)));
    expect(new Set(answers.map(({ stream }) => stream?.id)).size).toBe(1);
  });
});

describe('who may, and with what', () => {
  const attempt = (as: Identity | undefined, input: object) =>
    ask(streaming, {
      ...(as === undefined ? {} : { as }),
      query: `mutation ($input: CreateStreamInput!) { createStream(input: $input) ${FIELDS} }`,
      variables: { input },
    });

  test('without a token or the scope nothing happens', async () => {
    const { channelId } = await aStreamer();
    const input = { channelId, title: 'Piano', idempotencyKey: randomUUID() };
    const codes = await Promise.all(
      [undefined, aUser('alice', 'chat:write')].map(async (as) => (await attempt(as, input)).errors?.[0]?.extensions['code']),
    );
    expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
  });

  test("a stream or channel of somebody else is not found among one's own", async () => {
    const { channelId, streamId } = await aStream();
    const { as: mallory } = await aStreamer();
    expect(codesOf(await create(mallory, { channelId, title: 'Mine', idempotencyKey: randomUUID() }))).toEqual(['CHANNEL_NOT_FOUND']);
    expect(codesOf(await change(mallory, 'startStream', { streamId, idempotencyKey: randomUUID() }))).toEqual(['STREAM_NOT_FOUND']);
    expect(codesOf(await change(mallory, 'endStream', { streamId: 'nonsense', idempotencyKey: randomUUID() }))).toEqual([
      'STREAM_NOT_FOUND',
    ]);
  });

  test('bad titles, keys and texts are refused at the border', async () => {
    const { as, channelId } = await aStreamer();
    const good = { channelId, title: 'Piano', idempotencyKey: randomUUID() };
    const bad = [
      { title: '' },
      { title: '   ' },
      { title: 'x'.repeat(201) },
      { title: 'a\u0000b' },
      { title: 'a\ud800b' },
      { idempotencyKey: '' },
      { idempotencyKey: 'k'.repeat(129) },
      { idempotencyKey: 'k\u0000' },
      { channelId: '\udfff' },
    ];
    for (const part of bad)
      expect((await attempt(as, { ...good, ...part })).errors?.[0]?.extensions['code'], JSON.stringify(part)).toBe('BAD_USER_INPUT');
    expect(codesOf(await create(as, good))).toEqual([]);
  });
});

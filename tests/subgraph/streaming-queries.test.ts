import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shardOf } from '#platform/ids.ts';
import type { ProcessRuntime } from '#platform/subgraph/runtime.ts';
import type { RunningSubgraph } from '#platform/subgraph/subgraph.ts';
import { DEMO_STREAMS, seedStreaming } from '../../subgraphs/streaming/data/seed.ts';
import { startStreaming } from '../../subgraphs/streaming/server.ts';
import { aDatabaseUrl } from '../support/postgres.ts';
import { aRuntime, ask, askData, aUser, subscribeTo } from '../support/runtime.ts';
import { statementsOf } from '../support/statements.ts';

const OF_THE_QUERY = /"(stream|channel|channel_handle)"/;

let databaseUrl: string;
let runtime: ProcessRuntime;
let streaming: RunningSubgraph;

beforeAll(async () => {
  databaseUrl = await aDatabaseUrl('streaming');
  runtime = await aRuntime({ databaseUrls: { streaming: databaseUrl } });
  await seedStreaming(runtime);
  streaming = await startStreaming(runtime);
});

afterAll(async () => {
  await streaming.close();
  await runtime.close();
});

interface LiveStreams {
  readonly liveStreams: {
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
  };
}

const livePage = (variables: object): Promise<LiveStreams> =>
  askData(streaming, {
    query:
      'query ($first: Int, $after: Cursor) { liveStreams(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
    variables: { first: 100, ...variables },
  });

const codeOf = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown> =>
  (await ask(streaming, { query, variables })).errors?.[0]?.extensions['code'];

const goLive = async (streamerId: string): Promise<string> => {
  const as = aUser(streamerId, 'streams:manage');
  const owner = await askData<{ _entities: { channel: { id: string } }[] }>(streaming, {
    as,
    query: 'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { channel { id } } } }',
    variables: { id: streamerId },
  });
  const created = await askData<{ createStream: { stream: { id: string } } }>(streaming, {
    as,
    query: 'mutation ($input: CreateStreamInput!) { createStream(input: $input) { stream { id } } }',
    variables: { input: { channelId: owner._entities[0]?.channel.id, title: 'Live', idempotencyKey: randomUUID() } },
  });
  const { id } = created.createStream.stream;
  await change(streamerId, 'startStream', id);
  return id;
};

const change = (streamerId: string, verb: 'startStream' | 'endStream', streamId: string): Promise<unknown> =>
  askData(streaming, {
    as: aUser(streamerId, 'streams:manage'),
    query: `mutation ($input: StreamInput!) { ${verb}(input: $input) { userErrors { code } } }`,
    variables: { input: { streamId, idempotencyKey: randomUUID() } },
  });

describe('the demo', () => {
  test('its streams are live under their stable ids, found by handle, and seeding twice changes nothing', async () => {
    await seedStreaming(runtime);
    const { edges } = (await livePage({})).liveStreams;
    expect(edges.map(({ node }) => node.id)).toEqual(expect.arrayContaining(DEMO_STREAMS.map(({ streamId }) => streamId)));
    const data = await askData<{ channel: object }>(streaming, {
      query: '{ channel(handle: "luna") { handle title owner { id } liveStream { id status version channel { handle } } } }',
    });
    expect(data.channel).toEqual({
      handle: 'luna',
      title: 'Luna',
      owner: { id: 'luna' },
      liveStream: { id: '01980000-0000-7000-8000-000000000001', status: 'LIVE', version: 2, channel: { handle: 'luna' } },
    });
  });
});

describe('liveStreams', () => {
  test('shows the one that started last first, page by page, each once', async () => {
    const started: string[] = [];
    for (const index of [1, 2, 3, 4, 5]) started.unshift(await goLive(`pager-${index}`));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo }: LiveStreams['liveStreams'] = (await livePage({ first: 2, after })).liveStreams;
      expect(edges.length).toBeLessThanOrEqual(2);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
      seen.push(...edges.map(({ node }) => node.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen.slice(0, 5)).toEqual(started);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual((await livePage({})).liveStreams.edges.map(({ node }) => node.id));
  });

  test('a stream that has ended is not shown', async () => {
    const id = await goLive('shortlived');
    await change('shortlived', 'endStream', id);
    expect((await livePage({})).liveStreams.edges.map(({ node }) => node.id)).not.toContain(id);
  });

  test.each([0, -1, 101, 1_000_000])('a page of %i is refused', async (first) => {
    expect(await codeOf('query ($first: Int!) { liveStreams(first: $first) { nodes { id } } }', { first })).toBe('BAD_USER_INPUT');
  });

  test.each(['', 'x', '💥', 'MTp4MTp4', "' OR 1=1 --"])('%j is no cursor', async (after) => {
    expect(await codeOf('query ($after: Cursor) { liveStreams(after: $after) { nodes { id } } }', { after })).toBe('BAD_USER_INPUT');
  });

  test('takes three statements with channels and their live streams, however many streams there are', async () => {
    const query =
      'query ($first: Int!) { liveStreams(first: $first) { nodes { id channel { handle owner { id } liveStream { id title } } } } }';
    const few = await statementsOf(OF_THE_QUERY, () => askData(streaming, { query, variables: { first: 1 } }));
    const many = await statementsOf(OF_THE_QUERY, () => askData(streaming, { query, variables: { first: 100 } }));
    expect([few.length, many.length]).toEqual([3, 3]);
  });
});

describe('looking things up', () => {
  test.each(['', 'nobody', 'x'.repeat(65), '%', 'LUNA'])('no channel has the handle %j', async (handle) => {
    expect(
      await askData(streaming, { query: 'query ($handle: String!) { channel(handle: $handle) { id } }', variables: { handle } }),
    ).toEqual({ channel: null });
  });

  test.each(['', 'nonsense', '01980000-0000-7000-8000-00000000ffff', 'x'.repeat(10_000)])('no stream has the id %#', async (id) => {
    expect(await askData(streaming, { query: 'query ($id: ID!) { stream(id: $id) { id } }', variables: { id } })).toEqual({ stream: null });
  });

  test('entities are found by reference, in two statements for any number of them', async () => {
    const reference = (typename: string, id: string) => ({ __typename: typename, id });
    const representations = [...DEMO_STREAMS.map(({ streamId }) => reference('Stream', streamId)), reference('Stream', randomUUID())];
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Stream { title channel { handle } } } }';
    let answer: unknown;
    const statements = await statementsOf(OF_THE_QUERY, async () => {
      answer = await askData(streaming, { query, variables: { representations } });
    });
    expect(answer).toEqual({
      _entities: [...DEMO_STREAMS.map(({ streamerId, title }) => ({ title, channel: { handle: streamerId } })), null],
    });
    expect(statements).toHaveLength(2);
  });
});

describe("a user's channel", () => {
  const channelOf = (id: string, as?: ReturnType<typeof aUser>) =>
    askData<{ _entities: readonly { readonly channel: { readonly id: string; readonly handle: string } | null }[] }>(streaming, {
      ...(as === undefined ? {} : { as }),
      query: 'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { channel { id handle } } } }',
      variables: { id },
    }).then(({ _entities }) => _entities[0]?.channel ?? null);

  test('is made on first use by its owner with streams:manage, and by nobody else', async () => {
    expect(await channelOf('newcomer')).toBeNull();
    expect(await channelOf('newcomer', aUser('newcomer', 'chat:write'))).toBeNull();
    expect(await channelOf('newcomer', aUser('other', 'streams:manage'))).toBeNull();
    const own = await channelOf('newcomer', aUser('newcomer', 'streams:manage'));
    expect(own).toEqual({ id: expect.any(String), handle: 'newcomer' });
    expect(await channelOf('newcomer')).toEqual(own);
  });

  test('is one, however often it is asked for at once', async () => {
    const channels = await Promise.all(Array.from({ length: 10 }, () => channelOf('hurried', aUser('hurried', 'streams:manage'))));
    expect(new Set(channels.map((channel) => channel?.id)).size).toBe(1);
    expect(new Set(channels.map((channel) => channel?.handle))).toEqual(new Set(['hurried']));
  });

  test('gets a longer handle when another channel has taken its own', async () => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    await client.query('INSERT INTO channel_handle (shard, handle, channel_id) VALUES ($1, $2, $3)', [
      shardOf('wanted'),
      'wanted',
      randomUUID(),
    ]);
    await client.end();
    expect((await channelOf('wanted', aUser('wanted', 'streams:manage')))?.handle).toMatch(/^wanted-[0-9a-f]{24}$/);
  });
});

describe('streamChanged', () => {
  const follow = (streamId: string) =>
    subscribeTo(streaming, {
      query: 'subscription ($streamId: ID!) { streamChanged(streamId: $streamId) { id status version channel { liveStream { id } } } }',
      variables: { streamId },
    });

  test('sends the current value first, then each change, with what belongs to it as it is then', async () => {
    const streamId = await goLive('followed');
    const changes = follow(streamId);
    expect(await changes.next()).toEqual({
      data: { streamChanged: { id: streamId, status: 'LIVE', version: 2, channel: { liveStream: { id: streamId } } } },
    });
    await change('followed', 'endStream', streamId);
    expect(await changes.next()).toEqual({
      data: { streamChanged: { id: streamId, status: 'ENDED', version: 3, channel: { liveStream: null } } },
    });
    await changes.end();
  });

  test('of a stream that is not there is refused', async () => {
    const refused = await follow(randomUUID()).next();
    expect(refused.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hashOf } from '../../gateway/persisted/extension.ts';
import { redisServerOnPath } from '../support/forms.ts';
import { aGateway, type GatewayFixture } from '../support/gateway.ts';
import { aGraph, type TestGraph } from '../support/gateway-graph.ts';
import { eventually } from '../support/platform.ts';
import { aRedis } from '../support/redis.ts';
import { testKeys } from '../support/runtime.ts';

const RELOAD_DEADLINE_MS = 10_000;

let folder: string;
let graph: TestGraph;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-persisted-'));
  graph = aGraph(testKeys());
});
afterAll(() => rm(folder, { recursive: true }));

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const persisted = (sha256Hash: unknown, version: unknown = 1): object => ({ persistedQuery: { version, sha256Hash } });

/** Asks one gateway in every way there is. */
const clientOf = (gateway: GatewayFixture) => {
  const headers = { 'content-type': 'application/json' };
  const answered = async (response: Response): Promise<Answer & { readonly status: number }> => ({
    status: response.status,
    ...((await response.json()) as Answer),
  });
  return {
    post: async (body: object) => answered(await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })),
    get: async (search: Readonly<Record<string, string>>) =>
      answered(
        await fetch(`${gateway.url}/graphql?${new URLSearchParams(search).toString()}`, { headers: { 'apollo-require-preflight': '1' } }),
      ),
    /** The first payload, or the errors, of an operation over WebSocket. */
    socket: async (payload: { query: string; extensions?: object }): Promise<Answer> => {
      const client = gateway.client();
      try {
        for await (const result of client.iterate(payload as Parameters<typeof client.iterate>[0])) return result as Answer;
        return {};
      } catch (errors) {
        return { errors: errors as Answer['errors'] & object };
      } finally {
        await client.dispose();
      }
    },
    metric: async (name: string): Promise<number> => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    },
  };
};

const codesOf = ({ errors = [] }: Answer): readonly string[] => errors.map(({ extensions }) => extensions.code);

describe('automatic persisted queries', () => {
  let gateway: GatewayFixture;
  let client: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    gateway = await aGateway(graph.all, folder);
    client = clientOf(gateway);
    return () => gateway.close();
  });

  test('an unknown hash is asked for in the words that stock clients know, with status 200; once taught it is enough', async () => {
    const query = 'query Taught($text: String) { echo(text: $text) }';
    const extensions = persisted(hashOf(query));
    expect(await client.post({ extensions })).toMatchObject({
      status: 200,
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await client.post({ query, extensions, variables: { text: 'a' } })).toEqual({ status: 200, data: { echo: 'a' } });
    expect(await client.post({ extensions, variables: { text: 'b' } })).toEqual({ status: 200, data: { echo: 'b' } });
    expect(await client.get({ extensions: JSON.stringify(extensions), variables: '{"text":"c"}' })).toEqual({
      status: 200,
      data: { echo: 'c' },
    });
  });

  test('a document can be taught over GET, and is then known over WebSocket', async () => {
    const query = '{ echo(text: "over GET") }';
    const extensions = persisted(hashOf(query));
    expect(codesOf(await client.socket({ query: '', extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(await client.get({ query, extensions: JSON.stringify(extensions) })).toEqual({ status: 200, data: { echo: 'over GET' } });
    expect(await client.socket({ query: '', extensions })).toEqual({ data: { echo: 'over GET' } });
  });

  test('a subscription is taught and named over WebSocket', async () => {
    const query = 'subscription { titleChanged { text } }';
    const extensions = persisted(hashOf(query));
    expect(codesOf(await client.socket({ query: '', extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(await client.socket({ query, extensions })).toMatchObject({ data: { titleChanged: { text: 'first' } } });
    expect(await client.socket({ query: '', extensions })).toMatchObject({ data: { titleChanged: { text: 'first' } } });
  });

  test('a document that is not its hash is refused and not remembered', async () => {
    const extensions = persisted(hashOf('{ echo(text: "the real one") }'));
    expect(await client.post({ query: '{ echo(text: "an impostor") }', extensions })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'PERSISTED_QUERY_HASH_MISMATCH' } }],
    });
    expect(codesOf(await client.post({ extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test('a mutation by its hash over GET is refused like any other, and does nothing', async () => {
    const query = 'mutation { touch }';
    const extensions = persisted(hashOf(query));
    expect(await client.post({ query, extensions })).toMatchObject({ data: { touch: true } });
    const calls = graph.messaging.calls.length;
    expect(codesOf(await client.get({ extensions: JSON.stringify(extensions) }))).toEqual(['MUTATION_OVER_GET']);
    expect(graph.messaging.calls.length).toBe(calls);
  });

  test('a document beyond the limit runs, and has to be sent each time', async () => {
    const query = `{ echo } # ${'x'.repeat(16_384)}`;
    const extensions = persisted(hashOf(query));
    expect(await client.post({ query, extensions })).toMatchObject({ data: { echo: 'x' } });
    expect(codesOf(await client.post({ extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  test.each<[string, object]>([
    ['another version', persisted('a'.repeat(64), 2)],
    ['a hash that is no text', persisted(7)],
    ['a hash beyond all lengths', persisted('a'.repeat(129))],
    ['no object', { persistedQuery: 'hash' }],
  ])('%s is refused, however it comes', async (_, extensions) => {
    expect(codesOf(await client.post({ query: '{ echo }', extensions }))).toEqual(['BAD_REQUEST']);
    expect(codesOf(await client.get({ query: '{ echo }', extensions: JSON.stringify(extensions) }))).toEqual(['BAD_REQUEST']);
    expect(codesOf(await client.socket({ query: '{ echo }', extensions }))).toEqual(['BAD_REQUEST']);
  });

  test('extensions that are no JSON are refused, and others are dropped', async () => {
    expect(codesOf(await client.get({ query: '{ echo }', extensions: '{' }))).toEqual(['BAD_REQUEST']);
    expect(await client.post({ query: '{ echo }', extensions: { identity: { id: 'root' } } })).toMatchObject({ data: { echo: 'x' } });
  });
});

test.runIf(redisServerOnPath)('gateways share what they were taught through Redis, and take no other document from it', async () => {
  const redis = await aRedis();
  const [one, other, third] = await Promise.all([1, 2, 3].map(() => aGateway(graph.all, folder, { env: { REDIS_URL: redis.url } })));
  if (one === undefined || other === undefined || third === undefined) throw new Error('three were started');
  onTestFinished(async () => void (await Promise.all([one, other, third].map((gateway) => gateway.close()))));
  const query = '{ echo(text: "shared") }';
  const extensions = persisted(hashOf(query));
  expect(await clientOf(one).post({ query, extensions })).toMatchObject({ data: { echo: 'shared' } });
  expect(await clientOf(other).post({ extensions })).toMatchObject({ data: { echo: 'shared' } });
  const [key] = (await redis.command('KEYS', '*persisted*')) as string[];
  expect(Number(await redis.command('PTTL', key ?? ''))).toBeGreaterThan(3_600_000);
  await redis.command('SET', key ?? '', '{ echo(text: "poisoned") }');
  expect(codesOf(await clientOf(third).post({ extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
});

describe('the safelist', () => {
  const ECHO = 'query Echo($text: String) { echo(text: $text) }';
  const TITLE = 'subscription Title { titleChanged { text } }';
  const manifest = (...bodies: readonly string[]): string =>
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: bodies.map((body, index) => ({ id: `own-id-${index}`, name: 'N', type: 'query', body })),
    });
  const start = async (name: string, text: string, mode?: string) => {
    const file = join(folder, `${name}.json`);
    await writeFile(file, text);
    const gateway = await aGateway(graph.all, folder, {
      env: { SAFELIST_FILE: file, ...(mode === undefined ? {} : { SAFELIST_MODE: mode }) },
    });
    onTestFinished(() => gateway.close());
    return { client: clientOf(gateway), file };
  };

  test('only listed operations run, by id, by hash, as listed or reformatted, over HTTP and WebSocket', async () => {
    const { client } = await start('enforced', manifest(ECHO, TITLE));
    const variables = { text: 'a' };
    const calls = graph.messaging.calls.length;
    expect(await client.post({ extensions: persisted('own-id-0'), variables })).toMatchObject({ data: { echo: 'a' } });
    expect(await client.post({ extensions: persisted(hashOf(ECHO)), variables })).toMatchObject({ data: { echo: 'a' } });
    expect(await client.post({ query: ECHO, variables })).toMatchObject({ data: { echo: 'a' } });
    expect(await client.post({ query: ECHO, extensions: persisted('own-id-0'), variables })).toMatchObject({ data: { echo: 'a' } });
    expect(await client.get({ query: 'query Echo($text:String){echo(text:$text)}', variables: '{"text":"a"}' })).toMatchObject({
      data: { echo: 'a' },
    });
    expect(await client.socket({ query: `# mine\n${TITLE}` })).toMatchObject({ data: { titleChanged: {} } });
    expect(await client.socket({ query: '', extensions: persisted('own-id-1') })).toMatchObject({ data: { titleChanged: {} } });
    expect(graph.messaging.calls.length).toBeGreaterThan(calls);

    const served = graph.messaging.calls.length;
    const unlisted = '{ echo }';
    const extensions = persisted(hashOf(unlisted));
    expect(await client.post({ query: unlisted })).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }],
    });
    for (const answer of [
      await client.get({ query: unlisted }),
      await client.socket({ query: unlisted }),
      await client.socket({ query: 'subscription { titleChanged { text version } }' }),
      await client.post({ query: unlisted, extensions }),
      await client.post({ query: '{ echo' }),
      await client.post({ query: `${ECHO} query Other { echo }`, operationName: 'Other' }),
      await client.post({ query: 'mutation { touch }' }),
    ])
      expect(codesOf(answer)).toEqual(['QUERY_NOT_IN_SAFELIST']);
    // A hash that was taught for an unlisted document does not open a way around the list.
    expect(codesOf(await client.post({ extensions }))).toEqual(['QUERY_NOT_IN_SAFELIST']);
    expect(graph.messaging.calls.length).toBe(served);
  });

  test('in log mode others run, and are counted', async () => {
    const { client } = await start('logged', JSON.stringify({ echo: ECHO }), 'log');
    for (let index = 0; index < 50; index += 1)
      expect(await client.post({ query: `{ echo(text: "${index}") }` })).toMatchObject({ status: 200 });
    expect(await client.post({ query: ECHO })).toMatchObject({ status: 200 });
    expect(await client.metric('fanfare_gateway_unlisted_operations_total')).toBe(50);
  });

  test('a list that changes takes effect while the gateway runs; a broken one is refused and the old one stays', async () => {
    const { client, file } = await start('changing', manifest(ECHO));
    const replace = async (text: string): Promise<void> => {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    };
    expect(codesOf(await client.post({ query: '{ echo }' }))).toEqual(['QUERY_NOT_IN_SAFELIST']);
    await replace(manifest('{ echo }'));
    await eventually('the new list is in force', async () => (await client.post({ query: '{ echo }' })).status === 200, RELOAD_DEADLINE_MS);
    expect(codesOf(await client.post({ query: ECHO }))).toEqual(['QUERY_NOT_IN_SAFELIST']);
    await replace('{ "echo": "{ echo" }');
    await eventually(
      'the broken list is refused',
      async () => (await client.metric('fanfare_gateway_safelist_refused_total')) === 1,
      RELOAD_DEADLINE_MS,
    );
    expect(await client.post({ query: '{ echo }' })).toMatchObject({ data: { echo: 'x' } });
    await rm(file);
    await eventually(
      'a list that is gone is told',
      async () => (await client.metric('fanfare_gateway_safelist_refused_total')) === 2,
      RELOAD_DEADLINE_MS,
    );
    expect(await client.post({ query: '{ echo }' })).toMatchObject({ data: { echo: 'x' } });
    await replace(manifest(ECHO));
    await eventually('the list is back', async () => (await client.post({ query: ECHO })).status === 200, RELOAD_DEADLINE_MS);
  });

  test('a gateway does not start with a broken list', async () => {
    await expect(start('broken', manifest('{ echo'))).rejects.toThrow(
      'broken.json cannot be used: The manifest’s operation "own-id-0" is no GraphQL',
    );
  });

  test('a list that is switched off hinders nothing', async () => {
    const { client } = await start('off', manifest(ECHO), 'off');
    expect(await client.post({ query: '{ echo }' })).toMatchObject({ status: 200 });
  });
});
